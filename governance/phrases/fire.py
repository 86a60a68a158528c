"""How callers tell of fire, gas and carbon monoxide, in the present."""

from governance.phrases.emergency_guards import HERE_AND_NOW, SLOTS
from governance.phrases.matching import Phrase, filled

NOW = (*HERE_AND_NOW, "figure")

FIRE_GAS_CO = filled(
    (
        Phrase(r"(?:reeks|stinks|stink|reek) (?:of |like )(?:gas|propane|burning|smoke)", 0.92, NOW),
        Phrase(r"(?:gas|propane) (?:\w+ )?(?:pipe|line|main|tank|valve) (?:just |has |is )*(?:got hit|been hit|broke|"
               r"burst|broken|"
               r"cracked|ruptured|"
               r"leaking|snapped|exploded)", 0.92, NOW),
        Phrase(r"(?:leaking|leak of|full of|filling with|breathing(?: in)?) (?:carbon monoxide|gas|smoke|fumes|"
               r"propane)", 0.92, NOW),
        Phrase(r"(?:alarm|detector)s? for (?:carbon monoxide|co|gas|smoke|fire) (?:\w+ )?(?:won't stop|going off|"
               r"keeps|is)", 0.92,
               (*HERE_AND_NOW, "battery")),
        Phrase(r"(?:outlet|socket|panel|wire|wires|wiring|breaker|fuse box|appliance|cord|plug)s?(?: (?:is|are|keeps|"
               r"just|started))* "
               r"(?:sparking|smoking|smoldering|on fire|burning|melting|throwing sparks)", 0.88, NOW),
        Phrase(r"{place}(?: (?:is|are|has|just|just|all|now|still|down|there))*(?:'s)? (?:on fire|caught fire|caught "
               r"on fire|"
               r"catching fire|burning(?: (?:down|up|right now))?|in flames|up in flames|ablaze|filled with smoke|"
               r"full of smoke|filling (?:up )?with smoke|exploded|smoking)", 0.95, NOW),
        Phrase(r"(?:something|it|everything|the whole \w+)(?:'s| is|'s all| just)? (?:is )?(?:on fire|exploded|blew "
               r"up|caught fire|"
               r"burning|in flames)",
               0.85, NOW),
        Phrase(r"(?:there's|there is|there are|there has been|we have|we've got|i have|i've got|i see|i can see|"
               r"started|"
               r"reporting|"
               r"report|it's|is) (?:like |still )?(?:an? |the )?(?:huge |big |small |electrical |grease |kitchen |"
               r"house |active |"
               r"brush |bad |stove |oven |apartment |car |structure |wild ?)*(?:fires?|flames)"
               r"(?! (?:sale|drill|alarm|extinguisher|hydrant|exit|department|station|hazard|code|insurance|place|pit|"
               r"stick|"
               r"damage|escape|stone|tv))", 0.9, NOW),
        Phrase(r"(?:flames|fire) (?:is |are |coming |shooting |spreading |all |getting )+(?:\w+ )?(?:out|from|up|"
               r"everywhere|over|"
               r"spreading|through|bigger|fast|inside|in|to)", 0.92, NOW),
        Phrase(r"smoke (?:is |was |coming |pouring |billowing |filling |all |started )*(?:coming|pouring|billowing|"
               r"filling|"
               r"everywhere|over the|in the (?:house|room|hallway|apartment|building|kitchen|basement))", 0.9, NOW),
        Phrase(r"(?:smell|smells|smelled|smelling|smelt) (?:a )?(?:like |of |some |strong |really strong |lots of |"
               r"something like |"
               r"strongly of |natural |the |rotten )*(?:gas|eggs|propane|burning|smoke|burnt plastic)(?! "
               r"station)", 0.93, (*NOW, "tobacco")),
        Phrase(r"(?:smell of|odou?r of|hissing) (?:\w+ )?(?:gas|smoke|propane|burning)|gas (?:smell|odou?r)|"
               r"(?:strong |natural )gas (?:smell|odou?r|in)", 0.9, NOW),
        Phrase(r"gas (?:is |was |pipe |line |main |has |\w+ )*(?:leak|leaks|leaking|leaked|hissing|ruptured|burst|"
               r"broken|"
               r"coming out|escaping)|leaking gas|hit (?:a|the) gas (?:line|main|pipe)", 0.93, NOW),
        Phrase(r"(?:carbon monoxide|co|c o|co2|monoxide|gas) (?:alarm|alarms|detector|detectors|monitor|sensor)s?(?: "
               r"\w+)? "
               r"(?:\w+ )?(?:going off|is beeping|goes off|went off|beeping|screaming|blaring|ringing|sounding|"
               r"chirping|"
               r"won't stop|keeps|is going|reading|says|alarming|is on|triggered|triggering)(?! (?:low|for a new|"
               r"its))", 0.93,
               (*HERE_AND_NOW, "battery")),
        Phrase(r"(?:smoke|fire) (?:alarm|alarms|detector|detectors) (?:is |are |keeps |just |won't |and |there's |\w+ "
               r")*"
               r"(?:going off|blaring|went off|screaming|ringing|sounding)", 0.8, (*HERE_AND_NOW, "battery")),
        Phrase(r"carbon monoxide (?:poisoning|leak|leaking|in (?:my|the|our)|levels?)|poisoned by carbon "
               r"monoxide", 0.9, NOW),
        Phrase(r"(?:there was|there's been|just|heard|was|huge|an) (?:just )?(?:an )?(?:huge |big |gas )?explosion|"
               r"{place} (?:just )?(?:exploded|blew up)", 0.85, (*NOW, "almost")),
        Phrase(r"trapped (?:in|inside|by) (?:an? |the |my )?(?:\w+ )?(?:fire|smoke|burning \w+|flames|building|"
               r"elevator shaft)",
               0.92, NOW),
        Phrase(r"(?:send|need|call|get|calling) (?:me |us |for )?(?:the |a )?(?:fire (?:department|brigade|truck|"
               r"trucks|engine|"
               r"service|fighters)|firefighters?|firemen)", 0.92, HERE_AND_NOW),
        Phrase(r"(?:set|setting|lit|lighting) (?:the|my|our|his|her|himself|herself|\w+'s) ?(?:\w+ )?(?:on fire|"
               r"ablaze|alight)",
               0.9, NOW),
    ),
    SLOTS,
)  # fmt: skip
