"""What takes a scene of danger back: it is long past, told or asked about, denied, a figure of speech, or business."""

from governance.phrases.emergency_guards import GUARDS as KNOWN
from governance.phrases.matching import Guard

MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
PAST = (
    r"(?:(?:days?|weeks?|months?|years?|decades?|long time|while) (?:ago|back)|last (?:week|weekend|month|year|summer|"
    rf"winter|spring|fall|autumn|{DAYS}|{MONTHS}|christmas)|yesterday|used to|years? back|back (?:in|when)|"
    r"when (?:i|he|she|we|they|my [\w']+) (?:was|were) (?:\d+|an?|in|little|young\w*|small|\w+teen|born|pregnant)|"
    rf"in (?:19|20)\d\d|in (?:{MONTHS}|may(?! be)|college|high school|the (?:war|army|military|service)|the past|the "
    rf"eighties|the nineties)|earlier this (?:year|month|week)|"
    r"previous(?:ly)?|history of|the other day|as a (?:kid|child|teenager|baby|teen)|recovered|recovering from|"
    r"survived|passed away|(?:is|are|was|were|feels?|doing|all) (?:all |totally |completely |perfectly |much )?(?:fine|"
    r"okay|ok|better|alright|good) (?:now|again|today)|doing (?:great|well|better|good) now|all clear|"
    r"false alarm|workers comp\w*|(?:was|were|been) born|before (?:he|she|i|we|they) (?:got|had|died|moved|retired)|"
    r"estate|(?:twenty|ten|twelve|thirty) hours when|put out (?:already|yesterday)|"
    r"was put out|(?:has been|have been|got|was|were|already|they|he) (?:fixed|repaired|resolved)|(?:fixed|"
    r"repaired|resolved|sorted) (?:it|the|that|now|already|last|yesterday)|found nothing|(?:already|been|was|is|it's|"
    r"now|all) (?:already |been |all )?(?:fixed|repaired|resolved|sorted out|put "
    r"out|taken care of)|no longer a|"
    r"on (?:the )?\d+(?:st|nd|rd|th))"
)
STORY = (
    r"(?:(?:movie|film|episode|tv series|documentary|podcast|novel|lyrics|album|video ?game|screenplay|screen play|"
    r"short story|detective story|netflix|rerun|cartoon|musical|opera|trailer for)s?|"
    r"(?:watch\w*|read\w*|writ\w*|wrote|saw|seen|play\w*|scene|character|chapter|part|level|in|like) (?:in |of "
    r")?(?:an?|"
    r"the|this|that|my|your|our|some|these|those)? ?(?:[\w']+ )?(?:shows?|series|books?|stor(?:y|ies)|games?|songs?|"
    r"scenes?|plays?|articles?|news|dreams?|movies?|poems?|essays?)|dreamed|dreamt|nightmares?|had a dream|"
    r"jok(?:e|es|ing)|kidding|lol|haha|just saying|costumes?|rehears\w+|drills?|simulat\w+|mannequin|cpr (?:class|"
    r"course|training)|"
    r"paintball|laser tag|(?:rock |favou?rite )band|haunted house|(?:the|main) character|villain|protagonist|at the "
    r"end of the (?:book|movie|"
    r"film|season)|escape room|fictional|hypothetical\w*|pretend\w*|imagine|suppose|trivia|quiz|"
    r"(?:a|the|this|your|of) video(?: \w+)? (?:about|of|on|where|that|how)|actors?|actress|practi[cs]ed?|teach\w*|we "
    r"learned|"
    r"(?:scenes?|part|chapter|episode|character|book|movie|story|show) (?:where|who|when|about|in which|with)|play\w* "
    r"(?:a|the) "
    r"(?:guy|girl|woman|man|character|role|part)|title of|called (?:fire|killing|burning))"
)
ASKED = (
    r"(?:what (?:should|do|would|must|can|could|to)(?: (?:i|you|we|one|people|someone|they))?(?: do)? (?:do )?(?:if|"
    r"when|"
    r"in case)|what if|what(?:'s| is) (?:it called|the (?:difference|procedure|protocol|policy|best))|what happens|"
    r"what would happen|what (?:are|is|causes?)(?: the| an?| some)?(?: \w+)* (?:signs?|symptoms?|treatments?|causes?|"
    r"risks?|odds|chances|meaning|definition|stroke|seizure)|how (?:do|can|would|should|does|did|to)(?: (?:i|you|we|"
    r"one|"
    r"people|someone))?(?: best)? (?:know|tell|treat|perform|prevent|avoid|recogni[sz]e|identify|check|protect|handle|"
    r"report|do|talk)|how (?:likely|common|often|many people|dangerous)|is it (?:possible|safe|dangerous|legal|true|"
    r"normal)|in case (?:of|i|he|she|someone|there|we|my)|in the event|(?:signs|symptoms|risk|chances?|dangers?|fear|"
    r"causes?|prevention|awareness|statistics|rates?|history|definition|number|case) of|(?:research|paper|essay|thesis|"
    r"report|article|course|seminar|webinar|training|lesson|brochure|leaflet|presentation|project|question|lecture|"
    r"statistics|study|class) (?:on|about|for|in)|hotline|helpline|volunteer\w*|donat\w+|charity|fund ?raiser|"
    r"certif\w+|"
    r"prevention|memorial|anniversary|in general|generally speaking|just curious|curious (?:about|if|whether)|"
    r"wondering (?:if|what|how|about)|do you have (?:a|any)? ?(?:policy|plan)|procedure|protocol|"
    r"can (?:dogs|cats|pets|people|kids|babies|you|one|adults|plants|horses) |is there (?:a|an|any) (?:medic|nurse|"
    r"doctor|"
    r"lifeguard|defibrillator|first aid)|whether|what to do (?:if|when|in case)|(?:does|do|could|can|would|will) "
    r"(?:my|your|the|this|that|it|these) "
    r"(?:[\w']+ )*(?:cause|cover|"
    r"give|pay|include|protect|trigger|detect|know|work|help with)|do you (?:offer|sell|have|cover|provide|do|ship|"
    r"carry|"
    r"deliver|know how|teach|recommend)|how (?:long|much|many|often)(?! until)|what(?:'s| is) the (?:fee|cost|price|"
    r"number|best|charge|policy|penalty|chance|average)|what (?:number|kind|type|brand|time)|should (?:i|we|you) "
    r"(?:call|"
    r"worry|be worried)|"
    r"(?:^|and |or |so )(?:is|are) [\w' ]{1,40} (?:covered|included|normal|allowed|legal|excluded|contagious|common|"
    r"hereditary|deductible)|explain\w*|clause)"

)
# A condition counts for what comes behind it: "if he stops breathing" is none,
# "he stopped breathing, if that helps" is.
IF = (
    r"(?<!know )(?<!sure )(?<!tell )(?<!see )(?<!as )(?<!what )(?:if|unless|when(?:ever)?|in case|should) (?:there|"
    r"there's|i|i'm|he|"
    r"he's|she|she's|someone|someone's|somebody|somebody's|my|we|we're|they|they're|you|your|a|an|it|it's|one|anyone|"
    r"anybody|her|"
    r"his|our|the)(?: [\w']+){0,4}$|(?<!know )(?<!sure )(?<!tell )(?<!see )(?<!as )(?:if|unless|whenever|in case)$"
)
SERVICE = (
    r"(?:refund\w*|discount\w*|coupons?|vouchers?|promotion\w*|promo|carriers?|providers?|subscriptions?|memberships?|"
    r"contracts?|invoices?|copay|co-pay|password|website|web site|app|apps|tablet|copay|marketplace|mailing list|"
    r"social media|streaming|broadband|wi-?fi|dial up|router|package|parcel|booking|reservations?|bonus|reward|loyalty|"
    r"points|points balance|miles|upgrade|premium|mortgage|interest rates?|overdraft|statement|customer service|"
    r"burgers?|pizza|coffee|couch|sofa bed|stroller|shelf|tent|mattress|album|mixtape|salsa|laundry|jet lag|fares?|"
    r"brochures?|flyers?|invitations?|copay|warranty|warranties|gift card|delivery|shipping|checkout|cart|menus?|"
    r"surveys?|tickets?|hold music|patience|business wise|toy recall|hazard|cancel\w*|renewal|benefits?|pension|rate|"
    r"vet|vet's|veterinar\w+|"
    r"beat (?:me|him|her|us|you) to (?:it|the)|held up (?:in|at) (?:traffic|work|customs|the airport)|(?:pills?|"
    r"tablets?|meds|"
    r"medication) (?:at|every|each|a|per|twice|once|daily) \w+|(?:wake up|moving|move) (?:until|till|before)|in (?:my|"
    r"our|the) house (?:fixing|repairing|installing|cleaning)|"
    r"required|dry clean\w*|subscriptions|shots? of \w+|(?:shot|shoot|shooting)(?: (?:me|him|her|us|them|you|over))? "
    r"an? (?:email|text|message|note|line|"
    r"quote)|your (?:agents?|agent's|company|staff|emails?|team|prices|website|fees|bills|policy)|these (?:bills|fees|"
    r"prices|charges|rates)|labou?r (?:laws?|costs?|unions?|market|day)|(?:give|giving|gave|gives) (?:me|us|him|her|my "
    r"\w+) an? (?:heart attack|stroke|seizure|aneurysm|fit)|(?:my|our) (?:money|account|data|refund|deposit|luggage|"
    r"order) "
    r"hostage|i ordered|debt collectors?|collection agency|telemarketers?|scammers?|"
    r"i(?:'m going to|'m gonna| will|'ll| could| might) (?:kill|murder|strangle) (?:my|him|her|them|you|someone)[a-z "
    r"]* if|"
    r"(?:kill|murder|strangle|killing|murdering) me (?:if|when|because) (?:i|i'm|we|we're) (?!leave|left|go|tell|told|"
    r"call|talk|scream|move|try|say|report|speak|run|don't (?:give|do|pay|come|leave|shut|stop))[\w']+|you(?:'re| are|"
    r"'ve| guys are| people are|)? (?:just |really |basically )*(?:robb?|attack|kill|chok|strangl|threaten|hitt?|"
    r"bleed|stabb?|scalp|mugg?)ing (?:me|us|your|my|people|everyone|customers)|in the back (?:by|business|when)|shot "
    r"down "
    r"(?:my|the|our|your|that|this)|(?:business|trading) partner)"
)
TRADE = (
    r"(?:insurance|coverage|covers?|covered|premiums?|deductible|(?:file|make|made|the|my|a|this) claims?|warranty|"
    r"refund|discount|invoices?|purchase|install\w*|buy|buying|sell|selling|recommend|for sale|appointment|refill\w*|"
    r"schedule|quote|leaflet|replacement|order(?:ed|ing)? (?:a|an|the|some)|(?:gas|ambulance|hospital|water|phone|"
    r"my|the|this|a) bills?|check ?up|follow up|compensation|lawyer|attorney|lawsuit|reservation|sick leave|"
    r"time off|flight|museum|ticket|subscription|merch\w*|brand|stock)"
)
FIGURE = (
    r"(?:laugh\w*|bored|boredom|embarrass\w*|hilarious|so funny|too funny|hungry|starving|prices?|fees?|interest rates|"
    r"hold music|on hold|traffic|deadlines?|homework|paperwork|jeans|leggings|mask|workout|inbox|taxes|mortgage|exams?|"
    r"excitement|curiosity|so good|so cute|cuteness|coffee|caffeine|pizza|chocolate|to (?:know|hear|see|try|get (?:my|"
    r"the))|debt|work ?load|"
    r"emails|spam|adverts?|ads|budget|sales|season|this quarter|reviews?|app|website|internet|wifi|router|laptop|"
    r"computer|server|printer|screen|software|code|errors?|battery (?:is|died|low|life|dead)|(?:my|the|this|your) "
    r"phone (?:is|isn't|died|won't|screen|battery|line|bill|gets|froze|just died)|smell your|spicy|salsa|hot sauce|"
    r"wings|"
    r"dressed up|figuratively|so to speak|metaphor\w*|this heat|the heat|humidity|allergy season|a cold|mailbox|"
    r"commercials?|meetings?|presentation|karaoke|on stage|dance ?floor|concert|tournament|playoffs|championship)"
)
BUSINESS = (
    r"(?:accounts?|lease|contract|(?:phone|data|current|family|my|your|this) plan|subscriptions?|membership|call|"
    r"calls|trial|policy|bill|service|"
    r"services|app|email|emails|insurance|agreement|session|chat|meeting|relationship|order|website|"
    r"bank|card|profile|internet|tenancy|loan|warranty|things with|carrier|provider|mailing|conversation|building|"
    r"store|world with|burgers?|social media|phone|"
    r"hair|nails|lawn|price|prices|cost|costs|refund|fee|fees|"
    r"credit|job|city|town|area|line|"
    r"queue|branch|coupon|phone|campaign|hours|insured|beneficiar\w+|probate|benefits?|estate|lockout|modem|"
    r"process|program|task|computer|points|miles|vlog|stream\w*|concert|ship|offer|flight|hoops|rope climbing|"
    r"parachut\w+|bungee|trampoline|sky ?div\w*)"
)
GUARDS = {
    **KNOWN,
    "then": Guard(whole=PAST, since_now=True, unless=r"(?:right now|hurry|come quick\w*|send (?:help|somebody|someone|"
                  r"an ambulance|the)|please help|minutes? ago|seconds? ago|again|still(?! (?:waiting|paying|need|"
                  r"have|want|owe|fighting|dealing|trying)))"),
    "long ago": Guard(
        whole=r"(?:(?:months?|years?|decades?|long time) (?:ago|back)|last (?:month|year)|when i was (?:an?|in|\w+teen|"
        r"young\w*|little|\d+)|back in|back when|as a (?:kid|child|teenager|teen)|used to|in (?:19|20)\d\d|recovered|"
        r"history of|in the past|passed away|in college|in high school)", since_now=True,
        unless=r"(?:right now|again|still(?! (?:waiting|paying|need)))",
    ),
    "story": Guard(whole=STORY, since_now=True),
    "if": Guard(before=IF),
    "last night": Guard(whole=r"(?:last night|this morning|while (?:i|we) (?:was|were) (?:at|away|out|gone|on))",
                        unless=r"(?:here|again|still|scared|inside|right now|hiding)"),
    "service": Guard(whole=SERVICE, since_now=True, unless=r"(?:not breathing|isn't breathing|stopped breathing|"
    r"ambulance|unconscious|"
                     r"help me|please help|hurry|right now|he's hurt|she's hurt|delivery (?:man|guy|driver|person|"
                     r"boy))"),
    "asked": Guard(whole=ASKED, since_now=True, unless=r"(?:(?:my|our) [\w']+ (?:is|isn't|is not|has|just|won't|can't|"
    r"stopped|"
                   r"collapsed|fell|passed|swallowed)(?! (?:history|covered|included))|(?:i|we) (?:can )?smell|"
                   r"(?:don't|do not|can't|not sure|no idea) (?:\w+ )?(?:know |tell |sure )?(?:if|"
                   r"whether) (?:he|she|they|it|i))"),
    "trade": Guard(whole=TRADE, since_now=True),
    "figurative": Guard(whole=FIGURE, since_now=True),
    "no": Guard(
        before=r"(?:not|isn't|aren't|wasn't|never|nobody|no one|no|don't|doesn't|didn't|haven't|hasn't|won't|wouldn't|"
        r"without|nothing|neither|ain't|none|nor|can't)(?: (?:an?|the|any|really|actually|having|have|had|been|being|"
        r"even|think|that|i'm|he's|she's|want|wanted|going|to|trying|there|there's|is|was|it's|saying|planning|i|he|"
        r"she|"
        r"feel|feeling|thinking|about|currently|in|of|or|anything|ever|experiencing|seem|seems|signs?|sign|smell|see|"
        r"seen|got|need|needs|an|life|any more|threatening|get|gets|getting|be|were|suffering|like|saw|said|say|would|"
        r"mean|meant|told|him|her|me|could|believe))*$",
        whole=r"(?:(?:was|is|it's|isn't|wasn't) (?:not|just|only) (?:an? )?(?:\w+ )?(?:prank|heartburn|test|"
        r"indigestion)|turned out|nobody (?:was|is|got) (?:hurt|injured)|no one (?:was|is|got) (?:hurt|injured)|"
        r"no injuries)",
    ),
    "dispute": Guard(
        since_now=True, whole=r"(?:fees?|charges?|bills?|late|penalt\w+|lawsuit|sue|prices?|rates?|increase|"
                              r"collections?|debt "
        r"collectors?|collectors?|telemarketers?|instagram|twitter|facebook|tiktok|social media|online|linkedin|"
        r"account|accounts|"
        r"subscription|contract|cancel\w*|your (?:company|service|agents?|bank|team|staff)|you people|you guys|emails?|"
        r"deadline|if i (?:don't|forget|lose|miss|am|spend|come)|reviews?|bumper|parking lot|fender|rear ended|"
        r"lane|deer|chess|checkers|league|match|team|basketball|soccer|football|tennis|button|record|ball|target|"
        r"limit|jackpot|road|password|passwords|number|credit card|identity)"
    ),
    "weapon trade": Guard(
        whole=r"(?:licen[cs]e|permit|safe|range|shop|store|laws?|rights?|show|collection|hunting|kitchen|set|block|"
        r"chef|sharpen\w*|glue|nail|massage|baseball|cricket|spray|water gun|toy|nerf|replica|vaccin\w*|flu|"
        r"booster|tetanus|needle|basketball|golf|photo|camera|film\w*|espresso|tequila|whiskey|soccer|hockey|football|"
        r"in the foot|me an? (?:email|text|message|quote)|in the dark|glance|hole in one|give it a|order)"
    ),
    "bite": Guard(whole=r"(?:mosquito\w*|bedbugs?|bed bugs?|frostbite|overbite|bite to eat)"),
    "not out": Guard(whole=r"(?:passed|pass|passing) out (?:the|some|invitations?|flyers|samples|candy|leaflets)|"
                           r"knocked "
                           r"out of|(?:on|with) (?:emails?|calls?|tickets?)|until|any ?more cancel|(?:to|on) the \w+ "
                           r"plan|up the stairs|(?:my|your|the) (?:emails?|calls?|texts?|"
                           r"messages?|tickets?|letters?|questions?|requests?|phone|app|website|screen|computer|laptop|"
                           r"complaint)|to (?:my|your|our) \w+|under (?:debt|the weight)|moving (?:house|out|in|on|to|"
                           r"company|truck|forward)|house ?hunting"),
    "tickets": Guard(whole=r"(?:parking|speeding|violation|station|academy|discount|officer's|report|certificate|"
                           r"record|clearance|check|number|background|non.?emergency|insurance|scanner|impound\w*|bill|"
                           r"bills|cost|costs|charge|company|ride|fee|fees|job|career|apply|become|museum|service "
                           r"membership|is an? (?:\w+ )?(?:paramedic|emt|police|cop|firefighter|nurse|doctor)|i'm an?|"
                           r"calling you instead|not an emergency|don't need|do not need|did you|didn't|already came|"
                           r"came|was here)"),
    "fire thing": Guard(
        after=r"^(?:drills?|alarm inspection|extinguishers?|hydrants?|exits?|station|hazards?|code|codes|insurance|"
        r"place|places|pit|pits|sticks?|tv|damage|damaged|escape|stone|sale|sales|safety|wood|works|inspection|"
        r"marshal|permit|proof|resistant|retardant|rated|truck toy|sauce|ants?|fly|island|tablet|wall|door|doors|"
        r"prevention|department|brigade|fighter|me|him|her|up the|side)",
        whole=r"(?:fire (?:exits?|drills?|pits?|place|tv|tablet|sticks?|sale|hazards?|codes?|insurance|marshal|"
              r"inspection|"
        r"escape|sauce|wood|stone)|fireplace|bonfire|campfire|firewood|straight fire|is fire|was fire)",
        before=r"(?:cease|gun|gas|camp|cross|under|friendly|ceremonial|log|electric|amazon|kindle|free|adele|to|by|"
        r"you're|they|to get|will|would|might|gonna)$",
    ),
    "embers": Guard(since_now=True, whole=r"(?:smoke (?:detectors?|alarms?) (?:in|for|installed|on|tested|batter\w+|"
    r"inspection)|coat|"
                          r"jacket|dry clean\w*|sofa|upholstery|candle (?:is|smells|brand|holder)|candles|"
                          r"incense|cigarettes?|cigars?|smokers?|smoking (?:room|area|policy|section)|"
                          r"smoked|weed|marijuana|vape|vaping|tobacco|barbecue|bbq|wood stove|change rooms?|another "
                          r"room|perfume|calories|fat|rubber|cd|cds|dvd|disc|"
                          r"cash|money|bridges|midnight oil|question|hole in|burn(?:ing|ed|t)? out|dinner|toast|"
                          r"cookies|"
                          r"steaks?|ribs|brisket|salmon|sage|spicy)"),
    "gas trade": Guard(whole=r"(?:gas (?:station|bill|bills|card|prices?|company|meter reading|grill|supplier|supply "
                             r"contract|mileage|money|cap|engineer|safety|inspection|account|stove for|pump|tank size)|"
                             r"out of gas|ran out|tear gas|natural gas prices|gas and electric|switch|tariff|passing "
                             r"gas|gassy)"),
    "money out": Guard(whole=r"(?:money|cash|dry|fees?|costs?|budget|color|colour|ink|edge|company|profits?|users|"
                             r"subscribers|data|revenue|customers)"),
    "crash": Guard(whole=r"(?:app|apps|website|site|computer|laptop|software|system|server|program|game|stock|market|"
                         r"pc|phone|browser|bumper|dent|scratch|fender|last|claim|adjuster|report|rental|rates?|"
                         r"totaled|at fault|deductible|course|diet|happy|history|free|forgiveness|prone)"),
    "wet": Guard(whole=r"(?:debt|debts|paperwork|work|emails|bills|sorrows|noise|homework|tickets|laundry|kidding|"
                       r"rain|plants?|sound|music|out the|in (?:my|the) (?:inbox|numbers))"),
    "birth later": Guard(whole=r"(?:due (?:in|on|date|next)|next (?:month|week|year)|shower|announcement|plan|in "
                               r"(?:january|february|march|april|may|june|july|august|september|october|november|"
                               r"december)|with (?:me|us)|room|stroller|crib|car seat|labou?r (?:day|cost|union|law|"
                               r"charge)|water (?:main|pipe|heater|line|meter))"),
    "idiom": Guard(
        whole=r"(?:laugh\w*|laughter|boredom|bored|embarrass\w*|hunger|hungry|starving|curiosity|jokes?|joking|kidding|"
        r"lol|haha|of (?:shame|cringe|thirst|heat)|if (?:i|we) (?:don't|have to|hear|get|spend|miss|forget|lose|wait)|"
        r"to (?:know|see|hear|try|get|have (?:a|my|the))|for (?:a|an|the|some|that)|hold music|on hold|deadline|"
        r"exams?|homework|workout|at the gym|training|in (?:debt|that|this)|when i saw|hilarious|cute|so good|wedding)"
    ),
    "with it": Guard(after=rf"^(?:(?:with|without|in|at|near|on|off|from|of|into|my|this|"
                     rf"your|that|the|for|one|an?|to|by|his|her|our) ){{0,4}}(?:[\w']+ )?(?:{BUSINESS})"),
    "business end": Guard(whole=BUSINESS),
}
# Every phrase and scene is held against these.
ALWAYS = ("story", "asked", "if", "service")
STRICT = ("if", "service", "then", "story", "asked", "trade", "figurative")
