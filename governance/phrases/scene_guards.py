"""What takes a scene of danger back: it is long past, told or asked about, denied, a figure of speech, or business."""

from governance.phrases.emergency_guards import GUARDS as KNOWN
from governance.phrases.matching import Guard
from governance.phrases.surroundings import ASKED, BUSINESS, FIGURE, IF, PAST, SERVICE, STORY, TRADE

GUARDS = {
    **KNOWN,
    "then": Guard(whole=PAST, since_now=True, unless=r"(?:right now|hurry|come quick\w*|send (?:help|somebody|someone|"
                  r"an ambulance|the)|please help|minutes? ago|seconds? ago|again|ever since|still(?! (?:in\b|"
                  r"open|pending|unpaid|in (?:her|his|my|our|the)|processing|unresolved|on hold|waiting|paying|need|"
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
    "device": Guard(whole=r"(?:baby monitor|(?:my|the|our|this) (?:smart ?)?watch|thermostat|remote|doorbell|"
           r"keypad|vacuum|"
                     r"device)"),
    "appointment": Guard(
        whole=r"(?:appointments?|cardiologist|refill|check ?up|physical exam|stress test|specialist|referral|"
               r"follow up)",
        unless=r"(?:right now|help|ambulance|hurry|today|getting worse|can't|not breathing)",
    ),
    # A device may burn as well; only what people say of luck and mail is a figure here.
    "fire figure": Guard(
        whole=r"(?:so to speak|figuratively|metaphor\w*|notifications?|emails?|inbox|messages|reviews?|(?:my|this|our) "
        r"(?:season|team|career)|sales|budget|hold music|traffic|deadlines?|homework|concert|on stage|wings|"
        r"salsa|sauce|"
        r"spicy|songs?|album|mixtape|streak|lately|playoffs|championship|coffee|pizza|calories|dance ?floor|"
        r"explosions? of|"
        r"fire (?:avenue|street|road|lane|drive|court)|prices?|comments|burning hot|gets? (?:so |really |too |"
        r"very )*hot|just kidding)", since_now=True,
    ),
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
        since_now=True, whole=r"(?:by (?:\w+ )?(?:goals?|points?|runs|votes|minutes|seconds|inches|miles)|"
               r"mosquito\w*|midges|gnats|"
        r"fleas|bed ?bugs?|spam\w*|bots|hackers?|trolls|virus|malware|pigeons|seagulls|squirrels|fees?|charges?|"
        r"bills?|late|penalt\w+|lawsuit|sue|prices?|rates?|increase|"
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
    "not out": Guard(whole=r"(?:baby monitor|(?:my|the|our|this) (?:smart ?)?watch|thermostat|remote|doorbell|"
           r"keypad|vacuum|"
                           r"device|passed|pass|passing) out (?:the|some|invitations?|flyers|samples|candy|leaflets)|"
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
        whole=r"(?:fire (?:avenue|street|road|lane|drive|court|exits?|drills?|pits?|place|tv|tablet|sticks?|"
               r"sale|hazards?|codes?|insurance|marshal|"
              r"inspection|"
        r"escape|sauce|wood|stone)|fireplace|bonfire|campfire|firewood|straight fire|is fire|was fire)",
        before=r"(?:cease|gun|gas|camp|cross|under|friendly|ceremonial|log|electric|amazon|kindle|free|adele|to|by|"
        r"you're|they|to get|will|would|might|gonna)$",
    ),
    "embers": Guard(since_now=True, whole=r"(?:smoke (?:detectors?|alarms?) (?:in|for|installed|on|tested|batter\w+|"
    r"inspection)|coat|"
                          r"jacket|chirping|batter(?:y|ies) (?:in|of|for) (?:my|the|our|a) (?:smoke|carbon|co)|"
                          r"dry clean\w*|sofa (?:smells?|smelled|cleaning)|upholstery|candle (?:is|smells|brand|"
                          r"holder)|candles|"
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
        whole=r"(?:rather die than (?!live|keep|go|be)\w+|(?:career|political|financial|commercial|social|professional|"
        r"economic|business|corporate) suicide|(?:be|is|was) suicide to|laugh\w*|laughter|boredom|bored|"
        r"embarrass\w*|hunger|hungry|starving|curiosity|jokes?|joking|kidding|"
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
