"""Scenes of violence now: intruders, weapons, beating, threats, rape, being followed, abduction, robbery."""

from governance.phrases.scene_guards import STRICT
from governance.phrases.scenes import scenes

NOW = ("no", *STRICT, "dispute")
SHOT = ("no", "then", "story", "asked", "if", "service", "trade", "weapon trade", "dispute")

VIOLENCE = (
    *scenes(
        0.86, ("asked",),
        "pretend|pretending .. pizza|ordering|order|friend|mother|mom|sister|delivery & he|him|room|here|"
        "listening|husband|"
        "boyfriend|man ! game|movie|play|kids",
        "can not talk|speak & he|him|they .. here|listening|room|hear|back ! meeting|sick",
    ),
    *scenes(
        0.86, (*NOW, "last night"),
        "INTRUDER .. BREAK_IN ! car|account|email|computer|phone|sweat|industry|market",
        "TRY .. BREAK_IN & ENTRY|house|door ! account|log|app|website|site",
        "KIN|HE BREAK_IN .. ENTRY ! car|account|log", "INTRUDER|OTHER BATTER .. ENTRY",
        "OTHER broke|smashed|kicked|breaking|smashing .. window|door|glass & INSIDE|coming ! car|accidentally|"
        "ball|fix|repair",
        "BATTER .. on|in|down|at .. door|window|gate|doors ! new",
        "INTRUDER INSIDE .. house|home|apartment|flat|bedroom|kitchen|garage|basement|yard|attic|closet ! fix|repair|"
        "install|clean|visit|working",
        "INTRUDER|burglar|prowler in|inside|outside .. my|our|the house|home|apartment|window|bedroom|door & scared|"
        "hear|hiding|trying|alone|looking|BREAK_IN|masked|inside ! fix",
        "hear|hearing .. INTRUDER|NOISE & downstairs|upstairs|inside|house|alone|attic|basement|kitchen|hiding",
        "broken_into|broke_in & hiding|still|inside|just|scared|now|downstairs ! car",
        "house|home|apartment being broken_into|robbed|burgled|burglarized",
        "burglar|burglars|prowler|intruder ! insurance|alarm|game", "BREAK_IN & HIDE",
    ),
    *scenes(
        0.9, SHOT,
        "OTHER WIELD .. WEAPON ! delivered|sale",
        "WEAPON .. to|at|against .. me|his|her|my|head|throat|neck|KIN ! delivered", "OTHER .. with .. FIREARM",
        "THREAT .. with .. WEAPON|FIREARM", "WEAPON & THREAT",
        "SHOTS ! required|travel|vaccine|flu|vaccines|booster|espresso|tequila|whiskey|gas|insulin|headshots|allergy",
        "hear|heard|hearing .. SHOTS|shooting|gunfire", "OTHER PASSIVE SHOT ! down|movie|scene",
        "OTHER .. got|been|was|get .. SHOT",
        "STRANGER|KIN|HE shooting ! movie|video|me|hoops|commercial|pool|film|documentary|email",
        "been|got|was|just SHOT|stabbed & ANYBODY ! movie|flu|vaccine",
        "there|there_is .. BOMB|shooter|gunman|shooting ! deal|range", "BOMB threat|threats",
        "came|walked|ran .. in|into|to & FIREARM|gun ! shop",
    ),
    *scenes(
        0.88, NOW,
        "OTHER HURTS VICTIM ! with|by", "STRANGER|mob|gang|group|thugs|they HURTS STRANGER|people ! with|record|"
               "goals|game|jackpot",
        "ABUSER|STRANGER been|keeps|keep TOUCH .. me|sister|brother|CHILD|daughter|son ! base|up|screen|heart|"
        "with", "OTHER .. HURTS me|KIN ! with|fee|charge",
        "OTHER|ABUSER HURTS .. KIN|CHILD ! record|score|card",
        "ANYBODY PASSIVE .. HARMED ! feelings|spam|calls", "being HARMED", "KIN|ABUSER|HE HURTS me|us|her|him",
        "HURTS me up|until|in|so|and|while|with & HE|husband|boyfriend|ABUSER",
        "ABUSER .. ABUSIVE", "ABUSIVE .. husband|boyfriend|partner|ex|father|relationship|home|wife|dad|stepdad",
        "ABUSIVE & me|happening|afraid|scared|now|police|children|leave ! language",
        "OTHER by the throat|neck|hair", "RAPE ! seed",
        "ABUSER .. TOUCH .. me|KIN|her|him & FEAR|sexual|inappropriately|keeps|night|private|where|when ! base|screen|"
        "app",
        "OTHER .. forced|forces|forcing .. me|her|SELF & on|sex|into|car|bed|clothes ! update",
        "ANYBODY .. beat_up|beaten|jumped & by|just|outside|group|right|bad|street ! team",
    ),
    *scenes(
        0.88, (*NOW, "if i forget"),
        "OTHER SAYS .. KILL .. VICTIM|everyone|people|SELF ! mosquito|time",
        "OTHER THREAT .. KILL|VICTIM|me|hurt|burn ! quit|sue|leave|cancel|resign|disconnect",
        "KIN|HE|STRANGER SAYS .. burn|KILL .. house|family|us|down|me|kids",
        "OTHER 'll|will|going|gonna KILL me|us|her|him|them ! when|if|forget|late",
        "coming to|for|back .. KILL me|us", "scared|afraid|terrified .. OTHER .. KILL|hurt|HURTS|find",
        "fear for .. life|safety", "life is|in danger",
        "i|we|she|he not safe & here|home|him|husband|house|outside ! website|drive|site|link|payment",
        "OTHER .. KILL .. KIN & right|trying|help|he|going",
    ),
    *scenes(
        0.85, (*NOW, "ads"),
        "OTHER|VEHICLE .. FOLLOW .. me|us|her|home ! up|through|instructions|page|channel|back|instagram|on",
        "being|been FOLLOW ! up",
        "ANYBODY being FOLLOW", "FOLLOW me & scared|home|car|street|walking|still|behind|afraid|park|dark ! instagram",
        "KIDNAP ! movie|insurance",
        "STRANGER|HE|KIN GRAB .. CHILD & AWAY|screaming|park|without|gone ! school|doctor|daycare|vacation",
        "STRANGER|HE pulled|dragged|forced|threw|shoved|pulling|dragging|forcing|pushing|stuffed .. STRANGER|"
        "KIN|her|him|me ... into|in "
        "VEHICLE|van|car|truck|trunk ! luggage|boxes|cart|ditch|tow",
        "STRANGER GRAB .. CHILD ! pictures|photo|temperature", "GRAB me|her & AWAY|into|van|alley|street|arm|hair",
        "CHILD missing|taken|abducted|gone & park|minutes|school|find|store|help|stranger ! package",
        "not LET me|us|her LEAVE ! contract|app|website|site|lease|plan",
        "OTHER .. locked|locks .. me|her|us .. in|inside|out & scared|HURTS|help|room|closet|basement|let|husband|"
        "boyfriend ! account|keys|car",
        "HIDE & PURSUER & HIDEOUT|HURTS|KILL|house|outside|gun|hurt ! cheat|fees|gift|present|surprise",
        "HIDE .. in|under .. HIDEOUT & i|we|me ! present|gift|key|keys|spare",
        "HIDE .. from PURSUER",
        "locked SELF|ourselves in|inside & bathroom|bedroom|room|closet|scared|HE ! accidentally|key",
    ),
    *scenes(
        0.86, (*NOW, "last night"),
        "being|getting|is|are|right ROB",
        "ROB & now|progress|gun|right|just|store|bank|knife|register|going|happening ! fee|fees|highway|daylight",
        "STRANGER|HE|OTHER ROB me|us|my|the|store|her|him ! blind", "just got|been robbed|mugged|carjacked",
        "FIGHT & WEAPON|bottle|bottles|outside|BLOOD|people|hurt|blood|going|street|huge ! food|for|against|game",
        "SEND .. POLICE ! report|speak|talk|department|clearance",
        "POLICE .. now|please|quick|quickly|fast|hurry|immediately|here|my",
        "OTHER .. KILL|killed|murdered|murder .. KIN|someone|man|woman|wife & just|help|blood|think|saw",
    ),
)
