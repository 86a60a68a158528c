"""Words of frustration, of correction and of an assistant that did not understand; none of them is a request."""

# Said of the call, the company or the assistant; alone enough to offer a person.
STRONG = (
    r"(?:this|that|it|what|you|your \w+|the (?:service|wait|whole \w+))(?:'s|'re| is| are| was| has been)?(?: (?:all|"
    r"just|"
    r"so|really|very|absolutely|completely|totally|getting|becoming|beyond|a bit|an?|such|pretty|quite|extremely|"
    r"incredibly|utterly|honestly|actually|simply|too))* (?:ridiculous|frustrating|unacceptable|outrageous|useless|"
    r"pathetic|joke|waste of (?:my )?time|infuriating|maddening|disgusting|disgraceful|disgrace|absurd|insane|nonsense|"
    r"bullshit|bull|nightmare|appalling|shambles|rubbish|crap|awful|terrible|horrible|stupid|incompetent|"
    r"exhausting)(?= |$)(?! (?:deal|good|amount|question|mistake|weather|pain|story|accident))"
    r"|(?:i'm|i am|we're|getting|feel|so|really|very|i'm getting|makes me|made me)(?: (?:so|really|very|just|getting|"
    r"extremely|beyond|absolutely|pretty|quite|completely|totally|incredibly|a bit|super))* (?:frustrated|angry|"
    r"furious|"
    r"fed up|pissed(?: off)?|annoyed|livid|mad(?= (?:at|with|about)|$)|outraged|irritated|exasperated|(?:sick(?: and "
    r"tired)?|tired) of (?:this|you|your|waiting|being|repeating|hearing|talking|the))"
    r"|(?:wasting|waste|wasted) (?:of )?my (?:\w+ )?time|losing (?:my )?(?:patience|temper|it)|(?:i've|i have|we've|"
    r"we have) had (?:it(?= with| up to|$)|enough(?= of| with|$))|"
    r"what the (?:hell|fuck)|(?:god ?damn|for (?:god's|heaven's|fuck's|christ's|"
    r"goodness) sake)|(?:worst|terrible|horrible|awful|appalling|pathetic|shocking|disgusting) (?:\w+ )?(?:service|"
    r"company|bank|experience|support|hotel|assistant|system|bot)|(?:stupid|dumb|damn|fucking|bloody|useless|freaking) "
    r"(?:\w+ )?(?:robot|bot|machine|computer|system|thing|assistant|menu|service|company|idiot)|driving me (?:crazy|"
    r"mad|"
    r"insane|nuts|up the wall)|how hard (?:is it|can it be)|shut up|piece of (?:crap|shit|junk)"
)
# Little alone: it counts only where more of it comes.
MILD = (
    r"(?:come on|seriously|oh my god|unbelievable|ugh|argh|sigh|disappoint\w+|unhappy|annoying|annoyed|upset|how much "
    r"longer|how long (?:do|does|is|will) (?:i|it|this)|still waiting|been (?:waiting|holding|on hold)|on hold for|"
    r"nobody (?:helps|answers|listens|knows)|no one (?:helps|answers|listens|knows)|again and again|over and over|"
    r"every "
    r"(?:single )?time|give me a break|whatever|forget it|never mind|jesus|damn|crap|shit|hell)"
)
CORRECTION = (
    r"(?:^no (?:no|i|that|not|it|you|the|my)|(?:that's|that is|it's|this is|that was) not (?:what|it|right|correct|my|"
    r"the)|not what i (?:said|asked|meant|want\w*)|i (?:just |already |didn't |never |clearly )+(?:said|say|told|tell|"
    r"asked|ask|gave|mean)|you (?:got|heard|have|wrote) (?:it|that|me|this|my \w+) wrong|you misunderstood|i meant|"
    r"wrong "
    r"again|listen to me|read it back wrong|i said)"
)
NOT_UNDERSTOOD = (
    r"(?:(?:i )?(?:didn't|did not|couldn't|could not|don't|can't|cannot) (?:quite |really |fully |seem to )*(?:catch|"
    r"understand|get|hear|make out|follow|recogni[sz]e|find)(?! (?:any|a|your account))|(?:could|can|would) you "
    r"(?:please |"
    r"kindly )?(?:repeat|rephrase|say)(?: (?:that|it|your|this|again)| me)|say (?:that|it) again|not sure (?:i|what "
    r"you) "
    r"(?:understand|mean|follow|meant)|(?:can't|cannot|unable to|not able to|don't know how to) (?:help (?:you )?with|"
    r"answer|assist (?:you )?with|do that)|come again|i'm having trouble|try again|something went wrong|pardon)"
)
SILENCE = (
    r"(?:are you (?:still )?(?:there|with me|on the line)|(?:can|can't|cannot) (?:you )?hear (?:you|me|anything)|is "
    r"(?:anyone|anybody|someone) (?:still )?there|still there\b|haven't heard from you|didn't hear anything)"
)
OFFERS = (
    r"(?:(?:would you like|do you want|shall i|should i|may i|can i|i can|i could|let me|want me|happy) (?:me )?(?:to "
    r")?"
    r"(?:\w+ ){0,3}(?:speak|talk|connect\w*|transfer|put|pass|hand|get|bring|be connected)(?: \w+){0,6} (?:person|"
    r"someone|somebody|colleague|human|agent|representative|advisor|adviser|specialist|team|operator))"
)
ACCEPTS = (
    r"^(?:(?:oh|okay|ok|um|well|god|alright|fine|good|great|that would be) )*(?:yes|yeah|yep|yup|sure|ok|okay|please|"
    r"absolutely|definitely|of course|do that|go ahead|that would be (?:great|good|nice)|fine|i would|i'd like that|"
    r"alright)(?: (?:please|thank you|thanks|do|that|it|yes|sure|ahead|great|would|be|good|i|okay|you|go|now))*(?: "
    r"[.?])?$"
)
# A turn that wants something: an answer given again ("my name is …") is no question asked again.
ASKING = (
    r"(?:[?]|(?:what|what's|when|where|where's|why|how|how's|who|which|tell me|i want|i need|i'd like|i would like|i'm "
    r"trying|i am trying|i'm asking|i'm looking|(?:can|could|would|will|do|does|did|have|is|are|may) (?:i|you|we|it|"
    r"my|the|"
    r"there|this|that|someone|somebody))(?![\w']))"
)
