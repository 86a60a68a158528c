"""How callers threaten with law, complain, cancel, tell of a hard situation, and say that the assistant fails."""

from governance.phrases.matching import Guard, Phrase, filled

SLOTS = {
    "will": r"(?:i'll|i will|we'll|we will|i'm|i am|we're|going to|about to|have to|want to|might|ready to|forced to|"
            r"prepared to|happy to|planning (?:to|on)|considering|thinking (?:of|about)|will be|intend to|like to|"
            r"need to|"
            r"threatening to|let me|how (?:do|can|would) i|where (?:do|can) i|can i|could i|way to)",
    "file": r"(?:file|filing|make|making|lodge|lodging|raise|raising|register|submit|log|open|put in|put through|send|"
            r"write|start|place|leave|have|got|take|escalate|report|forward)",
    "product": r"(?:accounts?|subscriptions?|memberships?|contract|policy|plan|services?|cards?|line|cover(?:age)?|"
               r"insurance|bookings?|reservations?|orders?|appointment|phone|internet|broadband|package|agreement|"
               r"direct debit|mortgage|loan|licen[cs]e|registration|flight|trip|room|stay|tickets?|everything|it all)",
    "kin": r"(?:husband|wife|partner|mother|mom|mum|father|dad|son|daughter|brother|sister|baby|child|parents?|"
           r"grandmother|grandfather|grandma|grandpa)",
    "ours": r"(?:this|the|our|your) (?:conversation|call|chat|bot|robot|system|assistant|machine|service|menu|line|"
            r"automated (?:system|service)|voice (?:system|assistant)|thing)",
}
GUARDS = {
    "denied": Guard(before=r"(?:not|don't|didn't|never|no|without|won't|wouldn't|isn't|aren't|instead of|rather than)"
                           r"(?: (?:an?|any|the|to|want|going|have|had|need|wish|really|here|calling|trying|about|my|"
                           r"make|made|file|filed|like))*$"),
    "asked": Guard(before=r"(?:does|do) (?:my|your|the|you|this) (?:\w+ )*$",
                   after=r"^(?:insurance|cover|department hours|course|degree|school)"),
    "his job": Guard(whole=r"(?:i am a|i'm a|work as a|my (?:brother|sister|wife|husband|son|daughter) is a) "
                           r"(?:lawyer|attorney|solicitor|paralegal)"),
    "long ago": Guard(whole=r"(?:years? ago|when i was (?:a|\d+)|last year|used to)"),
    "my thing": Guard(before=r"(?:card|account|app|website|phone|password|pin|code|link|page|button|it|wifi|internet|"
                             r"router|printer|machine|light|heating|key|login|email|coupon)$"),
}
TABLES: tuple[tuple[str, tuple[Phrase, ...]], ...] = (
    ("legal_threat", (
        Phrase(r"(?:sue|suing) (?:you|them|the (?:company|bank|hotel)|this (?:company|bank|place)|your|for)", 0.9,
               ("denied", "asked")),
        Phrase(r"take (?:you|this|it|them|the (?:company|bank|matter))(?: \w+)? to (?:court|small claims|a tribunal|"
               r"my (?:lawyer|attorney|solicitor)|arbitration|the ombudsman)", 0.9, ("denied",)),
        Phrase(r"(?:see you in court|legal (?:action|proceedings|steps)|press(?:ing)? charges|class action|"
               r"small claims(?: court)?|(?:file|filing|bring|start) (?:a )?(?:law ?suit|suit)|law ?suit|"
               r"breach of contract|cease and desist)", 0.8, ("denied", "asked")),
        Phrase(r"(?:my|our) (?:lawyer|attorney|solicitor|legal team|barrister)s?(?: \w+)? (?:will|is going|says|"
               r"advis\w+|told|contact|about this|involved|be in touch|gets?|hear)", 0.8, ("denied", "his job")),
        Phrase(r"(?:hear|hearing|letter) from (?:my|our|a) (?:lawyer|attorney|solicitor|legal)", 0.9, ("denied",)),
        Phrase(r"{will} (?:\w+ )?(?:call|calling|contact|contacting|get|getting|hire|hiring|involve|speak to|speak "
               r"with|"
               r"talk to|consult|see|bring in) (?:my|a|an|our) (?:lawyer|attorney|solicitor)", 0.8, ("denied",)),
        Phrase(r"(?:report|reporting|complain|complaining|go|going|write|writing|take this)(?: (?:you|this|it|them|"
               r"your "
               r"\w+|about you|about this))? (?:straight )?to (?:the )?(?:police|fbi|fbi|bbb|better business bureau|"
               r"(?:financial |energy |telecoms? )?ombudsman|regulator|regulators|fca|ftc|fcc|cfpb|ofcom|ofgem|"
               r"attorney general|trading standards|consumer protection|authorities|press|media|newspapers?|data "
               r"protection)", 0.85, ("denied",)),
    )),
    ("complaint", (
        Phrase(r"{file} (?:an? |another |my |the |this |in )?(?:\w+ ){0,3}complaints?", 0.85, ("denied",)),
        Phrase(r"{will} complain", 0.85, ("denied",)),
        Phrase(r"(?:calling|call|ringing|here|writing|want|wish|like) to complain|complaining (?:about|to)|"
               r"(?:formal|official|written|serious) complaint|complaints? (?:department|team|line|procedure|process|"
               r"form|handler)|make a formal", 0.85, ("denied",)),
        Phrase(r"(?:very|really|extremely|so|deeply|completely|totally|absolutely) (?:unhappy|dissatisfied|"
               r"disappointed|"
               r"upset) (?:with|about|by|at)", 0.7, ("denied",)),
    )),
    ("cancellation", (
        Phrase(r"(?:cancel|cancelling|canceling|terminate|close|closing|end|stop|discontinue)(?: (?:out|down))? (?:my|"
               r"the|"
               r"our|this|all|a|an|both)(?: \w+){0,2} {product}", 0.8, ("denied",)),
        Phrase(r"{will} (?:cancel|leave you|switch (?:to|provider|bank|carrier|compan)\w*)", 0.75, ("denied",)),
        Phrase(r"(?:take|taking|move|moving) (?:my|our) (?:business|money|account|custom)s? (?:elsewhere|somewhere "
               r"else|to "
               r"(?:a|another))|unsubscribe|(?:leave|leaving) (?:you|your (?:bank|company|service)) for", 0.8,
               ("denied",)),
    )),
    ("vulnerable_customer", (
        Phrase(r"(?:i'm|i am|(?:my|our) {kin}(?: is|'s)|he's|she's) (?:\w+ )?(?:deaf|blind|hard of hearing|"
               r"partially sighted|disabled|housebound|bedridden|terminally ill|visually impaired|hearing impaired|"
               r"dyslexic|autistic|in a wheelchair|very ill|seriously ill|dying of|in hospice|in a care home)",
               0.8, ("denied", "long ago")),
        Phrase(r"(?:i have|i've got|has|diagnosed with|suffer(?:s|ing)? (?:from|with)|living with) (?:\w+ "
               r")?(?:dementia|"
               r"alzheimer's|alzheimers|parkinson's|cancer|leukemia|ptsd|bipolar|schizophrenia|depression|"
               r"severe anxiety|mental health (?:problems|issues|condition)|learning (?:difficult|disab)\w+|"
               r"memory (?:loss|problems)|a terminal illness)", 0.8, ("denied", "asked", "long ago")),
        Phrase(r"(?:can't|cannot|not able to|unable to|couldn't|struggling to|barely|can barely|can hardly) (?:afford "
               r"(?:to eat|food|rent|my rent|heating|my (?:medication|bills|mortgage|payments)|to (?:pay|live|heat))|"
               r"feed (?:my|the) (?:kids|children|family|baby)|pay (?:my|the) (?:rent|mortgage|bills))|"
               r"(?:i|we)(?:'ve| have| just)*(?: just)? (?:lost (?:my|our) (?:job|home|house)|been made redundant|been "
               r"evicted|been laid off|got laid off|been furloughed)|food bank|bailiffs|(?:i'm|we're) homeless|"
               r"being evicted|debt is out of control", 0.8, ("long ago",)),
        Phrase(r"(?:my|our) {kin} (?:has |just |recently |sadly )*(?:died|passed away|passed(?= |$)(?! (?:the|her|his|"
               r"a|"
               r"out|test|me|it)))|(?:lost|buried) my {kin}(?= |$)(?!'s)|(?:recently|newly) (?:widowed|bereaved)|"
               r"(?:the )?late (?:husband|wife|father|mother)", 0.75, ("long ago",)),
        Phrase(r"(?:i get|i'm getting|gets) (?:very |easily |really |so )+(?:confused|forgetful)(?= |$)(?! (?:by|"
               r"about|with|as))|power of attorney|(?:i'm|i am) (?:her|his|their|my \w+) carer|"
               r"(?:i'm|i am|she's|he's) (?:eighty|ninety|8\d|9\d)[\w-]*(?: \w+)? years old|(?:i )?don't understand "
               r"(?:much|"
               r"very much|a lot of) english|my english is (?:not|bad|poor)", 0.7, ("denied",)),
    )),
    ("assistant_failing", (
        Phrase(r"{ours} (?:is|isn't|is not|doesn't|does not|was|keeps|just|never|won't)(?: (?:just|really|so|not|"
               r"completely|totally|absolutely|even))* (?:working|work|going anywhere|going nowhere|helping|helpful|"
               r"useless|hopeless|broken|pointless|terrible|understand\w*|a waste|making (?:any )?sense|getting "
               r"(?:me )?anywhere|productive)", 0.8),
        Phrase(r"you(?:'re| are| were)? (?:just |really |clearly |obviously |still |simply )*(?:not|never|don't|didn't|"
               r"can't|aren't|cannot|do not|are not|won't) (?:even |really |actually |seem to |being |able to |going "
               r"to )*"
               r"(?:listen\w*|understand\w*|help(?:ing|ful)?(?: me| us)?(?= |$)(?! (?:with|to|find|your))|getting "
               r"(?:it|me|this)|get it|get (?:me|what)|hear(?:ing)? me|answer(?:ing)? (?:my|the|me)|making (?:any "
               r")?sense|"
               r"resolv\w+|solv\w+|fix\w+)", 0.75),
        Phrase(r"(?:going|talking|running) (?:round |around )?(?:and round )?in circles|(?:getting|going|gets|get) "
               r"(?:us |"
               r"me )?nowhere|(?:isn't|not|aren't|ain't) (?:getting|going) (?:me |us )?anywhere|you(?:'re| are) (?:"
               r"completely |absolutely |totally |so )?(?:useless|hopeless|no help|not helpful|no use)|(?:that|this)"
               r"(?:'s| is| was) no help|stuck in a loop|same (?:answer|thing|question) (?:over and over|again and "
               r"again|every time)", 0.8),
        Phrase(r"you keep (?:\w+ )?(?:saying|asking|repeating|giving|telling|sending|getting|misunderstanding|going|"
               r"transferring)", 0.7),
        Phrase(r"how many (?:more )?times (?:do|must|have|did) i|for the (?:fifth|tenth|hundredth|"
               r"millionth) time|i(?:'ve| have)? (?:already )?(?:told|said|explained|repeated)(?: \w+){0,4} (?:three|"
               r"four|"
               r"five|ten|a hundred|a million|several|so many|many) times", 0.75),
    )),
)  # fmt: skip
PHRASES = tuple((name, filled(phrases, SLOTS)) for name, phrases in TABLES)
