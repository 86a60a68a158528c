"""Scenes of a body in danger now: breath, consciousness, blood, heart and brain, poison, birth, falls and crashes."""

from governance.phrases.scene_guards import STRICT
from governance.phrases.scenes import scenes

DENIABLE = ("no", *STRICT)
BREATH = ("then", "story", "asked", "if", "figurative")

MEDICAL = (
    *scenes(
        0.96, BREATH,
        "OTHER not BREATHE", "OTHER STOP BREATHE", "OTHER BREATHE STOP", "not|STOP BREATHE ! i|we|easy|jeans|heat",
        "not think|believe|know|sure .. BREATHE", "no BREATHE|breaths ! problems|issues|trouble",
        "OTHER not TAKE any|a BREATHE", "not TAKE BREATHE", "CHEST not moving|rising", "not feel|find|have|got a pulse",
        "no|without pulse|heartbeat", "heart|heart STOP|not beating|beat|pumping ! when|price|saw|movie|bill|invoice",
        "not .. OTHER BREATHE ! jeans",
    ),
    *scenes(
        0.9, (*BREATH, "trade", "service"),
        "not able to BREATHE", "i|me|we not BREATHE ! jeans|heat|laughing|nose|easy|through",
        "not catch|get|draw .. BREATHE|air ! restaurant|holiday", "not get enough air|oxygen", "GASP",
        "throat|AIRWAY SWELL", "BREATHE .. ODD", "BREATHE .. barely|hardly ! easy|through",
        "OTHER hardly|barely BREATHE", "hardly|barely BREATHE ! easy",
        "OTHER OUT", "STRANGER|KIN .. OUT", "OTHER looks|seems dead ! tired|serious|wrong",
        "OTHER cold|stiff & floor|found|DOWN|blue ! water|drink|room", "went|gone OUT", "OTHER BLUE .. not",
        "OTHER TURN BLUE", "turning|turned|going|gone|went + BLUE & OTHER ! screen|leaves|water|light|hair",
        "lips|face|skin|fingers BLUE",
    ),
    *scenes(
        0.85, DENIABLE,
        "TROUBLE .. BREATHE ! easy", "BREATHE TROUBLE", "TROUBLE swallow|swallowing",
        "inhaler|epipen|nitroglycerin & not|out|empty|BREATHE|attack|ATTACK ! order|refill",
    ),
    *scenes(
        0.9, (*STRICT, "not out"),
        "OTHER not RESPOND ! bots", "STOP RESPOND & OTHER", "not WAKE .. OTHER", "not get OTHER .. RESPOND",
        "OTHER .. not .. WAKE",
        "OTHER lying|laying|down|slumped ... not RESPOND", "i|me not MOVE .. BODY", "OTHER not MOVE",
        "STRANGER|KIN not .. RESPOND & DOWN|OUT|HIT|CRASH|FALL|FELL|BLOOD",
        "HE & DOWN & not|BLOOD|hurt|BLEED|OUT", "STRANGER|KIN lying|laying|passed|collapsed DOWN",
        "found|think|believe|looks|might OTHER .. dead|dying ! tired|serious|wrong|battery|phone|line",
        "EYES .. ROLL .. back|up", "i|me OUT ! someone|samples", "i|me going to|about|gonna .. OUT",
        "feel|feeling|i|gonna OUT ! work|samples|flyers",
    ),
    *scenes(
        0.86, (*DENIABLE, "money out"),
        "BLEED & MUCH", "BLEED .. not|will .. stop", "not|can .. STOP .. BLEED|BLOOD", "OTHER|i|me BLEED ! gums|nose",
        "BODY|CUT BLEED ! gums|nose", "BLOOD & MUCH ! pressure|sugar|test|tests|work|type|bank|drive",
        "BLOOD & POUR ! pressure|sugar", "lose|lost|losing .. BLOOD", "MUCH BLOOD",
        "cough|coughing|vomiting|throwing|spitting|puking|peeing .. BLOOD", "BLOOD coming|came ... BODY",
        "not make|get it stop & BLOOD|BLEED", "PREGNANT & BLEED|BLOOD|FELL|fell|cramping|PAIN ! pressure|test",
    ),
    *scenes(
        0.85, DENIABLE,
        "CUT .. DIGIT .. off", "CUT off .. DIGIT", "took|ripped|tore|bit|blew off .. DIGIT ! price|weight|days",
        "DIGIT .. CUT off", "DIGIT is|are gone ! numb", "CUT .. BODY & DEEP|BLEED|BLOOD",
        "CUT .. WRISTS", "DIGIT|hair|sleeve caught|stuck|trapped|pinned .. saw|machine|press|door|grinder|conveyor|"
                         "blender|mixer|auger|gears|mower",
        "DEEP CUT|WOUND", "BONE|bone sticking|poking|showing|exposed|protruding",
        "STRANGER|KIN|HE INJURE MUCH|badly|bad ! feelings",
        "STRANGER|KIN|people INJURE ! feelings|claim|no|not", "INJURE MUCH & CRASH|FELL|FALL|HIT",
        "OTHER INJURE .. need|help|ambulance", "i|me INJURE badly|severely|seriously|bad",
        "broke|broke|broken|snapped|shattered .. BONE & not|FELL|FALL|sticking|think|PAIN|HIT",
        "HIT|hit|banged|cracked|split head|skull|forehead & BLEED|OUT|vomiting|throwing|confused|BLOOD|not|dizzy|"
        "drowsy|sleepy|hard",
        "STRANGER|KIN|HE|i under|underneath|beneath + the|a|that|this + VEHICLE|tractor|rubble|machine|horse|"
        "tree ! warranty|seat|"
        "tent",
        "got|have|there_is .. STRANGER + down ! payment|with|the|on|under|to|from",
        "STRANGER|KIN|HE|i|me .. HIT .. by .. HEAVY ! fee|bill|luck",
        "crushed|pinned|trapped under|beneath|by|between|in .. VEHICLE|machine|shelf|tree|tractor|wall|rubble|press|"
        "ice|snow|debris",
        "electrocuted|electrocute|ELECTROCUTE & ANYBODY ! scooter|bill|repair|down",
        "impaled|impale", "STUCK|sticking|went|gone .. in|through|into|out BODY & knife|nail|glass|metal|rod|stick|"
                          "hook|needle|arrow|fork|pencil|spike|screw",
    ),
    *scenes(
        0.92, (*DENIABLE, "almost"),
        "HAVE .. ATTACK ! with|of|bit|luck|genius", "ANYBODY ATTACK ! of|bit|luck", "think|be|looks|is it|a ATTACK",
        "SEIZE ! opportunity|assets",
        "CHEST & PAIN ! refill|cough|infection|breast|freezer|medicine|tool|drawers",
        "CHEST & crush|elephant|weight|explode|exploding|tight",
        "face|face|mouth|smile|eye & DROOP", "SPEECH|SLUR & SLUR|SUDDEN|SIDE|drooping|NUMB|DROOP ! spanish|assistant",
        "OTHER|i|me SLUR", "SIDE & NUMB|DROOP|MOVE|not ! story|bed|street|road|effects|dish|door|window|screen",
        "not MOVE .. SIDE|BODY|arms|legs", "not feel .. BODY|legs|arms|face|hands",
        "SUDDEN & not|NUMB|confused|blind|DISORIENTED & talk|see|speak|walk|move|stand|NUMB|confused|DISORIENTED",
        "BODY NUMB & not talk|speak|see|walk|move|stand|feel|lift|smile ! dentist|anesthetic",
        "BODY|i|me NUMB & CHEST|face|SUDDEN|SPEECH|talk|jaw|sweating",
        "heart racing|pounding|skipping|fluttering|beating & faint|dizzy|CHEST|BREATHE|die|dying|OUT",
        "worst headache .. life", "OTHER .. SHAKE & LOSING_IT|EYES|DOWN|unconscious",
        "SHAKE .. uncontrollably|violently ! phone|washing",
        "not|STOP SHAKE & OTHER",
        "talking|speaking|making funny|gibberish|nonsense|weird|no|not & face|arm|SIDE|sense|SUDDEN ! web",
        "SUGAR & LOW|high & FAINTING|not|DISORIENTED|sense|shaky|stay",
        "diabetic & OUT|unconscious|not|confused|RESPOND|SHAKE ! supplies|strips",
    ),
    *scenes(
        0.88, (*DENIABLE, "idiom"),
        "OVERDOSE ! on|of & vitamins|sugar", "INGEST .. POISON ! as|like|instructions|time|with",
        "CHILD|baby|HE got|gotten|into .. POISON|cabinet & pills|POISON|ate|drank|medicine ! order",
        "CHILD|HE|KIN SWALLOW ... SWALLOWED ! daily|every|twice|prescribed|instructions|lunch|dinner|breakfast|orders",
        "i|me SWALLOW .. SWALLOWED & mistake|accident|accidentally|wrong|whole|all|MANY",
        "TAKE .. MANY .. DRUG", "TAKE .. DRUG .. MANY|whole|entire", "TAKE .. whole|entire|full|bottle ... DRUG|pills",
        "MANY .. DRUG & OUT|not|SLUR|sleepy|WAKE|MUCH", "TAKE .. HARD_DRUG & not|BLUE|OUT|MUCH|MANY|BREATHE|WAKE",
        "DRUG & OUT|BLUE|unconscious|BREATHE & OTHER",
        "TAKE wrong DRUG|medication|pills & sick|dizzy|heart|heart|feel|BREATHE|faint|throwing",
        "poisoned & ANYBODY ! ivy|oak|food", "narcan|naloxone ! training|buy|kit",
        "OTHER|i|me CHOKE ! up|hazard|hazards|you|by|back|debt",
        "STUCK .. throat|windpipe|airway", "CHOKE on", "heimlich ! class|training|learn",
        "OTHER not cough|swallow|make & red|STUCK|CHOKE|throat|sound|BLUE",
    ),
    *scenes(
        0.86, (*DENIABLE, "wet"),
        "ANYBODY DROWN", "PULL .. OTHER .. WATER ! car|vacation|holiday|trip",
        "OTHER & WATER & UNDER|limp|not_come_up|BLUE|floating|struggling|RESPOND ! heater|filter|service",
        "OTHER went|going|gone under & WATER",
    ),
    *scenes(
        0.86, (*DENIABLE, "birth later"),
        "water|waters broke|broken ! main|heater|pipe|line|cooler|down", "LABOUR ! cost|market|law|union|day",
        "BABY .. coming|crowning & out|now|early|PREGNANT|help|hospital|wife|water|LABOUR|right|cord|hurry ! along",
        "baby|i|head coming out|early|now ! with", "umbilical cord ! blood bank",
    ),
    *scenes(
        0.87, DENIABLE,
        "AIRWAY & SWELL ! store|road|branch|office|account", "STING & SWELL|throat|BREATHE|AIRWAY|hives|OUT",
        "hives|rash & throat|BREATHE|SWELL|AIRWAY",
        "SNAKE BITTEN", "BITTEN .. by .. SNAKE|dog",
        "dog BITTEN .. CHILD|face|throat|neck|BODY|me & BLEED|BLOOD|MUCH|DEEP|face|not",
        "CHILD|OTHER & HEAT & GRAVE|not|high & floppy|GRAVE|wake|RESPOND",
        "CHILD & HEAT & floppy|limp|seizure|105|blue|unresponsive",
        "FALL through ice|roof|floor|glass|window|skylight|ceiling",
        "FALL .. from|off|down|out|into .. HIGH_UP ! asleep|behind|in",
        "FALL .. HIGH_UP & hurt|not|BLEED|OUT|head|BLOOD|move|MOVE|ANYBODY ! asleep|behind|love",
        "OTHER FELL & not|BLOOD|BLEED|head|BONE|hurt|OUT|broke|broken|INJURE ! love|asleep|behind|out|apart|through",
        "i|me FELL & not & get_up|move|walk|stand|MOVE ! asleep|behind|love",
        "can not get_up & FELL|DOWN|floor|hip|FALL",
        "SCALD .. BODY|SELF|ANYBODY & HOT|MUCH|HOT_PART|badly|third|water ! tongue|dinner|calories|cd",
        "SCALD & HOT & BODY|SELF|OTHER|face|HOT_PART ! calories", "skin coming|falling|peeling off & SCALD|HOT|burn",
        "hypothermia|heatstroke|heatstroke|sepsis|meningitis ! vaccine|class|test",
        "HEAT & 105|106|104 & CHILD|floppy|limp|not",
        "ANYBODY & severe|unbearable|excruciating|worst|terrible & PAIN & abdomen|stomach|CHEST|back|head|sudden|"
        "SUDDEN|BLOOD|faint|OUT",
    ),
    *scenes(
        0.85, (*DENIABLE, "crash"),
        "VEHICLE .. HIT .. ANYBODY ! deer|mailbox|fence|pole|tree",
        "STRANGER|KIN|HE|i|me .. HIT .. by .. VEHICLE ! fee|bill",
        "OTHER HIT .. by .. VEHICLE", "HIT .. by a|an|the VEHICLE",
        "VEHICLE .. HIT|ran|ran_into|plowed|slammed .. VEHICLE|crowd|people & not|hurt|INJURE|moving|trapped|BLEED|"
        "dead|unconscious|OUT",
        "CRASH & INJURE|hurt|trapped|BLEED|BLOOD|OUT|unconscious|DOWN|MUCH|dead|AMBULANCE|FLIP|pinned|fire|not|now|"
        "happened|bad|just",
        "there|there_is|been|just|saw|witnessed .. CRASH ! on my account", "VEHICLE FLIP",
        "OTHER .. run_over|ran_over|run_over|run over",
        "SEND .. AMBULANCE ! for", "AMBULANCE .. now|please|quick|quickly|fast|hurry|immediately|here",
        "call|call 911|nine_one_one",
        "SEND .. AMBULANCE & for|to & KIN|HE|me|house|address|home", "SEND .. MEDICAL_HELP",
        "this is|it a MEDICAL_HELP|medical_emergency",
        "need|help|send .. help & INJURE|BLEED|OUT|dying|BREATHE|BLOOD|unconscious|FELL|hurt ! feelings|password|"
        "computer",
        "i dying|dying & think|going|help|feel|gonna ! to|for|know|of|see|laughing|hear|phone|battery",
    ),
)
