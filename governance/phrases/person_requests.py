"""How callers ask for a person: the frames, the people, and what shows that no handoff is asked for."""

from governance.phrases.matching import Guard, Phrase, filled

# Small words that may stand anywhere inside a request.
LEFT_OUT = frozenset(
    {
        "please", "just", "actually", "really", "maybe", "perhaps", "possibly", "directly", "now", "then",
        "already", "also", "kindly", "quickly", "simply", "honestly", "immediately", "okay", "ok", "well", "so",
        "yeah", "right", "finally", "first", "over", "through",
    }
)  # fmt: skip

SLOTS = {
    "det": r"(?:an?|the|one of|some|any|your|another|this|that) (?:of )?(?:your |the )?(?:other )?",
    "real": r"(?:real|actual|live|living|human|physical|different|proper|normal|senior|non robotic|"
    r"knowledgeable|competent|available|next|local|support|service|phone|customer|sales|billing|"
    r"account|night|case|relationship|loan|claims|technical|tech|relevant|higher|main|duty|shift|floor|general|"
    r"hotel|store|branch|bank) ",
    "human": r"humans?(?: beings?)?|person|people|agents?|representatives?|reps?|operators?|receptionist|"
    r"(?:financial |mortgage |loan |bank )?advis[eo]rs?|associates?|attendant|specialists?|managers?|"
    r"supervisors?|boss|tellers?|clerk|cashier|staff(?: members?)?|employees?|team members?|"
    r"members? of (?:the |your )?(?:staff|team)|colleagues?|technician|consultant|assistant manager|"
    r"dispatcher|nurse|banker|underwriter|adjuster|case ?worker|professional|expert|higher up|"
    r"(?:customer|sales|shop|store|personal|human|live) assistants?|management|"
    r"(?:lady|guy|gentleman|woman|man|girl|chap)(?= (?:i|who|that) )",
    "someone": r"(?:someone|somebody|anyone|anybody)(?: (?:else|real|human|there|higher(?: up)?|senior|living|alive|"
               r"competent|different|in charge|in authority|with (?:some )?authority|on (?:your|the) \w+|from "
               r"(?:your|the) \w+|at (?:your|the) \w+(?: \w+)?|in (?:your|the) \w+(?: \w+)?))*|"
               r"who(?:m|so)?ever(?:'s|is| is|runs|can|has|handles|deals)[a-z ]*",
    "desk": r"(?:the )?(?:next|second|higher|another) (?:tier|level|line)(?: of)?(?: support)?|tier (?:two|three|2|3)|"
    r"(?:the |your |our )?(?:(?!my |his |her |their |own )[a-z]+ ){0,2}(?:team|department|dept|desk|office|"
            r"division|centre|center|line)|"
    r"(?:the |your )?(?:customer|guest|client|technical|tech|room|member|user)(?: and)? "
    r"(?:services?|support|care|relations|success)|(?:the |your )?(?:reception|concierge|housekeeping|billing|"
    r"sales|claims|support|spa|restaurant|front desk|pharmacy|helpdesk|help desk|headquarters)",
    "who": r"{det}?{real}{0,3}(?:{human})|{someone}|{desk}",
    "contact": r"(?:speak|talk|chat|connect|deal|communicate|converse)(?:ing)?(?: about (?:this|that|it))? "
    r"(?:to|with|2)|(?:be |get |getting |being )?(?:transferred|connected|passed|put|forwarded|switched|"
    r"redirected|routed|escalated|handed)(?: on| up| along| back)? (?:to|with)|(?:be )?put in touch with|"
    r"(?:talked|spoke|chatted) (?:to|with)|"
    r"(?:get|getting) (?:a )?(?:hold|ahold) of|(?:get|getting) in touch with|reach|reaching|contact|"
    r"(?:get|be) (?:me )?(?:to|on (?:the )?(?:line|phone) with)|see|call",
    "want": r"(?:want|wanted|need|needed|like|liked|love|prefer|wish|rather|demand|demanding|insist|have|got|hoping|"
    r"hope|looking|trying|waiting|asking|asked|ask|begging|ready|supposed|better|try|required)"
    r"(?: (?:to|on|for|if i could|if i can|that i))?",
    "may": r"(?:can|could|may|might|can't|couldn't|shall) (?:i|we)(?: (?:like|ever|at least|not))?|"
    r"(?:is|would) it(?: be)? (?:possible|ok|alright|okay|fine|cool)(?: for me| if i)?(?: to)?|"
    r"(?:is|are) there (?:a|any|some) (?:way|chance|possibility|option|number)s?(?: for me| that i can| i can)?(?: "
    r"to)?|"
    r"how (?:can|do|would|could|may) i(?: get to| go about)?|what do i (?:need|have) to do to|"
    r"what does it take to|(?:let|allow|permit|help) (?:me|us)(?: to)?|(?:can|could|would|will) you (?:let|help) me|"
    r"i'll|i will|i(?:'m| am) going to|i must|i can|have me|get me to",
    "move": r"(?:refer|transfer|connect|put|pass|patch|forward|switch|send|direct|redirect|route|escalate|hand|"
           r"move|bring|"
            r"get)",
    "call": r"me|us|(?:this|my|the) (?:call|case|issue|problem|matter|conversation)|this|it",
    "bot": r"(?:an? |this |your |some |the )?(?:stupid |dumb |fucking |damn |goddamn |useless |automated |automatic |"
    r"talking |freaking )*(?:robots?|bots?|machines?|computers?|a i|ai|chatbots?|voice ?bots?|recordings?|"
    r"automated (?:system|voice|service)|virtual (?:assistant|agent)|voice assistant|answering machine|program|"
    r"software|"
    r"robotic voice|algorithm)",
    "rest": r"(?= (?:my|the|this|we|there|he|she|they|you|of|it|but|or|first|before|who|to|who|that|on|instead|about|"
            r"not|and|for|because|in|asap|right|at|here|with|cause|is|i)\b| [.?]|"
            r"$)",
}  # fmt: skip

