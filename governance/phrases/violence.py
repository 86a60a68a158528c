"""How callers tell of violence, intruders and abuse, in the present."""

from governance.phrases.emergency_guards import HERE_AND_NOW, SLOTS
from governance.phrases.matching import Phrase, filled

NOW = HERE_AND_NOW
ONE = (
    r"(?:me|us|him|her|them|himself|my \w+|someone|somebody|people|everyone|"
    r"a (?:man|woman|kid|child|guy|girl|boy)|(?:the|our) (?:kids?|children|child|baby|boy|girl|man|woman|lady|guy|"
    r"clerk|cashier|dog|family|neighbou?rs?|teacher|driver|door))"
)
THREAT = {
    **SLOTS,
    "one": ONE,
    "they": r"{he}|they've|he|she|somebody just|someone just",
    "weapon": r"(?:\w+ )?(?:gun|guns|knife|weapon|pistol|rifle|shotgun|machete|firearm|bat|axe|bomb|blade|crowbar)",
}

VIOLENCE = filled(
    (
        Phrase(r"(?:{he}|and)(?: trying to)? (?:break|breaking|kick|kicking|beating|bashing|smashing) (?:down "
               r")?(?:the|my|our) "
               r"(?:\w+ )?(?:door|window)(?: (?:down|in|open))?", 0.88, (*NOW, "sport")),
        Phrase(r"(?:send|dispatch) (?:the |some )?(?:police|cops|officers|help (?:right "
               r")?now)", 0.82, (*NOW, "report")),
        Phrase(r"(?:he's|she's|they're|he is|she is|they are|someone's|somebody's|someone is|somebody is) (?:in|"
               r"inside) (?:my|our|the) "
               r"(?:house|home|apartment|flat|basement|attic|garage|bedroom)(?= |$)", 0.84, (*NOW, "alone")),
        Phrase(r"(?:robbed|held up|attacked|carjacked|mugged|raped|threatened) (?:at|with|by) (?:an? )?(?:gun ?point|"
               r"knife ?point|"
               r"{weapon})", 0.92, NOW),
        Phrase(r"(?:man|guy|someone|somebody|people|person|men|kid|student|boy) with (?:an? "
               r")?{weapon}", 0.9, (*NOW, "sport")),
        Phrase(r"(?:scared|afraid|terrified|worried|going|know) (?:that )?(?:he|she|they)(?:'ll|'s| will| is| "
               r"might)?(?: going to| gonna)? "
               r"(?:do it again|hurt me again|come back (?:for me|and))", 0.85, NOW),
        Phrase(r"(?:touching|touches|touched|fondling|groping|groped) (?:me|my (?:son|daughter|child|kid|private "
               r"parts|privates))"
               r"(?= |$)", 0.82, (*NOW, "business")),
        Phrase(r"(?:he|she|they)(?:'s|'re| is| are) (?:coming (?:for|after|to get) me|after me|outside my (?:door|"
               r"window|house))", 0.88,
               (*NOW, "business")),
        Phrase(r"(?:help me|help us|please help) (?:[\w']+ ){0,3}(?:he|she|they)(?:'s| is|'re| are) (?:here|coming|"
               r"hurting|outside)", 0.85, NOW),
        Phrase(r"banging on (?:my|the|our) (?:\w+ )?(?:door|window)s?(?: [\w']+){0,8} (?:kill|hurt|scared|drunk|gun|"
               r"knife|threat\w+)", 0.9, NOW),
        Phrase(r"(?:he|she|they|dad|mom|husband|wife|boyfriend|stepdad|partner|teacher|nanny|babysitter) (?:just |has "
               r")?"
               r"(?:hit|beat|hurt|choked|shook|abuses|slapped|kicked) (?:my|our) (?:kids?|child|children|son|daughter|"
               r"baby|mom|sister)"
               r"(?! (?:at|in a)\b)", 0.86, NOW),
        Phrase(r"(?:boyfriend|husband|partner|girlfriend|wife|ex|dad|father|stepdad|he|she) (?:choked|strangled|beat|"
               r"raped|hit|attacked|hurt) "
               r"me (?:last night|yesterday|today|again|this morning|so bad\w*)", 0.86, ("denied", "talk", "business")),
        Phrase(r"{they}(?: (?:trying|attempting|tried|is|are|just|about))*(?: to)? (?:break|breaking|broke|broken|"
               r"kick|kicking|"
               r"smash|smashing|force|forcing|get|getting|climb|climbing)(?: (?:in|into|down|through|inside))"
               r"(?: (?:to|in))?(?: (?:my|our|the|her|his) (?:\w+ )?(?:house|home|apartment|flat|door|window|room|"
               r"garage|place|"
               r"building|back door|front door|bedroom|car|store|neighbou?r'?s?))?(?= |$)(?! (?:a|an|touch|trouble|"
               r"line|the way|"
               r"account|debt|touch|it|contact|shoes))", 0.88, (*NOW, "accounts")),
        Phrase(r"(?:there's|there is|there are|i think there's|i hear|i heard|we have|i have) (?:an? |some |two |)"
               r"(?:intruders?|burglars?|prowlers?|stranger|robbers?|someone|somebody|man|men|guy|people|person|"
               r"active shooter)"
               r"(?: \w+)? (?:in|inside|outside|at|downstairs|upstairs|trying|with|breaking|walking|moving around)"
               r"(?: (?:of |in |inside |to )?(?:my|our|the|a|get|break|downstairs|upstairs))? ?(?:\w+ ?)?(?:house|"
               r"home|apartment|"
               r"window|door|basement|bedroom|in|into|flat|garage|building|{weapon}|downstairs|upstairs|kitchen|"
               r"yard)", 0.93, NOW),
        Phrase(r"(?:intruder|burglar|active shooter)(?:s)? (?:in|inside|at|downstairs|upstairs)", 0.93, NOW),
        Phrase(r"(?:has|have|got|holding|pulled(?: out)?|pointing|pointed|waving|carrying|armed with|with|brought|"
               r"grabbed|he's got|"
               r"she's got) (?:an? |his |her |the |this )?{weapon}(?: (?:to|at|on|and|in|out|pointed|up|against|right|"
               r"now|here|"
               r"outside|inside)|$| [.])", 0.9, (*NOW, "sport")),
        Phrase(r"(?:{somebody}|been|was|got|they've been|i've been|were|just|he's been|she's been)(?: just| been)* "
               r"(?:shot|stabbed)(?! (?:a|an|the|an email|up|for|glass|in the "
               r"back)\b)", 0.92, (*NOW, "figure", "vaccine")),
        Phrase(r"(?:shots? (?:were |was |being |are |just )?fired|gun ?shots|heard (?:\w+ )?(?:gun ?fire|shooting)|"
               r"someone(?:'s| is)? (?:is )?shooting|shooter|people (?:are )?(?:being )?shot|shooting "
               r"at)", 0.92, (*NOW, "sport")),
        Phrase(r"(?:{they}|keeps|started|won't stop|stop|and|is|are)(?: just| been| still)? (?:hitting|beating|"
               r"punching|kicking|attacking|choking|"
               r"strangling|stabbing|shooting|raping|molesting|assaulting|hurting|abusing|torturing|harassing and|"
               r"mugging|"
               r"robbing|kidnapping|threatening|stalking|slapping|chasing|following) (?:up "
               r")?{one}", 0.92, (*NOW, "ads")),
        Phrase(r"(?:husband|wife|partner|boyfriend|girlfriend|ex|he|she|dad|father|stepdad|son|roommate|mother|mom|"
               r"stepfather|"
               r"they|someone|somebody|brother|uncle|man|guy) (?:just |has |is |keeps |always |also |sometimes |still "
               r"|and )*"
               r"(?:hits?|beats?|hurts?|chokes?|choked|touches|beat|attacked|punched|kicked|slapped|strangled|raped|"
               r"assaulted|"
               r"abuses?|"
               r"abused|molested|grabbed|kidnapped|threatens|threatened|pushed|drugged|molests) (?:up )?"
               r"(?:me|us|my (?:mom|mother|son|daughter|kids|children|wife|husband|sister|brother|baby|face|neck))"
               r"(?! (?:back|up on|at|to it|in (?:a |the )?\w+|by|with advert\w+|with (?:a )?(?:fee|charge|"
               r"bill)))", 0.85, (*NOW, "business")),
        Phrase(r"(?:being|am being|getting|i'm|we're|is being|are being|she's|he's)(?: being| getting) (?:attacked|"
               r"robbed|mugged|followed|stalked|"
               r"held (?:hostage|captive|against \w+ will|up)|kidnapped|beaten(?: up)?|assaulted|abused|raped|"
               r"threatened|"
               r"chased|shot at|jumped|carjacked|trafficked|strangled|tortured|choked|molested|"
               r"hurt)", 0.9, (*NOW, "ads")),
        Phrase(r"(?:i've been|i was|i got|she was|he was|she's been|he's been|been) (?:just )?(?:raped|sexually "
               r"assaulted|kidnapped|molested|"
               r"assaulted|attacked|drugged|beaten(?: up)?|jumped|carjacked|abducted)", 0.88, (*NOW, "ads")),
        Phrase(r"(?:going to|gonna|will|trying to|tried to|wants to|threatening to|threatened to|threatens to|said "
               r"he'll|said he'd|might|"
               r"coming to|about to|says he'll|he'll|she'll|said he would|came to) (?:kill|shoot|stab|murder|hurt|"
               r"beat|attack|rape|burn|bomb) "
               r"(?:up )?(?:me|us|him|her|them|my \w+|everyone|everybody|somebody|someone|the \w+|people)", 0.9,
               (*NOW, "if i forget", "figure")),
        Phrase(r"(?:won't|will not|doesn't|refuses to|isn't) (?:let(?:ting)? (?:me|us|her|him) (?:leave|go|out))|"
               r"(?:locked|tied|chained|trapped) (?:me|us|her|him) (?:in|up|inside)|holding (?:me|us|her|him) "
               r"(?:hostage|captive|"
               r"against|here|prisoner)", 0.85, (*NOW, "business")),
        Phrase(r"(?:afraid|scared|terrified|fear) (?:that )?(?:he|she|they|my \w+)(?:'s|'ll| is| will| might| are| "
               r"could| would)?(?: going to| gonna)? "
               r"(?:kill|hurt|hit(?! me with)|find (?:me|us|out where)|come back|shoot|beat|attack|murder)|(?:fear|"
               r"scared|afraid) for my (?:life|"
               r"safety)|"
               r"(?:my|our|her) life is in danger", 0.88, NOW),
        Phrase(r"(?:send|call|get|need|calling|dispatch|where are|contact) (?:me |us |for |out )?(?:the |some |a "
               r")?(?:police|cops?|"
               r"police officers?|sheriff|swat)(?: (?:right now|now|here|immediately|quick|fast|please|to|asap|over|"
               r"[.])|$)", 0.82,
               (*NOW, "report")),
        Phrase(r"(?:i'm|we're|i am|we are|kids are|hiding|hid) (?:\w+ )?(?:hiding )?(?:hiding|hid) ?(?:in|under|from|"
               r"upstairs|inside)|"
               r"hiding (?:in|under|from) (?:the |my |a )?(?:\w+ )?(?:closet|bathroom|bed|basement|him|them|room|"
               r"attic)", 0.85,
               (*NOW, "figure")),
        Phrase(r"(?:there's|there is|he's|they|planted|left|has|got) (?:an? )?(?:bomb(?! deal| offer| price)|bomb "
               r"threat|pipe "
               r"bomb)", 0.88, (*NOW, "figure")),
        Phrase(r"(?:in|having|there's|is|a) (?:an? )?domestic (?:violence|abuse|disturbance)|in an abusive "
               r"(?:relationship|marriage|home)|"
               r"(?:took|taken|snatched|grabbed|kidnapped|abducted) my (?:kid|child|son|daughter|baby|kids|"
               r"children)(?= |$)"
               r"(?! (?:to|out|for|on|there|and went|from the nursery))", 0.85, NOW),
    ),
    THREAT,
)  # fmt: skip
