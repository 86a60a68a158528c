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
    r"claims|technical|tech|relevant|higher|main|duty|shift|floor|general|hotel|store|branch|bank) ",
    "human": r"humans?(?: beings?)?|person|people|agents?|representatives?|reps?|operators?|receptionist|"
    r"(?:financial |mortgage |loan |bank )?advis[eo]rs?|associates?|attendant|specialists?|managers?|"
    r"supervisors?|boss|tellers?|clerk|cashier|staff(?: members?)?|employees?|team members?|"
    r"members? of (?:the |your )?(?:staff|team)|colleagues?|technician|consultant|assistant manager|"
    r"dispatcher|nurse|banker|underwriter|adjuster|case ?worker|professional|expert|higher up",
    "someone": r"(?:someone|somebody|anyone|anybody)(?: else)?",
    "desk": r"(?:the |your |our )?(?:(?!my |his |her |their |own )[a-z]+ ){0,2}(?:team|department|dept|desk|office|"
            r"division|centre|center|line)|"
    r"(?:the |your )?(?:customer|guest|client|technical|tech|room|member|user)(?: and)? "
    r"(?:services?|support|care|relations|success)|(?:the |your )?(?:reception|concierge|housekeeping|billing|"
    r"sales|claims|support|spa|restaurant|front desk|pharmacy|helpdesk|help desk|headquarters)",
    "who": r"{det}?{real}{0,3}(?:{human})|{someone}|{desk}",
    "contact": r"(?:speak|talk|chat|connect|deal|communicate|converse)(?:ing)?(?: about (?:this|that|it))? "
    r"(?:to|with|2)|(?:be |get |getting |being )?(?:transferred|connected|passed|put|forwarded|switched|"
    r"redirected|routed|escalated|handed)(?: on| up)? (?:to|with)|"
    r"(?:get|getting) (?:a )?(?:hold|ahold) of|(?:get|getting) in touch with|reach|reaching|contact|"
    r"(?:get|be) (?:me )?(?:to|on (?:the )?(?:line|phone) with)|see|call",
    "want": r"(?:want|wanted|need|needed|like|liked|love|prefer|wish|rather|demand|demanding|insist|have|got|hoping|"
    r"hope|looking|trying|waiting|asking|asked|ask|begging|ready|supposed|better|try|required)"
    r"(?: (?:to|on|for|if i could|if i can|that i))?",
    "may": r"(?:can|could|may|might|can't|couldn't|shall|should) (?:i|we)(?: (?:like|ever|at least))?|"
    r"(?:is|would) it(?: be)? (?:possible|ok|alright|okay)(?: for me| if i)?(?: to)?|"
    r"(?:is|are) there (?:a|any|some) (?:way|chance|possibility|option|number)s?(?: for me| that i can| i can)?(?: "
    r"to)?|"
    r"how (?:can|do|would|could|may) i(?: get to| go about)?|what do i (?:need|have) to do to|"
    r"what does it take to|(?:let|allow|permit|help) (?:me|us)(?: to)?|(?:can|could|would|will) you (?:let|help) me|"
    r"i'll|i will|i(?:'m| am) going to|i must|i can|have me|get me to",
    "move": r"(?:transfer|connect|put|pass|patch|forward|switch|send|direct|redirect|route|escalate|hand|move|bring|"
            r"get)",
    "call": r"me|us|(?:this|my|the) (?:call|case|issue|problem|matter|conversation)|this|it",
    "bot": r"(?:an? |this |your |some |the )?(?:stupid |dumb |fucking |damn |goddamn |useless |automated |automatic |"
    r"talking |freaking )*(?:robots?|bots?|machines?|computers?|a i|ai|chatbots?|voice ?bots?|recordings?|"
    r"automated (?:system|voice|service)|virtual (?:assistant|agent)|voice assistant|answering machine|program|"
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
        whole=r"(?:don't|do not|didn't|never|no need to|not) (?:(?:want|need|have|like|wish|going) )?(?:to )?"
        r"(?:{verbs})(?: me| us)?(?: to| with)?.*".replace("{verbs}", "transfer|connect|speak|talk|escalate|put"),
    ),
    "whether": Guard(
        before=r"(?:if|when|whenever|in case|suppose|unless|what happens if|why would|why should|before)(?: i| we| "
               r"you)?$|"
        r"(?:do|will|would|did|should|must|why do) (?:i|we)$|"
        r"(?:he|she|they|who|friend|wife|husband)$|(?:told|asked) (?:him|her|them)(?: to)?$|"
        r"(?:yesterday|last time|last week|last month|before|earlier) (?:when )?i$",
    ),
    "own": Guard(before=r"(?:my|his|her|their|our|own)$"),
    "thing": Guard(after=r"^(?:fee|fees|number|hours|charge|error|name|s|id|address|booking|reservation|policy)"),
    "another house": Guard(after=r"^(?:at|from|in|of) (?:my|our|his|her|another|a different|the other)"),
}

NEGATED = ("refused", "whether", "thing", "another house")

ASKS = filled(
    (
        Phrase(r"{want} (?:to )?{contact} {who}", 0.95, NEGATED),
        Phrase(r"{may} {contact} {who}", 0.95, NEGATED),
        Phrase(r"(?:^|(?<=[.?] ))(?:speak|talk|connect) (?:to|with) {who}", 0.9, NEGATED),
        Phrase(r"{move} (?:{call})(?: (?:on|up|back|straight))? (?:to|with|on (?:the )?(?:phone|line) with) {who}",
               0.95, NEGATED),
        Phrase(r"(?:get|give|find|fetch|bring|grab|send|pass) (?:me|us)(?: to)? "
               r"{det}?{real}{0,3}(?:{human}){rest}", 0.9, NEGATED),
        Phrase(r"(?:get|give|find) me (?:{someone})(?: (?:to|who|that)|$| [.?])", 0.85, NEGATED),
        Phrase(r"(?:want|need|demand|prefer|request|like|have|get) {det}?{real}{0,3}(?:{human}){rest}", 0.85,
               (*NEGATED, "own")),
        Phrase(r"{contact} (?:a |an )?(?:real|actual|live|human|non robotic) (?:{human})", 0.8,
               ("refused", "whether", "own", "another house")),
        Phrase(r"(?:^|(?<=[.?] ))(?:no )?{det}?{real}{0,3}(?:{human}|customer (?:service|support|care))"
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
        Phrase(r"escalate (?:{call})(?: (?:to|up))?", 0.8, ("refused", "whether")),
        Phrase(r"(?:transfer|connect) me(?= [.?]|$)", 0.75, ("refused", "whether")),
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