GUARDS = {
    "refused": Guard(
        before=r"(?:don't|do not|didn't|did not|never|not|no need|without|instead of|rather than|stop|avoid|"
        r"rather not|won't|needn't|wouldn't)(?: (?:you|need|want|have|wanted|to|like|have to|wish|going|try|"
        r"trying|me|us|even|bother|having|dare|prefer|be))*$",
    ),
    "whether": Guard(
        before=r"(?:if|when|whenever|in case|suppose|unless|what happens if|why would|why should|before)(?: i| we| "
               r"you)?$|"
        r"(?:do|will|would|did|should|must|why do) (?:i|we)(?: (?:need|have|want))?$|"
        r"(?:he|she|they|who|friend|wife|husband)$|(?:told|asked) (?:him|her|them)(?: to)?$|"
        r"(?:yesterday|last time|last week|last month|before|earlier) (?:when )?i$",
    ),
    "someone's": Guard(after=r"^(?:about (?:me|him|her)|in (?:french|german|spanish|chinese|italian)|to|on (?:facebook|"
                       r"instagram|the app))"),
    "passing": Guard(before=r"(?:can|could|is|has|did|will|does|would|when|if|need|should|told|had)$",
                     whole=r"(?:passcode|pickup|pick up|luggage|bags|app|website|my password|delivery|baby|kids)"),
    "kept": Guard(
        whole=r"(?:(?:my|his|her|their|our|own|travel|estate|insurance|office|old|former)(?: [a-z]+){0,2} (?:agents?|"
              r"managers?|"
        r"advis[eo]rs?|boss|supervisors?|representatives?|reps?|accountant|specialist|colleagues?|operator|doctor|"
        r"banker|"
        r"associate|teller|staff)|(?:add|remove|use|pick|money|fund|funds|gift|book|booking|reservation|ticket|tickets|"
        r"dollars|pounds|cheque|check|payment|payments|card|package|invite|pay|owe|send (?:a|the)|for|per) (?:\w+ "
        r"){0,3}"
        r"(?:someone|somebody|person|people|anyone|anybody)|(?:someone|somebody|anyone|anybody) else's|already|"
        r"yesterday|"
        r"last (?:week|time|month)|earlier)",
        before=r"(?:does|is|has|did|will|if|when|unless|whether|are|was|were)(?: \w+){0,3}$|(?:what|why)$",
    ),
    "known": Guard(after=r"^(?:that |whom? )?(?:i know|i met|i trust|should (?:list|add|call))"),
    "needless": Guard(whole=r"no need (?:for|to|of)|not necessary|unnecessary|you (?:sound|seem|talk|act|look)"),
    # What somebody will do some other time, and what somebody else asked for.
    "later": Guard(
        whole=r"(?:i'll|i will|we'll|we will|maybe i|i might)(?: [a-z']+){1,9} (?:when (?:i|we)|tomorrow|later|next "
              r"time|"
        r"once (?:i|we)|myself)|(?:can't|cannot) (?:speak|talk)(?: [a-z']+){1,4} (?:right now|at the moment|just now|"
        r"today)|before (?:changing|i decide|deciding)",
    ),
    "third": Guard(
        before=r"(?:he|she|they|people|customers|(?:my|his|her|their) [a-z]+) (?:[a-z]+ )?(?:asked|wanted|demanded|"
               r"tried|"
        r"insisted|kept (?:on )?(?:asking|saying|shouting))(?: [a-z]+){0,2}$|^(?:am|are|was|were|is) (?:i|we|this|"
        r"that)$|"
        r"(?:i'd|i would|we'd|could|should|would) have$",
    ),
    "own": Guard(before=r"(?:my|his|her|their|our|own)$"),
    "thing": Guard(after=r"^(?:fee|fees|number|hours|charge|error|name|s|id|address|booking|reservation|policy)"),
    "another house": Guard(after=r"^(?:at|from|in|of) (?:my|our|his|her|another|a different|the other)"),
}

