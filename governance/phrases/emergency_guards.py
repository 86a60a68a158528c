"""Who can be in danger in an emergency phrase, and what shows that nobody is in danger here and now."""

from governance.phrases.matching import Guard

KIN = (
    r"(?:husband|wife|partner|spouse|boyfriend|girlfriend|fianc[eé]e?|mom|mum|mother|dad|father|son|daughter|baby|"
    r"infant|newborn|toddler|kid|child|children|kids|boy|girl|brother|sister|uncle|aunt|grand(?:ma|pa|mother|father|"
    r"son|daughter|child)|nan|nana|granny|grandad|granddad|friend|roommate|flatmate|neighbou?r|coworker|co-worker|"
    r"colleague|boss|ex|ex husband|ex wife|ex boyfriend|ex girlfriend|stepdad|stepfather|stepmom|cousin|nephew|niece|"
    r"patient|guest|customer|driver|student|teacher|caregiver|tenant|passenger|father in law|mother in law|twin)"
)
SLOTS = {
    "kin": KIN,
    "somebody": r"i|he|she|we|they|someone|somebody|"
    r"(?:my|his|her|our|the|your|a|this|that|an|one of (?:my|the|our))(?: (?:old|elderly|little|own|poor|young|older|"
    r"younger|other|pregnant|baby|best|good|next door|\w+ year old|\w+ month old))*"
    r" (?:man|woman|guy|lady|person|gentleman|people|employee|worker|victim|intruder|stalker|{kin})(?:'s)?",
    "he": r"i'm|he's|she's|they're|we're|someone's|somebody's|there's (?:a|someone|somebody)(?: man| woman)?|"
    r"(?:{somebody})(?: (?:is|am|are|was just|has been|have been|started|keeps))?(?: still| now| just| really)?",
    "has": r"(?:{somebody}|he's|she's|i've)(?: (?:has|have|just|may have|might have|must have|i think))*",
    "very": r"(?: (?:really|very|so|pretty|badly|bad|seriously|heavily|severely|completely|totally|just|now|still|"
    r"literally|actually|all of a sudden|suddenly|barely|even|also))*",
    "place": r"(?:my |the |our |this |a |his |her |their |your |next )?(?:\w+ )?(?:house|home|apartment|flat|building|"
    r"kitchen|garage|basement|attic|bedroom|room|bathroom|living room|office|store|shop|warehouse|barn|shed|car|truck|"
    r"van|bus|hotel|roof|stove|oven|grill|microwave|dryer|toaster|curtains?|couch|sofa|bed|mattress|furnace|chimney|"
    r"outlet|wall|ceiling|field|woods|forest|tree|trash|dumpster|engine|boat|trailer|place|school|church|restaurant|"
    r"hallway|stairwell|upstairs|downstairs|neighbou?r's(?: house| place)?|next door|battery|charger|laptop|hair|"
    r"clothes|"
    r"pan|pot|water heater|boiler|heater|porch|deck|yard|backyard|fence)",
}  # fmt: skip

