"""How callers tell of a body in danger, in the present."""

from governance.phrases.emergency_guards import HERE_AND_NOW, SLOTS
from governance.phrases.matching import Phrase, filled

PAST = ("past", "talk")

MEDICAL = filled(
    (
        Phrase(r"eyes (?:are |have |just )?(?:rolled|rolling|rolling back|rolled back)(?: back)?|(?:started|is|keeps) "
               r"shaking "
               r"(?:and|uncontrollably|all over)(?: \w+){0,3} (?:eyes|stop|respond|conscious|foam\w*|"
               r"bit)", 0.86, (*PAST, "eyes")),
        Phrase(r"{he}{very} (?:dead|cold and (?:stiff|blue|not moving)|semi conscious|conscious|incoherent|bleeding|"
               r"limp|"
               r"going limp)(?= |$)(?! (?:tired|serious|set|end|on|wrong|of|about|to|money|broke|me|us|the))", 0.84,
               (*HERE_AND_NOW, "figure", "money")),
        Phrase(r"(?:{has}|he's|she's|it's) (?:just )?gone (?:limp|blue|cold|stiff)", 0.9, HERE_AND_NOW),
        Phrase(r"(?:burned|burnt|scalded) (?:myself|himself|herself|my \w+|his \w+|her \w+) (?:\w+ )?(?:badly|bad|"
               r"severely|"
               r"with (?:boiling|hot|acid)|all over)", 0.87, PAST),
        Phrase(r"(?:took|taken|had|given|gave (?:him|her|my \w+)) (?:way )?too (?:much|many) (?:of )?(?:my |his |her |"
               r"the )?"
               r"(?:medication|medicine|meds|insulin|pills|tablets|tylenol|aspirin|drugs|painkillers|"
               r"dose)", 0.88, HERE_AND_NOW),
        Phrase(r"chest (?:feels|is being|is) (?:like )?(?:[\w']+ )*(?:crushed|crushing|squeezed|heavy|on fire|tight|"
               r"exploding)",
               0.88, (*HERE_AND_NOW, "figure")),
        Phrase(r"(?:high fever|fever of (?:10[4-7]|a hundred and (?:four|five|six)|one oh (?:four|five|six))|"
               r"appendix (?:has |just )?(?:burst|ruptured)|severe (?:burns?|bleeding|head injury)|"
               r"(?:skull|neck|back|spine) is broken|broke (?:my|his|her) (?:neck|back|"
               r"skull))", 0.82, (*HERE_AND_NOW, "figure")),
        Phrase(r"(?:not|isn't|aren't|ain't|stopped|has stopped|barely|hardly|no longer|quit|doesn't seem to be)"
               r"{very} breathing(?: at all)?", 0.97, (*PAST, "figure")),
        Phrase(r"(?:can't|can not|couldn't|could not|unable to|struggling to|hard to|trouble|difficulty|"
               r"hard time|gasping|fighting|problems) (?:to |for |even |really |hardly |catch my |get )?"
               r"(?:breathe?|breathing|air)", 0.9, (*PAST, "figure", "denied")),
        Phrase(r"(?:no|can't find a|don't feel a|without a|doesn't have a|hasn't got a) (?:pulse|"
               r"heartbeat)", 0.95, PAST),
        Phrase(r"heart (?:has |just )?stopped(?: beating)?", 0.9, (*PAST, "almost", "figure")),
        Phrase(r"{he}{very} (?:unconscious|unresponsive|not responding|not moving|not waking up|knocked out|out cold|"
               r"turning (?:blue|purple|grey|gray)|going blue|in cardiac arrest|dying(?! to| for)|going into shock|"
               r"losing consciousness|passing out|blacking out)", 0.93, (*HERE_AND_NOW, "figure")),
        Phrase(r"{somebody}(?: \w+)? (?:isn't|is not|are not|aren't|won't|will not|doesn't|can't|not)"
               r"(?: be)? (?:responding|waking up|wake up|moving|conscious|respond|being woken|woken up)"
               r"(?: to (?:me|us|anything))?", 0.92, PAST),
        Phrase(r"(?:{has}) (?:collapsed(?! the| a| my)|passed out|fainted|blacked out|lost consciousness|gone "
               r"unconscious)", 0.85,
               (*PAST, "denied")),
        Phrase(r"(?:having|has|had|suffering|have|suffered|got|experiencing|think it's|might be|could be|in the "
               r"middle of)"
               r"(?: just| had)? an? (?:massive |severe |bad |mild |major |grand mal |really bad |big |serious |"
               r"epileptic |"
               r"terrible |full )*(?:heart attack|stroke|seizure|asthma attack|cardiac arrest|anaphyla\w+(?: "
               r"reaction)?|"
               r"allergic reaction|miscarriage|brain bleed|aneurysm|fit)", 0.92, (*HERE_AND_NOW, "almost", "figure")),
        Phrase(r"{he}(?: just| had)* (?:seizing|convulsing|having (?:seizures|convulsions|a fit)|foaming at the mouth)",
               0.92, HERE_AND_NOW),
        Phrase(r"(?:having|have|has|got|feel|feeling|with|severe|crushing|terrible|bad|sharp|intense|these|some|sudden)"
               r"(?: (?:bad|severe|really|terrible|sharp|crushing|intense|sudden|strong|some|awful|tight))* "
               r"chest pains?", 0.88, HERE_AND_NOW),
        Phrase(r"(?:pain|pressure|tightness|crushing feeling|squeezing|elephant) (?:in|on) (?:my|his|her|the) chest|"
               r"(?:my|his|her) chest (?:really |is |feels |just )*(?:hurts|hurting|tight|killing (?:me|him|her)|in "
               r"pain|"
               r"crushing)", 0.88, HERE_AND_NOW),
        Phrase(r"(?:took|taken|swallowed|ate|eaten|drank|drunk|swallowing|ingested|got into)"
               r" (?:\w+ ){0,4}(?:bleach|poison|antifreeze|drain cleaner|detergent|battery|batteries|rat poison|"
               r"cleaning "
               r"(?:fluid|product)s?|gasoline|ammonia|too many \w+|(?:a )?whole bottle|pesticide|chemicals|magnets?|"
               r"lye)",
               0.9, HERE_AND_NOW),
        Phrase(r"(?:{has}|is|are|he's|she's|has|i think (?:he|she)) "
               r"(?:overdosed|overdosing|od'd|od'ing|o d'd|taken an overdose|been poisoned)", 0.93, HERE_AND_NOW),
        Phrase(r"(?:{he}) (?:choking|drowning)|(?:started|keeps) choking|(?:choking|choked) on (?:\w+ ){1,3}and "
               r"(?:can't|won't)",
               0.92, (*HERE_AND_NOW, "figure")),
        Phrase(r"bleeding (?:a lot|out|heavily|badly|profusely|to death|everywhere|really|so much|very|bad|from "
               r"(?:his|her|"
               r"my|the|their) (?:head|neck|ears?|mouth|stomach|chest|throat)|and (?:it|i|we|he|she) (?:won't|can't|"
               r"isn't))|"
               r"(?:won't|can't|doesn't|not) stop(?: the| ping)? bleeding|(?:can't|won't) stop bleeding|blood (?:is )?"
               r"(?:everywhere|all over|gushing|pouring|spurting)|(?:lost|losing|lot of|so much|too much|coughing up|"
               r"throwing up|vomiting|spitting) (?:a lot of )?blood|gushing blood|bleeding (?:is )?(?:won't|not) "
               r"stop\w*",
               0.92, (*HERE_AND_NOW[1:], "figure")),
        Phrase(r"(?:cut|chopped|sawed|sliced|severed|blew|ripped) (?:off )?(?:my|his|her|their)(?: \w+)? (?:finger|"
               r"fingers|"
               r"hand|thumb|arm|leg|foot|toe|wrist|artery|throat|neck)s?(?: (?:off|open|badly|really|with|"
               r"and))", 0.88, (*PAST, "chores")),
        Phrase(r"(?:bone (?:is )?(?:sticking|poking) out|(?:throat|airway|tongue|face|lips) (?:is|are) (?:closing|"
               r"swelling|"
               r"closed|swollen|swelled)|throat(?:'s)? (?:closing|swelling)|can't swallow and)", 0.92, HERE_AND_NOW),
        Phrase(r"(?:fell|fallen|fall) (?:\w+ ){0,6}(?:and |now )?(?:{somebody}|he's|she's|i'm)?(?: ?and)? ?"
               r"(?:can't|won't|unable to|not|isn't) (?:get up|move|moving|get back up|feel (?:my|his|her) legs|stand|"
               r"breathe?|waking up|walk)", 0.93, PAST),
        Phrase(r"(?:{has}|been|was|got|were) (?:just )?(?:hit|struck|run over|crushed|pinned|trapped|mauled) "
               r"(?:by|under|beneath|between) (?:an? |the |his |her |my )?(?:\w+ )?(?:car|truck|bus|train|van|"
               r"motorcycle|"
               r"lightning|tractor|machine|vehicle|forklift|dog|bear|tree|rubble|debris)", 0.85, (*PAST, "metal")),
        Phrase(r"(?:bad |car |terrible |serious |horrible |motorcycle |head on )+(?:accident|crash|wreck|collision)"
               r" (?:[a-z']+ ){0,8}(?:hurt|injured|trapped|bleeding|stuck|unconscious|not moving|pinned|moving|"
               r"ambulance)",
               0.88, HERE_AND_NOW[1:]),
        Phrase(r"(?:water (?:just )?broke|(?:baby|baby's|babies) (?:is |are )?(?:coming(?! along| with| home| "
               r"over)(?: (?:out|now|right now))?|"
               r"crowning)|"
               r"(?:in|into|going into|having) (?:active |early |premature )?labou?r(?= |$)(?! laws| union| market| "
               r"party| force)|"
               r"giving birth|contractions (?:are )?(?:every|\w+ minutes|two|three|one|really))", 0.85, HERE_AND_NOW),
        Phrase(r"(?:face|mouth|side of (?:his|her|my) face) (?:is |just |has )*(?:drooping|droopy|numb|sagging)|"
               r"(?:slurring|slurred) (?:(?:his|her|my|their) )?(?:words|speech)|(?:speech|words) (?:is|are) slurr\w+|"
               r"can't (?:feel|move) (?:my|his|her|the|one) (?:\w+ )?(?:arms?|legs?|face|side|body)|"
               r"(?:side|arm|leg) (?:of (?:my|his|her) (?:body|face) )?(?:is|has|went|just went) (?:gone )?(?:numb|"
               r"limp|paralyzed)",
               0.9, HERE_AND_NOW),
        Phrase(r"(?:send|need|get|call|calling|dispatch|where is) (?:me |us |for |him |her |somebody |someone )?"
               r"(?:an? |the )?(?:ambulance(?! (?:membership|bill|ride|cover|fee|service|company|charge|driver|"
               r"license))|paramedics?|medics?|e m ts?|emts?)", 0.9, HERE_AND_NOW),
        Phrase(r"(?:call|dial|get|need|calling) (?:9 ?1 ?1|nine one|9-1-1|9 9 9|999|nine|one two)",
               0.85, HERE_AND_NOW),
        Phrase(r"(?:need|get|send|having|have|there's|is|this is|it's) (?:an? |me |us |some )*medical (?:emergency|"
               r"help|attention)"
               r"|(?:need|get) (?:a |me a )?doctor (?:right away|right now|immediately|now|here|"
               r"fast)", 0.85, HERE_AND_NOW),
        Phrase(r"(?:{has}|been|got|was) (?:just )?(?:electrocuted|burned (?:badly|all over)|badly burned|scalded|"
               r"impaled|bitten by a (?:\w+ )?(?:snake|rattlesnake))", 0.87, HERE_AND_NOW),
        Phrase(r"(?:need|using|used|where's|don't have|can't find) (?:an? |my|his|her|the)(?: the)? epi "
               r"?pen", 0.8, HERE_AND_NOW),
        Phrase(r"(?:{somebody}(?: (?:is|are|am))?|{he}){very} (?:about to|going to|gonna) (?:pass out|faint|collapse|"
               r"die)", 0.82,
               (*HERE_AND_NOW, "figure", "if i forget")),
    ),
    SLOTS,
)  # fmt: skip
