"""Requests for a person in further frames: to be moved to her, to be rung, to be let out of the machine."""

from governance.phrases.matching import Phrase, filled
from governance.phrases.person_frames import SLOTS as KNOWN
from governance.phrases.person_requests import NEGATED

SLOTS = {
    **KNOWN,
    "carry": r"(?:transfer|connect|put|patch|pass|forward|switch|direct|route|send|take|pop|stick|bounce|shift|hand|"
             r"move|bump|kick|bring|return|refer|link|plug)",
    # Where somebody is sent who asks for no person.
    "elsewhere": r"(?:[a-z]+ ){0,2}(?:menu|page|website|site|app|link|address|account|screen|beginning|start|airport|"
                 r"station|hospital|hotel|question|questions|test|test again|wifi|internet|network|speaker|printer|tv|"
                 r"device|list|waiting list|mailing list|newsletter|voicemail|folder|basket|cart|same|next|last|other|"
                 r"first|previous|end|top|bottom|house|office address|room|city|town|shop|store|game|server|bluetooth|"
                 r"phone|number|form|policy|plan|tariff|offer|price|sale|test drive|moon|doctor i know)",
    "any": r"(?:an?|the|your|one of your|one of the|some|any|another)(?: of your)?",
    "ring": r"(?:give|gives|giving) (?:me|us|my [a-z]+|her|him) (?:a |an )?(?:quick )?(?:call|ring|bell|buzz|shout|"
            r"phone "
            r"call|call ?back)|(?:ring|call|phone|contact|get back to|reach out to) (?:me|us|my [a-z]+)",
    "aid": r"(?:sort|solve|fix|understand|handle|help|explain|deal|listen|get|do|know|manage|answer)",
}  # fmt: skip
OWN = (*NEGATED, "own")
MOVES = filled(
    (
        Phrase(r"{carry} (?:me|us|my call|this call|the call)(?: (?:across|along|back|up|on|straight|onto|out))* "
               r"(?:to|with|onto) (?:an?|the|your|one of your|whoever) (?!{elsewhere}(?: |$))(?!{outsider}(?: |$))"
               r"(?:[a-z]+ ){0,3}?[a-z]+(?:er|or|ist|ian|ant|ent|ive|man|woman|lady|guy|girl|ee|folks|people|lot|"
               r"bods|crowd|crew|desk|line|team|department|dept|s desk)s?(?= [.?]|$| (?:please|now|about|for|in|at|"
               r"who|that|so|because|instead|and))", 0.75, (*OWN, "kept", "thing")),
        Phrase(r"{carry} (?:me|us)(?: (?:across|along|back|up|on|straight|onto|out))* (?:to|with|onto) {who}", 0.85,
               (*OWN, "kept")),
        Phrase(r"(?:get|getting|got) (?:me )?(?:on ?to|onto|through to|in touch with|hold of|ahold of) "
               r"{who}", 0.8, OWN),
        Phrase(r"(?:on ?to|in the queue for|in line for|in the line for|next in line for) {det}{real}{0,3}(?:{human}|"
               r"{someone}|{staffer})", 0.75, OWN),
        Phrase(r"why (?:won't|can't|don't|wouldn't|will|couldn't) (?:you|i|we|they)(?: not)? (?:let me |let us )?"
               r"(?:{contact} {who}|(?:put|transfer|connect|pass|patch) (?:me|us))", 0.75, ("own",)),
        Phrase(r"(?:can|could|will|would|should|please|possible|have|get|ask|arrange for|need|want|like|that)(?: "
               r"that| for)? "
               r"(?:{someone}|{det}{real}{0,3}(?:{human}|{staff})|one of (?:your|the) [a-z]+)(?: (?:to|please|could|"
               r"can|would|might|from|at|in|on|"
               r"your|the|there)){0,3} (?:{ring})", 0.8, OWN),
        Phrase(r"(?:is|are) (?:any|one|some|a few|there any) of (?:your|the) (?:{human}|{staff}|people|team|lot|guys|"
               r"girls|lads|folks)(?: [a-z]+)? (?:free|available|around|about|there|in|able)", 0.75, ("own",)),
        Phrase(r"(?:demand|want|wanted|need|like|wish|asked|asking|ask|love|expect|insist|request|require|waiting|"
               r"rather)"
               r"(?: on)?(?: to)? (?:be|being|get|getting) (?:transferred|put|escalated|connected|patched|handed|"
               r"passed)"
               r"(?= [.?]|$| (?:to|on|up|now|please|immediately))", 0.75, (*OWN, "thing")),
        Phrase(r"(?:i|we)(?: [a-z]+)? (?:need|want|require|demand|would like|'d like) (?:{someone}|whoever(?:'s| is)?) "
               r"(?:who|that|with|senior|dealing|handling|live|competent|qualified|able|real|to (?:walk|talk|guide|"
               r"take) "
               r"(?:me|us))", 0.75, (*OWN, "kept", "passing")),
        Phrase(r"(?:need|want) (?:{someone}) (?:who|that) (?:will|can|does|understands|speaks|knows|"
               r"actually)", 0.75, OWN),
        Phrase(r"whoever(?:'s| is) (?:dealing|handling|in charge|looking|responsible|working|"
               r"on)", 0.6, ("whether", "told")),
        Phrase(r"(?:done|finished|through|had enough|over it|no patience|can't be bothered) (?:with|of) {bot}|no "
               r"more (?:of )?"
               r"(?:{bot}|menus)", 0.75, ("whether",)),
        Phrase(r"(?:bring|get|call|pull|loop|drag) (?:in )?(?:{someone}|{det}{real}{0,3}(?:{human}|{staff}))(?: in| "
               r"on)?"
               r"(?= [.?]|$)", 0.75, (*OWN, "kept", "passing", "told")),
        Phrase(r"(?:run|take|raise|discuss|bring|talk|go) (?:it|this|that|things|everything)(?: up)? (?:past|by|"
               r"over with|with|"
               r"through with|to) (?:{who}|one of (?:your|the) [a-z]+|{someone})", 0.75, (*OWN, "thing")),
        Phrase(r"if (?:i|we) (?:could|can|may|might) (?:{contact}|{talk} (?:to|with)) {who}(?: [a-z']+){0,6} "
               r"(?:great|good|"
               r"nice|lovely|helpful|appreciate|appreciated|fantastic|perfect|wonderful|ideal|brilliant|please)", 0.75,
               ("own",)),
        Phrase(r"(?:preference|choice|option|request|only wish|answer)(?: i want)? (?:is|would be|was) (?:still "
               r")?(?:for |to "
               r"(?:speak|talk) (?:to|with) |talk to |speak to )?{det}?{real}{0,3}(?:{human}|{staffer})", 0.75,
               ("refused",)),
        Phrase(r"(?:skip|jump|straight|fast forward) (?:me )?(?:ahead )?(?:straight )?to "
               r"{det}?{real}{0,3}(?:{human}|{staffer})",
               0.75, OWN),
        Phrase(r"(?:not|no|never mind|forget|instead of) (?:you|this|that|it|with you|the bot|{bot})(?: [.])? "
               r"{det}?{real}{0,3}(?:{human})(?= [.?]|$)", 0.75),
        Phrase(r"is there (?:really |actually )?(?:no|not a|not one|not any|nobody|no one)(?: (?:real|actual|live|"
               r"single|"
               r"human|other)){0,2}(?: (?:{human}|one|body|being))?(?: [a-z]+){0,6} (?:i|we|to|who)(?: can| could| "
               r"may)? "
               r"(?:talk|speak)", 0.75),
        Phrase(r"where (?:are|is) (?:the|all the|your|all your) (?:{real})?(?:humans?|people|agents|staff|real people)"
               r"(?= [.?]|$| in| at| here)", 0.7),
        Phrase(r"(?:{staffer}|an actual person|a person) (?:would|could|can|might|will)(?: [a-z]+){0,2} {aid}", 0.7,
               ("refused", "about it", "told", "own", "of rights", "rejected", "whether")),
        Phrase(r"(?:easier|quicker|faster|simpler|better|rather|sooner|prefer)(?: (?!not |than )[a-z']+){1,8} (?:to|"
               r"with|from|by|past) "
               r"(?:an?|another|one of your|some|the) (?:[a-z]+ )?(?:{staffer}|{weak})(?!')", 0.75,
               ("refused", "own", "told", "whether", "third")),
        Phrase(r"(?:was|were|been|am|i'm|got) (?:told|advised|meant|supposed|instructed|asked) to (?:ask for|"
               r"{contact}|{talk} "
               r"(?:to|with)) (?:{who}|{station})", 0.7, ("refused", "own", "someone's")),
        Phrase(r"(?:can|could|would|will) you (?:please )?(?:get|fetch|find|put) (?:him|her|them)(?: (?:for me|on|"
               r"back))?"
               r"(?= [.?]|$)", 0.6, ("refused",)),
        Phrase(r"(?:page|summon) (?:the|a|an|your) [a-z ]{2,24}", 0.7, ("refused", "of rights")),
        Phrase(r"hand me (?:would|will|could|can|if)(?: you)?", 0.7, ("refused",)),
        Phrase(r"(?:get|give|want|need|have)(?: me)? (?:{someone}) (?:from|in|at|on) (?:the |your )?(?:{desk}|"
               r"{station}|[a-z]+ "
               r"desk)", 0.75, (*OWN, "kept", "told", "passing")),
        Phrase(r"(?:i|we) (?:wouldn't|would not) mind (?:{contact}|talking to|speaking to|speaking with|a word "
               r"with) {who}", 0.75,
               ("own",)),
        # What somebody wants help with, and how somebody asks who has little English or little time.
        Phrase(r"(?:help|assistance|assist|aid|support|trouble|problems?|want|need|like|about)(?: me| us)?(?: with| "
               r"in)? "
               r"(?:contacting|reaching|speaking (?:to|with)|talking (?:to|with)|chatting (?:to|with)|getting "
               r"(?:through to|to|"
               r"hold of)) {who}", 0.8, OWN),
        Phrase(r"(?:want|need|can i|could i|me|wanna)(?: to)? (?:speak|talk|chat|contact) (?:english )?(?:{human}|"
               r"{someone})"
               r"(?= [.?]|$| (?:now|please|here))|(?:want|need) (?:{human}) (?:no|not) {bot}", 0.75, OWN),
        Phrase(r"^contact (?:an? )?(?:{human}|{someone})$|^(?:someone|somebody|anyone)(?: real)?(?= [.?]|$)", 0.7),
        Phrase(r"(?:i'm|i am|we're|we are) after {who}|(?:hoping|trying|like|want|need|looking) to (?:catch|grab|"
               r"reach) "
               r"{who}", 0.7,
               (*OWN, "kept", "told", "errand")),
        Phrase(r"(?:word|chat|talk|conversation) with one of (?:your|the) [a-z]+", 0.8, OWN),
        Phrase(r"(?:is|are|if|see if|whether) (?:there's |there is )?(?:{someone}|{det}{real}{0,3}(?:{human}|"
               r"{staff}))(?: from| in| "
               r"at| on| your| the| [a-z]+){0,4} (?:free|able to (?:take|help|talk|speak|deal)|about|around)(?= "
               r"[.?]|$| (?:to|this|"
               r"right|me|with|now))", 0.7, ("own", "told", "what it is")),
        Phrase(r"(?:human|person|agent|someone|somebody|manager)(?: [a-z']+){0,5} (?:get|give|find|bring) me "
               r"one", 0.75, OWN),
        Phrase(r"way (?:a)?round (?:{bot})|(?:can't|cannot|won't|not going to|no point) (?:explain|say|tell|discuss|"
               r"do|give)(?: "
               r"[a-z]+){0,3} (?:to|with) {bot}", 0.75),
        Phrase(r"up the (?:chain|ladder)|(?:take|move|push|send|pass) (?:this|it|me) (?:further |higher )?up(?: the "
               r"[a-z]+)?(?= "
               r"[.?]|$)|(?:take|move|push) (?:this|it) (?:further|higher)", 0.65, ("refused", "whether", "told")),
        Phrase(r"(?:get|put|have|bring) (?!me|us|it|that|this|you)[a-z]+(?: [a-z]+)?(?: back)? on the (?:line|"
               r"phone)", 0.7,
               ("refused", "own", "told", "passing")),
        Phrase(r"(?:have|get|give me|find) (?:the|that) (?:lady|man|woman|guy|gentleman|girl|person|agent|advisor) "
               r"(?:from|i|who)",
               0.65, ("refused", "own", "told")),
        Phrase(r"(?:i need|i want|give me|get me|can i have|could i have) (?:the|your) (?:[a-z]+ "
               r"){1,2}(?:department|dept|team|desk)"
               r"(?= [.?]|$| please)", 0.75, (*OWN, "kept")),
        Phrase(r"only (?:tell|give|say|explain|discuss|share|speak|talk|deal|do)(?: [a-z]+){0,3} (?:an?|another) "
               r"(?:real |actual |"
               r"human )?(?:person|human)", 0.75),
        Phrase(r"(?:help|helps|assist|call|answer) (?:me|us)(?: [a-z]+)? (?:a|an actual|a real) (?:person|human)(?= "
               r"[.?]|$| not)",
               0.75, ("refused", "own")),
        Phrase(r"(?:where|how) (?:do|can|could|would|might) (?:i|we) (?:find|get|reach|contact|speak|talk|grab|"
               r"see)(?: (?:to|with|"
               r"hold of|my hands on|on|in touch with))* (?:{who}|the [a-z]+ (?:people|folks|lot|guys))", 0.75,
               ("own", "told", "thing", "another house")),
        Phrase(r"(?:expect|waiting for|grab|conversation with|let me to|let me on to|in (?:touch|contact) with) "
               r"(?:{who}|one of "
               r"(?:your|the) [a-z]+|{station})(?= [.?]|$| (?:to (?:call|ring|phone|contact)|from|in|at|please|"
               r"about|now))", 0.7,
               (*OWN, "kept", "told", "errand")),
        Phrase(r"(?:it's|it is) {det}?{real}{0,3}(?:{human}) (?:that )?(?:i|we) (?:want|need|asked|am after)", 0.75),
        Phrase(r"is (?:anybody|anyone|somebody|someone) (?:there |here )?(?:human|real|alive|living)|who (?:can|"
               r"could|do) i "
               r"(?:speak|talk) (?:to|with) (?:who|that) (?:isn't|is not|ain't) {bot}", 0.7),
    ),
    SLOTS,
)  # fmt: skip