PAST = (
    r"(?:ago|last (?:week|month|year|summer|winter|spring|fall|autumn|night|time|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)|"
    r"yesterday|years? back|used to|when (?:i|he|she|we|they|my \w+) (?:was|were)|back in|back when|in (?:19|20)\d\d|"
    r"in (?:january|february|march|april|may|june|july|august|september|october|november|december)|earlier this "
    r"(?:year|"
    r"month|"
    r"week)|previous|previously|history of|the other day|this one time|as a (?:kid|child|teenager)|recovered from|"
    r"recovering from|survived|passed away|died (?:of|from|in|after)|over now|is fine now|is ok now|is okay now|"
    r"doing better|better now|all clear|false alarm|put out already|was put out|since the|after (?:the|a|my|his|her))"
)
TALK = (
    r"(?:movie|film|show|episode|series|book|novel|game|video game|song|lyrics|album|band|article|news|documentary|"
    r"podcast|"
    r"class|course|essay|report on|research|history|dream|dreamed|dreamt|nightmare|joke|joking|kidding|costume|play|"
    r"training|drill|drills|practice|exercise|rehearsal|test(?:ing)?|simulation|mannequin|quote|coverage|cover|covers|"
    r"covered|insurance|deductible|premium|claim|definition|meaning|define|what is a|what are the|difference between|"
    r"statistics|prevention|prevent|avoid|awareness|month|policy|brochure|certificate|certified|installer?|"
    r"installation|"
    r"install|buy|purchase|replace|replacement|for sale|recommend|wikipedia|character|scene|actor|singer|celebrity|"
    r"what year|quiz|trivia|poem|"
    r"story|"
    r"how do you (?:treat|tell|know)|how can you tell|what should (?:i|you|one|someone) do if|what to do if|"
    r"what do i do if|what do you do if|what happens if|what would happen|what if|in case|in the event|if (?:there|i|"
    r"he|she|"
    r"someone|somebody|my|we|they|you|a|the|it|one) (?:ever|is|was|were|has|have|had|gets?|catch(?:es)?|should|smell|"
    r"see|"
    r"start(?:s|ed)?|stop(?:s|ped)?|tries|is ever)|whether|risk of|chances? of|afraid of|fear of|worried about getting|"
    r"signs of|symptoms? of|causes?|caused by|treatment for|medication for|prescription for|donate|charity|fundraiser|"
    r"volunteer|memorial|anniversary|hypothetically|imagine|suppose|pretend)"
)
GUARDS = {
    "denied": Guard(
        before=r"(?:not|isn't|aren't|wasn't|never|nobody|no one|no|don't|doesn't|didn't|haven't|hasn't|won't|without|"
        r"nothing|neither|ain't|hardly)(?: (?:an?|the|any|really|actually|like|having|have|had|been|being|even|think|"
        r"that|i'm|he's|she's|want|going|to|trying|there|there's|is|was|it's|saying|planning|i|he|she|feel|feeling|"
        r"thinking|about|currently|in|of|anyone|anybody|my|me|thoughts|physically|going|will|would|ever))*$"
    ),
    "past": Guard(whole=PAST),
    "long past": Guard(
        whole=r"(?:years? ago|months? ago|last (?:year|month)|years back|when i was (?:a |in |\w+teen|young|\d)|back "
              r"in|"
        r"as a (?:kid|child|teenager)|used to|in (?:19|20)\d\d|recovered|history of|in the past|"
        r"passed away)"
    ),
    "talk": Guard(whole=TALK),
    "almost": Guard(
        before=r"(?:almost|nearly|about to|practically|going to have|gonna have|about gave me|gave me|give me|giving "
               r"me|"
        r"could have|would have|like|as if|virtually|thought i was|feels like i'm|when i saw)(?: (?:an?|my|me|had|"
        r"have|having))*$",
        after=r"^(?:when i (?:saw|got|opened|heard|looked)|over (?:this|the|that|my)|looking at|seeing|from (?:the|"
              r"this|"
        r"laughing|these|that|all)|laughing|of (?:laughter|boredom|embarrassment)|at (?:the|this) (?:price|bill))",
    ),
    "figure": Guard(
        whole=r"(?:laugh\w*|laughter|boredom|bored|embarrass\w*|hungry|starving|prices?|bills?|fees?|rates?|"
              r"wait(?:ing)?|"
        r"hold music|traffic|sales|deadline|homework|paperwork|battery|phone|app|website|internet|wifi|computer|server|"
        r"shoes|jeans|workout|gym|game|team|inbox|taxes|interest|mortgage|exam|exams|boring|cute|cuteness|excitement|"
        r"so good|too funny|hilarious|mosquitos?|mosquitoes|in bed|on stage|patience|breathe easy|choking up|pension|"
        r"rather die than|boss|delivered|held up in|invoices?|customers? service|reviews?|flyers|ticket|subscriptions?|"
        r"updates|direct debit|charges?|transactions?|payments?|statements?)"
    ),
    "if i forget": Guard(
        whole=r"(?:if|when|for|because) (?:i|we|he|she|they|this|that|it|the)?(?: (?:don't|do not|forget|forgot|lose|"
              r"lost|miss|missed|"
        r"can't|spend|spent|find|finds|see|sees|break|broke|knew|am late|are late|get home|come home|losing|forgetting|"
        r"being late|is|isn't|spending|missing|i))+|(?:joke|kidding|lol|haha)"
    ),
    "accounts": Guard(whole=r"(?:accounts?|email|profile|app|website|wifi|password|computer|system|debt|software|"
                            r"shoes)"),
    "battery": Guard(whole=r"(?:low battery|batter(?:y|ies)|chirp\w*|new one|test|tested|end of life|expired?)"),
    "business": Guard(
        whole=r"(?:company|bank|account|contract|lease|plan|subscription|charges?|fees?|money|refund|website|app|"
              r"airline|"
        r"tax|benefits?|certificate|estate|the will|probate|insurance|price|bill|interest|wallet)"
    ),
    "ads": Guard(
        whole=r"(?:ads?|advert\w*|emails?|on (?:instagram|twitter|facebook|social media|tiktok)|debt collectors?|late "
              r"fees?|fees|"
        r"bills?|prices?|charges|with (?:questions|calls|charges)|you people|you guys|your|your (?:company|bank)|"
        r"instructions|up with)"
    ),
    "could": Guard(before=r"(?:could|could have|could've|almost|nearly|might as well|could just)$"),
    "dose": Guard(whole=r"(?:dose|doses|as prescribed|prescribed|prescription|refill|every (?:day|morning|night)|"
                        r"daily|delivery)"),
    "gym": Guard(whole=r"(?:at the gym|working out|playing|running|skiing|at work|on the job|lifting|fell|tripped|"
                       r"accident\w*)"),
    "report": Guard(whole=r"(?:report|number|non emergency|ticket|clearance|check|record|department|station|"
                          r"background)"),
    "sport": Guard(
        whole=r"(?:game|team|basketball|soccer|football|hockey|golf|bungee|parachut\w+|sky ?div\w+|photo|pictures?|"
              r"movie|"
        r"video|film|permit|licen[cs]e|range|hunting|shop|store|legal|laws?|to conclusions|nail|glue|heat|massage|"
        r"baseball)"
    ),
    "vaccine": Guard(whole=r"(?:flu|vaccin\w+|booster|needle|insulin|tetanus|covid|allergy|espresso|tequila|whiskey|"
                           r"video|movie)"),
    "alone": Guard(whole=r"(?:dog|cat|technician|plumber|cleaner|package|parcel|with my permission|husband|wife|he's "
                         r"home|working)"),
    "metal": Guard(before=r"(?:car|truck|van|vehicle|suv|mailbox|fence|house|parked|bike|garage|wall|door)(?: (?:was|"
                          r"got|has been))*$",
        whole=r"(?:nobody was in|no one was in|parked)"),
    "eyes": Guard(whole=r"(?:my eyes|sarcas\w*|at (?:me|him|her|the)|cold|freezing|nervous)"),
    "money": Guard(whole=r"(?:money|fees?|bills?|costs?|company|budget|about|cash|dry)"),
    "tobacco": Guard(whole=r"(?:cigarettes?|smokers?|smoking|weed|marijuana|tobacco|candles?|change rooms?|another "
                           r"room|perfume|barbecue|bbq)"),
    "chores": Guard(whole=r"(?:shaving|cooking|chopping|slicing|peeling|paper ?cut|hair|some slack|off from|out of|"
                          r"down)"),
}  # fmt: skip

HERE_AND_NOW = ("denied", "past", "talk")