NEGATED = ("refused", "whether", "thing", "another house", "needless", "known", "later", "third")

ASKS = filled(
    (
        Phrase(r"{want} (?:to )?{contact} {who}", 0.95, NEGATED),
        Phrase(r"{may} {contact} {who}", 0.95, NEGATED),
        Phrase(r"(?:^|(?<=[.?] ))(?:speak|talk|connect|chat|speaking|talking|chatting)(?: live)? (?:to|with) "
               r"{who}", 0.9, NEGATED),
        Phrase(r"{move} (?:{call})(?: (?:on|up|back|straight))? (?:to|with|on (?:the )?(?:phone|line) with) {who}",
               0.95, NEGATED),
        Phrase(r"(?:get|give|find|fetch|bring|grab|send|pass) (?:me|us)(?: to)? "
               r"{det}?{real}{0,3}(?:{human}){rest}", 0.9, NEGATED),
        Phrase(r"(?:get|give|find) me (?:{someone})(?: (?:to|who|that)|$| [.?])", 0.85, NEGATED),
        Phrase(r"(?:want|need|demand|prefer|request|like|(?:can|could|may|to|me|let me|rather)(?: i| we)? have|get|"
               r"asked for|"
               r"asking for|ask for|begging for) {det}?{real}{0,3}(?:{human}){rest}", 0.85,
               (*NEGATED, "own")),
        Phrase(r"{contact} (?:a |an )?(?:real|actual|live|human|non robotic) (?:{human})", 0.8,
               ("refused", "whether", "own", "another house", "third")),
        Phrase(r"(?:^|(?<=[.?] ))(?:no (?!\w+s(?: |$)))?{det}?{real}{0,3}(?:{human}|customer (?:service|support|care))"
               r"(?: (?:on the (?:line|phone)|thanks?|thank you|help|needed|required|only))?(?= [.?]|"
               r"$)", 0.8, ("refused",)),
        Phrase(r"(?:^|(?<=[.?] ))(?:[a-z]+ )?{desk}(?= [.?]|$)", 0.6, ("refused",)),
        Phrase(r"(?:get|have|ask|send|find) (?:{someone}|{det}{real}{0,3}(?:{human})) (?:to |who can |that can )?"
               r"(?:call|phone|ring|contact|help|assist|speak|talk|ring)(?: back)?(?: to| with)? (?:me|"
               r"us)", 0.85, NEGATED),
        Phrase(r"(?:can|could|will|would|should) (?:{someone}|{det}?{real}{0,3}(?:{human})) "
               r"(?:call|phone|ring|contact|talk to|speak to|speak with) (?:me|us)", 0.85, ("refused",)),
        Phrase(r"(?:want|need|prefer|like|demand) (?:some |an? |any )?(?:human|live|real) "
               r"(?:help|assistance|support|interaction|contact|voice)", 0.85, NEGATED),
        Phrase(r"(?:have|get) a (?:quick )?(?:word|chat|conversation|discussion) with {who}", 0.9, (*NEGATED, "own")),
        Phrase(r"put {det}?{real}{0,3}(?:{human}|{someone}|{desk}) on(?: the (?:phone|line))?(?= [.?]|"
               r"$)", 0.9, ("refused",)),
        Phrase(r"are there any {real}{0,3}(?:{human}) (?:there |here |available )?(?:that |who )?(?:i|we) (?:can|"
               r"could)", 0.85),
        Phrase(r"is there (?:{who}|a ?n?y?(?: one)? {human}) (?:there|here|available|around|to (?:talk|speak)|"
               r"(?:i|we|who|that) (?:can|could|may)(?: (?:i|we))?(?: to)? (?:talk|speak|help|assist|"
               r"chat))", 0.9, NEGATED),
        Phrase(r"(?:don't|do) you have (?:{who}) (?:there|available|(?:i|who|that) (?:can|could))", 0.85),
        Phrase(r"(?:to|how do i|how can i|can't|trying to|way to|ways to|easier to|just) (?:{contact}) "
               r"{det}?{real}{0,3}"
               r"(?:{someone}|{human}){rest}", 0.85, (*NEGATED, "own", "someone's")),
        Phrase(r"(?:{someone}|{det}?{real}{0,3}(?:{human})) (?:to|(?:that |who )?(?:i|we) (?:can|could|may|might))"
               r"(?: \w+)? (?:talk|speak|chat)(?: to| with)?", 0.85, (*NEGATED, "own")),
        Phrase(r"(?:{someone}|{det}{real}{0,3}(?:{human})) (?:to |can |could |should |please |who can )*(?:take over|"
               r"handle|deal with|look at|look into|take care of|sort|explain|walk me through|step in|join|assist me|"
               r"help me)", 0.8, (*NEGATED, "own", "passing")),
        Phrase(r"(?:get|need|want|prefer|require|have|some|like) (?:some |a )?(?:human|live|real person|in person|"
               r"real life) (?:help|assistance|support|interaction|contact|voice|service)", 0.85, ("refused",)),
        Phrase(r"(?:want|need|like|have|get) (?:this|it|that|my \w+|the \w+)(?: \w+)? escalated|escalate to", 0.85,
               ("refused",)),
        Phrase(r"(?:talk|speak|explain|discuss|help)[a-z ]{0,30} (?:in person|face to face|human to human|person to "
               r"person)", 0.75, ("refused", "whether")),
        Phrase(r"(?:a |an )?(?:human|person|real person|agent|live agent|operator|representative) (?:not|instead of|"
               r"rather "
               r"than) (?:an? )?(?:{bot})", 0.9, ("refused",)),
        Phrase(r"(?:pass|hand|give|transfer|forward|send|turn) (?:me|this|it|us)(?: (?:on|off|over|back|"
               r"along))* to {who}", 0.9, NEGATED),
        Phrase(r"(?:no more|enough of|enough with|stop with|fed up with|sick of|tired of) (?:the |these |this |your )?"
               r"(?:{bot})", 0.75),
        Phrase(r"escalate (?:{call})(?: (?:to|up))?", 0.8, ("refused", "whether")),
        Phrase(r"(?:(?:^|(?<=[.?] ))(?:transfer|connect|escalate)|(?:transfer|connect|escalate) (?:me|my call|the "
               r"call|this call))(?= [.?]|$)", 0.75, ("refused", "whether")),
        Phrase(r"(?:don't|do not|not|never|hate|sick of|tired of|stop|refuse to|rather not|won't|can't stand|done|no)"
               r"(?: (?:want|like|need|wish|going|feel|comfortable|enjoy|appreciate|trust|to|be|being|sharing|my|"
               r"personal|"
               r"details|information|data|giving|dealing|interested|in|having|have))* (?:talk|talking|speak|speaking|"
               r"deal|"
               r"dealing|chat|chatting|sharing [a-z ]{0,30})(?: (?:to|with))+ {bot}", 0.85),
        Phrase(r"(?:sharing|discuss|discussing|giving|give|share) (?:[a-z]+ ){1,4}(?:with|to) {bot}", 0.7, ()),
        Phrase(r"(?:wasting|waste) (?:my )?time (?:with|talking to|on) {bot}", 0.8),
        Phrase(r"(?:want|need|give me|get me|prefer) (?:{who}|a human) (?:not|instead of|rather than) {bot}", 0.9),
    ),
    SLOTS,
)  # fmt: skip
