"""Requests for a person in open frames: whoever is named after "speak to", and staff whose mention is a request."""

from governance.phrases.matching import Guard, Phrase, filled
from governance.phrases.person_requests import GUARDS as KNOWN
from governance.phrases.person_requests import NEGATED
from governance.phrases.person_requests import SLOTS as ASKED
from governance.phrases.respelling import respelling

# Words of a request that are read also when misspelt or misheard, and real words that look like one.
SPELT = respelling(
    "person human humans agent agents operator operators representative representatives supervisor supervisors manager "
    "managers someone somebody anyone anybody customer advisor adviser specialist connect connected transfer "
    "transferred speak speaking talk talking employee colleague receptionist escalate",
    "speaks persons pearson pierson parson persona taking employees employed employer customers transfers college "
    "advise advisers advisors managed manage manages menage specialists colleagues escalated escalates connects "
    "contacted connector operations peak break steak sneak spear aged gent humane humana prison receptionists "
    "stalking walking talks managerial transferee consented corrected collected",
)
SLOTS = {
    **ASKED,
    # Nobody but staff is called this on a service line.
    "staffer": r"(?:(?:real|live|living|actual|human|proper|genuine|breathing) )+(?:human |customer service )?"
    r"(?:persons?|people|beings?|(?<=live )body|(?<=living )body|agents?|representatives?|reps?|operators?|"
    r"advis[eo]rs?|assistants?|"
    r"someone|somebody|staff|employees?|voice|one)|humans?(?: beings?)?|representatives?|reps?|operators?|supervisors?|"
    r"(?:customer|client|guest|member) (?:service|support|care|services) "
    r"(?:agents?|reps?|representatives?|advis[eo]rs?|assistants?|associates?|people|person|team)|"
    r"(?:call|phone|support|service) (?:centre |center )?(?:agents?|reps?|staff)",
    "staff": r"agents?|managers?|management|advis[eo]rs?|colleagues?|staff members?|members? of staff|"
    r"specialists?|associates?|assistants?(?<!virtual assistant)",
    # What a wish may reach over on its way to the person it is for.
    "over": r"(?: (?!(?:not|never|no|don't|didn't|isn't|won't|my|his|her|their|our|its|who|whose|which|told|said|"
    r"yesterday|was|were|is|are|and|but|because|if|when|unless|before|until|job|position|after|as|like|than|"
    r"for)(?: |$))"
    r"[a-z']+){0,5} ",
    "cue": r"want(?:ed)?|wanna|need|needs|needed|(?:i'd|would|we'd) (?:like|love)|prefer|rather|get|give|find|"
           r"bring|fetch|help from|assistance from|"
    r"support from|speak|talk|chat|connect|transfer|put|pass|reach|contact|ask for|asking for|escalate|call for|loop|"
    r"refer|dial|direct|route|require|demand|request|requesting|insist|(?<!i )(?<!we )(?<!you )(?<!they "
    r")have(?! you)|involve|involving|time for|chance of|wish|discuss|arrange for|call with|"
    r"complain to|(?:take|bring|raise) (?:this|it)|at ease|happier|patch|hoping|let me|summon|bring|holler at|holla at",
    "weak": r"manager|agent|person|someone|somebody|member of staff|advis[eo]r|colleague|specialist",
    "end": r"(?= [.?]|$| thanks?\b)",
    "ask": r"{want}|(?<!how )(?<!that )(?:can|could|may|might) (?:i|we)|let me|allow me to|is it possible to",
    "station": r"(?:the |your )?(?:billing|sales|support|claims|dispatch|reservations?|returns|collections|loans|"
    r"mortgages?|fraud|retentions?|cancell?ations?|scheduling|admissions|pharmacy|radiology|security|maintenance|"
    r"accounting|payroll|warranty|shipping|complaints|escalations?|reception|housekeeping|room service|spa|"
    r"restaurant|kitchen|front (?:desk|office)|back office|head office|human|agent|operator|rep|representative|hr)",
    "talk": r"(?:speak|talk|chat|speaking|talking|chatting|converse|communicate|have (?:a )?(?:word|chat|"
           r"conversation))",
    "nobody": r"(?:you|u|ya|yall|y'all|me|my|mine|our|his|her|hers|him|them|their|they|us|it|this|that|these|those|"
    r"about|more|less|what|which|whom|who|each|people|men|women|girls|boys|kids|friends|customers|clients|strangers|"
    r"plants|animals|dogs|cats|bots|chatbots|robots|machines|computers|ai|siri|alexa|google|cortana|god|jesus|myself|"
    r"yourself|yourselves|respect|confidence|and|or|the|a|an|your|in|on|at|for|before|english|spanish|french|german|"
    r"chinese|italian|russian|arabic|hindi|portuguese|japanese|if|when|because|so|as|i|we|he|she|there|here|to|not|no)",
    "outsider": r"(?:[a-z]+ )?(?:friends?|husband|wife|spouse|partner|mother|father|mom|dad|mum|son|daughter|brother|"
    r"sister|parents?|family|boyfriend|girlfriend|neighbou?rs?|landlord|tenants?|lawyer|attorney|solicitor|accountant|"
    r"therapist|police(?:man)?|officer|wall|crush|girl|boy|kids?|child|customers?|clients?|class|audience|crowd|"
    r"teacher|students?|computers?|machines?|robots?|bots?|chat ?bots?|ai|voice ?mail|recordings?|apps?|phones?|"
    r"account|tv|devices?|voice|language|accent|dogs?|cats?|pets?|plants?|strangers?|employers?|speed|pace|volume|"
    r"tone|dead|guests?|spirits?|press|media|vet|other (?:bank|side|party|company|driver)|same (?:time|way)|"
    r"(?:few|couple of|lot of|bunch of) (?:things|minutes)|minute|moment|bit|while|loan|issue|problem|thing|"
    r"assistant manager at|virtual assistant|different (?:voice|accent|language))",
}  # fmt: skip

