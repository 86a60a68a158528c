"""How callers tell that somebody thinks of ending or hurting her own life."""

from governance.phrases.emergency_guards import SLOTS
from governance.phrases.matching import Phrase, filled

MEANT = ("denied", "talk", "long past", "figure", "if i forget")

SELF_HARM = filled(
    (
        Phrase(r"(?:going to|gonna|want to|about to|will|ready to|might) (?:take|swallow|down|eat) (?:them all|all of "
               r"them|"
               r"all (?:my|the|these|his|her) (?:pills|tablets|meds|medication|"
               r"medicine))", 0.92, ("denied", "talk", "dose")),
        Phrase(r"(?:want|going|wanna|wish i could|ready|need) (?:to )?(?:disappear (?:forever|for good|and never)|end "
               r"(?:things|my story)"
               r"(?= tonight| today| now| for good|$)|stop existing|be gone forever|cease to "
               r"exist)", 0.82, (*MEANT, "business")),
        Phrase(r"(?:nobody|no one|noone|nobody's|who) (?:would|will|'d|is going to) (?:even )?(?:care|notice|miss me|"
               r"cry|miss) if i (?:died|"
               r"(?:was|were|am) (?:gone|dead)|disappeared|die|killed)|(?:nobody|no one) would (?:even )?miss "
               r"me", 0.88, ("denied", "long past")),
        Phrase(r"(?:standing|sitting|i'm|up|am) (?:on|at|near) (?:an? |the )?(?:(?:edge|side|top) of (?:an? |the "
               r")?)?(?:\w+ )?(?:bridge|building|ledge|rooftop|roof|railing|tracks|"
               r"train tracks|cliff)"
               r"(?: [\w']+){0,4} (?:jump|die|end|going to|want|over)", 0.93, MEANT),
        Phrase(r"(?:decided|decide|going|ready|planning|want) to end (?:things|it) (?:tonight|today|now|for good|"
               r"all)", 0.88,
               (*MEANT, "business")),
        Phrase(r"(?:kill|killing|killed|hang|hanging|shoot|shooting|drown|drowning|poison|off|murder|unalive) "
               r"(?:myself|himself|herself|themselves|themself|ourselves)", 0.95, (*MEANT, "could")),
        Phrase(r"(?:end|ending|take|taking|taken|took|finish) (?:my|his|her|their)(?: own)? (?:own "
               r")?life", 0.96, MEANT),
        Phrase(r"(?:end|ending) (?:it all|everything|it tonight|it for good|my pain|my suffering|the pain|things for "
               r"good)|"
               r"(?:want|going|ready|time|planning) to end it(?= [.]|$| now| tonight| today)", 0.88, MEANT),
        Phrase(r"suicidal|(?:commit|committing|committed|attempt|attempted|attempting|considering|contemplating|"
               r"contemplated|"
               r"thinking (?:of|about)|thoughts of|think about|thought about|feel like|threatening|threatened|tried|"
               r"trying|"
               r"talking about) (?:committing )?suicide|suicide (?:note|plan|attempt)", 0.94, MEANT),
        Phrase(r"(?:want|wanna|wanted|wants|ready|going|planning|prefer|rather|wish to|just|like) (?:to |be )*(?:die|"
               r"be dead|dead)"
               r"(?! (?:of|from|for|to|with|on|in|laughing|hard|down|out)\b)", 0.9, (*MEANT, "almost")),
        Phrase(r"(?:don't|do not|doesn't|does not|no longer|not|didn't) (?:\w+ )?(?:want|wants|deserve|wish|feel "
               r"like) (?:to )?"
               r"(?:live|living|be alive|being alive|be here|exist|existing|go on living|go on|wake up|keep living|"
               r"keep going|"
               r"be in this world|continue living)(?! (?:in|on|at|with|near|at this|here|there|all day|until|for "
               r"(?:two|three|an|hours))\b)"
               r"(?: anymore| any more| any longer)?", 0.9, ("talk", "long past")),
        Phrase(r"(?:hurt|hurting|harm|harming|cut|cutting|burn|burning|injure) (?:myself|himself|herself|"
               r"themselves)", 0.88,
               (*MEANT, "chores", "gym")),
        Phrase(r"(?:better off|easier|happier) (?:dead|without me|if i (?:was|were|am|wasn't|weren't) (?:dead|gone|"
               r"not|here|around|alive))"
               r"(?: \w+)?", 0.9, MEANT),
        Phrase(r"(?:no|any|no more|not a single) (?:reason|point|purpose) (?:to|in|for|of) (?:live|living|go on|going "
               r"on|keep going|be alive|"
               r"being alive|continue living|being here)|nothing (?:left )?to live for|(?:life|living) (?:is not|"
               r"isn't) worth(?: living| it)?|"
               r"not worth living(?: anymore)?", 0.9, ("talk", "long past")),
        Phrase(r"(?:can't|cannot|couldn't|can not) (?:go on|live|do this|take it|take this|keep going|face (?:another|"
               r"tomorrow))"
               r" (?:living|like this|anymore|any more|any longer|another day) (?:[a-z']+ ){0,8}(?:die|pills|gun|"
               r"goodbye|end|dead|bridge|"
               r"over|life|alive|live)|can't go on (?:living|anymore|any longer|like this)", 0.82, MEANT),
        Phrase(r"(?:wish|wished|wishing) (?:that )?(?:i|he|she) (?:was|were|had|hadn't|wasn't|weren't|could|would|"
               r"wouldn't|was never|had "
               r"never|didn't) (?:just |never |been )*(?:dead|die|died|been born|never been born|wake up|exist|alive|"
               r"born|disappear "
               r"forever|not wake up|go to sleep and (?:never|not) wake up)", 0.92, MEANT),
        Phrase(r"(?:go to sleep|fall asleep) (?:and|to) (?:never|not) wake up", 0.9, MEANT),
        Phrase(r"(?:jump|jumping|jumped|throw myself|throwing myself|about to jump|step|stepping) (?:off|from|in "
               r"front of|under|out of|out) "
               r"(?:an? |the |my |this |of )?(?:\w+ )?(?:bridge|roof|building|balcony|train|window|traffic|cliff|"
               r"ledge|overpass|bus|truck)",
               0.9, (*MEANT, "sport")),
        Phrase(r"(?:slit|slitting|cut|cutting|slash|slashed|slashing) (?:my|his|her|their) (?:own )?(?:wrists?|veins?|"
               r"arms|throat)", 0.95, MEANT),
        Phrase(r"(?:took|taken|take|taking|swallowed|swallow|swallowing|downed) (?:all (?:of )?)?(?:my|the|these|a|an "
               r"entire|a whole|his|her|"
               r"whole|this)? ?(?:entire |whole |bunch of |bottle of |handful of |lot of |all |the )+(?:\w+ "
               r")?(?:pills|tablets|medication|"
               r"medicine|meds|sleeping pills|tylenol|painkillers|paracetamol)", 0.9,
               ("denied", "talk", "long past", "dose")),
        Phrase(r"(?:gun|knife|rope|noose|pills|razor|blade) (?:to|in|around|at|against|on) (?:my|his|her) (?:own "
               r")?(?:head|mouth|neck|throat|"
               r"wrist|hand)", 0.9, ("talk", "long past")),
        Phrase(r"(?:overdose|overdosing|od) on purpose|(?:wrote|writing|written|left) (?:a |my |his |her )?(?:goodbye|"
               r"suicide) (?:note|letter)|"
               r"(?:won't|not going to|don't plan to|wouldn't|not gonna) be (?:here|around|alive) (?:tomorrow|anymore|"
               r"much longer|any more|"
               r"in the morning|by morning|next week for)|(?:goodbye|saying goodbye) (?:to )?(?:forever|everyone|for "
               r"good|for the last time)",
               0.88, MEANT),
        Phrase(r"(?:self|self-) ?harm(?:ing|ed|s)?", 0.85, MEANT),
        Phrase(r"(?:thinking|think|thought|thoughts|talking|talks) (?:about|of) (?:dying|death|ending it|killing|"
               r"hurting (?:myself|herself|himself)|"
               r"not being here|disappearing)(?! (?:tax|benefit|certificate|insurance|the (?:account|lease|"
               r"contract)))", 0.8, (*MEANT, "business")),
        Phrase(r"(?:i|he|she|they) (?:might|may|will|am going to|could|'m going to|would) (?:do something (?:to "
               r"(?:myself|himself|herself)|stupid"
               r"|bad to)|hurt myself|die tonight)|(?:not safe with|scared of) myself|"
               r"nobody would (?:care|notice|miss me) if i (?:died|was gone|were gone|disappeared|was dead|were "
               r"dead)", 0.85, ("denied", "long past")),
    ),
    SLOTS,
)  # fmt: skip
