"""Scenes of fire, smoke, gas and carbon monoxide now."""

from governance.phrases.scenes import scenes

SEEN = ("then", "story", "asked", "if", "embers", "no", "fire figure")
BARE = ("then", "story", "asked", "if", "no", "fire thing", "figurative", "embers")

FIRE_GAS_CO = (
    *scenes(
        0.95, SEEN,
        "PLACE BURNING ! BODY", "PLACE .. BURNING", "BURNING & PLACE ! BODY|team|calories",
        "PLACE BURNS ! evenly|well|nicely|hot",
        "PLACE flames|flames", "flames & PLACE|COME|shooting|high|see|everywhere|out|up ! hot|logo|sauce",
        "PLACE up|engulfed in|by flames|fire|smoke",
    ),
    *scenes(
        0.85, SEEN,
        "it|something|everything|clothes|bed|KIN|STRANGER|HE|i BURNING ! team|you|today|lately|career|you're|with",
        "FIRE & BURNING",
        "something burning", "FIRE|smoke|flames & TRAPPED", "TRAPPED & FIRE|SMOKE|BURNING ! traffic|cigarette",
        "caught fire", "burst into flames", "PLACE EXPLODE",
        "EXPLODE & PLACE|FIRE|BURNING|flames|SMOKE|hurt|window|glass ! popularity|phone|inbox|package",
        "heard|was|been|huge|big|loud|there|there_is EXPLODE ! sale|of|in|chess",
        "not put .. out & FIRE|BURNING|flames|stove",
    ),
    *scenes(
        0.9, BARE,
        "THERE .. FIRE ! me|him|her|up|employee|stick|tv|department|brigade",
        "FIRE .. in|at|on|behind|near|next|under|above|below|coming|spreading .. PLACE",
        "PLACE fire|FIRE & started|spreading|broke|help|now|big|trapped|out ! department|extinguisher|drill",
        "FIRE spreads|spreading|getting|growing|moving|everywhere|coming ! up", "fire + help", "help + fire",
        "FIRE + FIRE",
        "SEND .. BRIGADE ! from|invoice|bill|about|number", "need|send|call BRIGADE ! number|from|invoice|bill|about",
    ),
    *scenes(
        0.9, (*SEEN, "trade"),
        "reporting|report a|an + FIRE ! sale|drill|damage|alarm|extinguisher|hydrant|hazard|stick|tv|department|"
        "code|door|from",
        "reporting|report a|an SIZE FIRE ! sale|drill|damage|alarm|extinguisher|hydrant|hazard|stick|tv|"
        "department|code|door",
    ),
    *scenes(
        0.9, SEEN,
        "SMOKE .. COME|coming|filling ! tobacco", "COME|full .. of|with .. SMOKE ! tobacco",
        "SMOKE & PLACE & COME|see|MUCH|thick|black|fire|lots|inside|all",
        "see|seeing|there|there_is|lots|MUCH .. SMOKE ! signals|detector|alarm|break|screen",
        "SMOKE .. in|from|under|out .. PLACE ! room|signal",
        "WIRE .. SPARK ! joy|interest", "SPARK .. from|out|coming|flying .. WIRE|PLACE|wall",
        "PLACE smoking & fire|BURNING|inside|hot|smell|dryer|flames",
        "WIRE & BURNING|BURNS|flames|smoking",
        "dryer|oven|microwave|heater|fan|tv|PLACE smoking ! area|section|room|hotel|policy|not",
        "ALARM .. SOUND & smoke|SMOKE & see|COME|PLACE|smell|fire|hallway",
    ),
    *scenes(
        0.88, SEEN,
        "SMELL .. SMOKE & wall|walls|house|apartment|outlet|basement|vent|vents|hallway|building|attic|kitchen|"
        "upstairs|somewhere|inside|see|office|home",
        "SMELL .. BURNS|burnt|electrical ! food|coffee|hair|popcorn|toast",
    ),
    *scenes(
        0.95, ("then", "story", "asked", "if", "no", "gas trade"),
        "SMELL GAS", "SMELL .. GAS ! station", "GAS .. SMELL ! bill", "SMELL ... rotten + eggs|egg", "GAS LEAK",
        "GAS .. LEAK ! tire|bill",
        "LEAK .. GAS", "BREAK .. GAS_PIPE", "GAS_PIPE .. BREAK|LEAK", "hear .. GAS|GAS_PIPE|hissing & GAS|hissing",
        "GAS & SICK|dizzy|headache|SICK|faint ! prices|bill",
        "left|leaving .. GAS .. on|open ! lights", "GAS .. filling|fills|filled|filling|everywhere|coming|pouring",
        "PLACE full|fills|filling .. of|with GAS",
    ),
    *scenes(
        0.93, ("then", "story", "asked", "if", "no", "battery", "trade"),
        "MONOXIDE .. ALARM .. SOUND ! low|chirping",
        "MONOXIDE ALARM & SICK|LEVEL|SOUND|loud|danger|dangerous|screaming|red ! low|chirping|buy|new|need|chirps",
        "MONOXIDE & SICK", "MONOXIDE LEVEL ! buy|sell", "ALARM .. for MONOXIDE ! buy", "poisoned|poisoning .. MONOXIDE",
        "MONOXIDE poisoning|poisoning",
        "EVERYONE .. SICK & boiler|furnace|heater|generator|stove|exhaust|fireplace|heating ! smell",
        "ALARM .. MONOXIDE .. SOUND", "MONOXIDE thing|device|meter|machine|one|unit .. SOUND ! low|chirping|"
               "battery", "GAS ALARM .. SOUND", "MONOXIDE SOUND & SICK|kids|family|house|all|we",
    ),
)