GUARDS = {
    **KNOWN,
    "first": Guard(whole=r"(?:before (?:i|we|making|deciding|doing|you)|\bfirst and|call (?:you )?back (?:later|then)|"
                   r"get back to you|let you know)"),
    "what it is": Guard(
        before=r"(?:(?:is|are|am|was|were|be|being|become|becoming|being|you're|i'm|it's|he's|she's|they're|like|as|"
        r"than|sounds?|sounded|called|named|who's|that's|isn't|aren't|not|nor|or|either|u|your) ?)(?:to |with )?"
        r"(?:you |this |that |it |u )?(?:an?|the|really|even|actually|any|one of)? ?$|"
        r"(?:talking|speaking|chatting) (?:to|with) (?:an?|the)?$|(?:my|his|her|their|our|its|no|per|each|every|"
        r"another|other|first|second|third party|insurance|estate|travel|sales|real estate|tour|crane|machine|office|"
        r"project|product|property|building|campaign|account|event|regional|network|letting|booking|bus|boat|fork "
        r"lift)(?: [a-z]+)?$",
    ),
    "about it": Guard(
        whole=r"(?:are|am|r) (?:you|i|u|we|this|these|they)(?! (?:going|able|to|ever)\b)|is (?:this|that|it)(?! "
        r"possible\b| ok\b| okay\b)|you(?:'re| are|r)? (?:sound|seem|look|sure|really|like|bot|"
        r"a|not|an)|i(?:'m| am) (?:an?|the|your|also|not)|work(?:s|ed|ing)? (?:as|for|with)|what (?:do|does|did|is|are|"
        r"kind)|who (?:is|are|was)|how (?:many|much|long|old|is|are|does)|when (?:do|does|did|will|is)|do you know|"
        r"\w+ (?:told|said|promised|gave|called|hung|spoke|mentioned|helped|sent|charged|tried|advised|informed) (?:me|"
        r"us|up|that|it|i|to|with|there)",
        unless=r"(?:get|give|find|bring|fetch|put|want|need|connect|transfer) (?:me|us|an?|to|some)|talk|speak",
    ),
    "of rights": Guard(after=r"^(?:resources?|errors?|rights?|body|hair|nature|trafficking|manual|licen[sc]es?|fees?|"
                       r"plan|plans|position|positions|job|jobs|roles?|training|code|number|numbers|id|hours|of my|"
                       r"for my|of the|in my|on my|name|names|login|portal|account|accounts|at my|payment|payments|apr|"
                       r"example|sample)"),
    "told": Guard(whole=r"(?:told (?:me|us|my|him|her)|said (?:it|i|that|he|she|they|you|the|my|there|this|no|yes)|"
                  r"hung up|promised|advised me|informed me|called me|called us|(?:i|we|i've|we've|he|she|my \w+) "
                  r"(?:just |already |have |had )*(?:spoke|spoken|talked|was talking|was speaking|got) (?:to|"
                  r"with|a|an)|"
                  r"yesterday|last (?:week|month|time|night)|helped me|(?:was|were) (?:very |so |really )?(?:rude|nice|"
                  r"helpful|great|kind|lovely|able)|thank\w* (?:you |god )?(?:to|for)|who called|which (?:agent|"
                  r"representative)|named?|my (?:own )?(?:\w+ )?(?:manager|agent|supervisor|advis[eo]r|colleague)|"
                  r"don't (?:want|need|have to)|no need|not (?:need|want)|(?:do|does|will|would|did|should|"
                  r"must) (?:i|we|"
                  r"it|he|she|they|the|a|an|your)\b|what if|if (?:i|we|a|the|an|your))"),
    "errand": Guard(
        whole=r"(?:add|remove|hire|become|tip|pay|paying|owe|apply|applying|appointment|meeting|salary|vacanc\w+|"
        r"review for|feedback|message|regards|thank|thanks to|compliment|approval|signature|registered|"
        r"authori[sz]ed|listed|name of|"
        r"number of|job|profession|policy holder|property|listing|lease|commission|(?:be|being|become|becoming) "
        r"an?|nearby|nearest|closest)",
    ),
    "weary": Guard(before=r"(?:than|the|long|hate|hated|was|were|been|spent|after|tired of|sick of|time|keep|"
           r"kept|stop)$"),
    "rejected": Guard(before=r"(?:no|without|don't|not|never|skip|avoid|instead of|rather than|no need for|need for)"
                      r"(?: (?:an?|the|any|to|for|another|need|want|have|talk|speak|with))*$"),
}  # fmt: skip

MENTIONED = (*NEGATED, "own", "about it", "of rights", "told", "rejected", "someone's", "errand")
FRAMES = filled(
    (
        # Whoever is named: "to the owner", "with Marcus in loans".
        Phrase(r"(?:{want}|{may}) (?:to )?{talk} (?:to|with) (?:the|a|an|your|one of (?:the|your)|some|another) "
               r"(?!{outsider}(?: |$))[a-z]+", 0.8, (*NEGATED, "own", "first", "someone's")),
        Phrase(r"(?:{ask}) (?:to )?{talk} (?:to|with) (?!{nobody}(?: |$))[a-z]+", 0.75,
               (*NEGATED, "own", "kept", "first")),
        Phrase(r"(?:transfer|connect|put|patch|pass|switch|forward|route)(?: me| us| (?:the|this|my) call)?(?: on)? "
               r"(?:to|with) {station}(?= [.?]|$)", 0.75, ("refused", "whether")),
        Phrase(r"(?:put|patch|pass|connect|transfer|hand) (?:me|us)(?: (?:back|on|up|in))?(?= [.?]|$)",
               0.75, ("refused", "whether", "kept")),
        Phrase(r"(?:patch|put) (?:me|us) to (?!my |sleep)[a-z]+", 0.75, ("refused", "whether", "kept")),
        Phrase(r"ask(?:ing|ed)? for (?:{desk}|{station})", 0.75, ("refused", "whether", "kept")),
        Phrase(r"(?:wondering|asking|see|seeing|hoping|know|like it|nice|great|appreciate it|grateful)(?: if| "
               r"whether)? "
               r"(?:i|we) (?:can|could|might|may) (?:{contact}|{talk} (?:to|with)) {who}", 0.85, ("refused",)),
        Phrase(r"(?:want|like|need|have|get|give me|request|prefer) (?:a |an )?call ?back(?: [a-z]+)? from {who}", 0.85,
               ("refused",)),
        Phrase(r"(?:skip|bypass|get past|get off|off|out of|away from|rid of|turn off|get around|leave|exit|end) "
               r"(?:with |of |from )?{bot}", 0.75, ("refused", "whether")),
        Phrase(r"(?:talking|speaking|chatting|dealing) (?:to|with) {bot} (?:is|isn't|does|doesn't|won't)", 0.7,
               ("whether",)),
        Phrase(r"(?:want|need|get|like|have|put) (?:{someone}|{det}{real}{0,3}(?:{human})) on (?:the |this "
               r")?(?:line|phone|"
               r"call)|(?:{someone}|{det}{real}{0,3}(?:{human}))(?: of yours)? help (?:me|us|with this|with "
               r"it)?(?: with "
               r"[a-z ]{1,20})? ?instead", 0.8, (*NEGATED, "own")),
        Phrase(r"(?:(?:would|is) it(?: be)?|alright|fine|possible|cool|mind|better|best) if (?:i|we) (?:talk|"
               r"talked|speak|spoke|chat|chatted|spoken) "
               r"(?:to|with) {who}", 0.8, ("refused",)),
        Phrase(r"(?:live chat|chat|assistance|help|support)(?: to)? (?:with|from|get in touch with|contact|"
               r"reach) {who}", 0.75,
               (*NEGATED, "own", "kept")),
        Phrase(r"(?:human|live|agent|operator) (?:assistance|help|support)(?= [.?]|$)|no (?:machines?|bots?|robots?) "
               r"(?:human|person|agent)", 0.8, ("refused",)),
        Phrase(r"(?:get|give) (?:me|us) (?:the |your )(?:[a-z]+ ){0,2}(?:department|team|desk|office)(?= [.?]|$)", 0.8,
               ("refused", "whether")),
        Phrase(r"{someone} (?:needs|has|ought|got|better) (?:to )?(?:call|phone|ring|contact|talk to|speak to|"
               r"help) (?:me|us)",
               0.8, ("refused",)),
        Phrase(r"(?:schedule|arrange|book|set up|request) (?:a |an )?(?:phone )?(?:call|chat|conversation) with "
               r"{who}", 0.8,
               (*NEGATED, "own")),
        Phrase(r"can't (?:even )?(?:speak|talk|get|reach)(?: to| with| hold of| a hold of)* {det}?(?:{staffer})", 0.75,
               ("own", "told", "later")),
        # Asked for again: "i said representative", "for the third time agent".
        Phrase(r"(?:i (?:have |already |'ve )*(?:said|asked for|requested)|i(?:'m| am) asking for|i told you|"
               r"(?:first|second|third|fourth|fifth|last|hundredth|tenth|final|millionth) time|again|repeat|"
               r"how many times do i have to (?:ask for|say)) (?:i (?:want|need) )?{det}?{real}{0,3}(?:{human})"
               r"(?= [.?]|$)", 0.8),
        Phrase(r"(?:wait|hold|waiting|holding|stay(?: on the line)?|hang on) (?:on )?for {det}?{real}{0,3}(?:{human}|"
               r"{someone})(?:{rest}|{end})", 0.75, (*NEGATED, "own", "weary", "told")),
        Phrase(r"(?:at ease|sooner|feel better|feel more comfortable|more comfortable|be easier|be better|be "
               r"happier|happier|"
               r"easier|comfortable|better off)(?: [a-z']+){0,5} (?:with|to|by|from) {det}?(?:{staffer}|"
               r"{weak}){rest}", 0.8,
               ("refused", "what it is")),
        Phrase(r"(?:human|live|agent|operator) (?:hand ?off|hand ?over|take ?over|intervention|escalation)|"
               r"(?:^|(?<=[.?] ))hand ?(?:off|over)(?= [.?]|$)", 0.8, ("refused",)),
        Phrase(r"(?:get|fetch|bring|grab|call|find|ring|summon|involve|page|have|put|add|loop in|invite) (?:me "
               r")?(?:in )?"
               r"{det}{real}{0,3}(?:{human}|{someone}) (?:in|into|on|over|here|for me|to the phone|for us|to "
               r"this)", 0.8,
               (*NEGATED, "own", "kept", "passing")),
        Phrase(r"(?:can|could|will|would|should|may|possible for|way for|chance for|time for|want|need|let|"
               r"have) (?:{someone}|{det}"
               r"{real}{0,3}(?:{human}))(?: (?:from|in|at|on|of) [a-z]+(?: [a-z]+)?)?(?: to| please)? (?:handle|take|"
               r"deal|look|sort|jump|step|answer|join|review|resolve|fix) ?(?:this|over|with|it|at|into|"
               r"in|my|me|instead)?", 0.75, (*NEGATED, "own", "passing")),
        Phrase(r"(?:a |your |my )?(?:colleague|manager|supervisor|superior|somebody|someone|human|person|agent)s?(?: "
               r"[a-z']+){1,7} (?:may|can|could|let me|so|please) (?:i )?(?:speak|talk) (?:to|with) (?:them|him|"
               r"her)", 0.75,
               (*NEGATED,)),
        Phrase(r"(?:lady|guy|gentleman|woman|man|girl|agent|person|representative|someone|somebody)(?: [a-z']+){1,7} "
               r"(?:{want}|{may}) (?:to )?{talk} (?:to|with) (?:them|him|her)", 0.75, (*NEGATED, "first")),
        # People whose mere mention, with any sign of a wish, is a request.
        Phrase(r"(?:{cue}){over}(?:{staffer})", 0.7, MENTIONED),
        Phrase(r"(?:{cue})(?:{over}| )(?:an?|the|your|one of your|another|some|any|different|other|senior|human|"
               r"real|live) "
               r"(?:[a-z]+ ){0,2}(?:{staff})(?!')", 0.7, MENTIONED),
        Phrase(r"is (?:mr|mrs|ms|miss|doctor|dr)(?: [.])? [a-z]+(?: [a-z]+)? (?:available|there|in|around|free)", 0.75),
        Phrase(r"(?:rather|prefer|like|want|wish|need|have|get|ask|could|can)(?: that)? (?:{someone}|{det}{real}{0,3}"
               r"(?:{human}|{staff}))(?: to)? (?:phoned?|call(?:ed)?|ring|rang|contact(?:ed)?|text)(?: back)? "
               r"(?:me|us)", 0.8,
               (*NEGATED, "own")),
        Phrase(r"(?:nobody|no one|anybody|anyone|no person)(?: there| here| else| at all){0,2} (?:but|besides|"
               r"other than|"
               r"except|apart from) {bot}", 0.75),
        Phrase(r"(?:not|don't|won't|refuse|rather not|hate|never)(?: [a-z']+){0,4} (?:explain|continue|going on|go on|"
               r"carry on|discuss|deal|bother|work|argue|communicate|do this|do business)(?: [a-z']+){0,3} "
               r"(?:to|with) {bot}",
               0.75),
        Phrase(r"(?:in charge|responsible|handling it|your (?:supervisor|manager|boss|superior))(?: "
               r"[a-z']+){0,4} (?:talk|"
               r"speak|have a word) (?:to|with) (?:them|him|her)", 0.75, ("refused", "told")),
        Phrase(r"(?:let me have|give me|get me|can i have|could i have|i want|i need) (?:someone|somebody) "
               r"(?:else|real|"
               r"human|different|competent|senior|proper)", 0.8, ("refused",)),
        Phrase(r"(?:{someone}|{det}{real}{0,3}(?:{human}|{staff}))(?: [a-z]+){0,4} (?:get|come|hop|jump|be) "
               r"(?:on|to) (?:the |"
               r"this )?(?:line|phone|call)", 0.75, (*NEGATED, "own", "told")),
        Phrase(r"(?:^|(?<=[.?] ))(?:(?:hello|hi|hey|yes|yeah|no|ok|okay|sorry|thanks|bot|hmm|um|nope|yep) "
               r")+(?!people){det}?{real}"
               r"{0,3}(?:{human}|{staff})(?= [.?]|$)|^(?:[a-z]+ )?(?:manager|representative|supervisor|agent) please",
               0.75, ("own",)),
        Phrase(r"(?:^|(?<=[.?] ))(?!no )(?:[a-z']+ ){0,2}{det}?(?:{staffer}|{someone}|{desk})(?: [a-z]+)? (?:please|"
               r"now|instead|asap|only|"
               r"thanks|thank you|immediately)(?= [.?]|$)", 0.7,
               ("refused", "own", "kept", "what it is", "about it", "of rights", "told", "rejected", "someone's")),
        Phrase(r"(?:^|(?<=[.?] ))(?:someone|somebody|anyone) (?:real|human|living|alive|competent|else|senior|"
               r"higher|in charge|in authority)"
               r"(?= [.?]|$)", 0.75),
        Phrase(r"(?:{someone}|{det}{real}{0,3}(?:{human})) (?:that |who |whom )?(?:i|we) (?:can|could|may|might) "
               r"(?:discuss|explain|work|deal|ask|go|review|complain)", 0.75, (*NEGATED, "own")),
        Phrase(r"(?:^|(?<=[.?] ))(?:someone|somebody|anyone|a person|people|agent|rep|staff) (?:from|in|at) "
               r"(?:the |your )?"
               r"(?:{desk}|customer (?:care|service|support)|[a-z]+ (?:team|department|desk))(?= [.?]|$)", 0.75),
    ),
    SLOTS,
)  # fmt: skip
