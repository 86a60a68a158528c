"""The wide gate: danger in callers' own words, less sure than the plain phrases and under the same guards."""

from governance.phrases.emergency_guards import HERE_AND_NOW, SLOTS
from governance.phrases.matching import Phrase, filled

WIDE = {
    **SLOTS,
    "some": r" [\w']+",
    "who": r"(?:i|i'm|i've|he|he's|she|she's|they|they're|we|we're|we've|someone|somebody|(?:my|our|his|her|the|a|an|"
    r"this|that|another|some|one of)(?: [\w']+){1,3})",
    "limb": r"(?:neck|chest|eyes?|head|stomach|belly|leg|throat|back|face|side|arm|hand|foot|thigh)",
    "hurts": r"(?:punched|kicked|slapped|choked|strangled|stabbed|beat|beats|hit|hits|shoved|dragged|burned|bit|"
    r"raped|assaulted|attacked)",
}
NOW = (*HERE_AND_NOW, "figure")
UNSURE = 0.76


def wide(*patterns: str, guards: tuple[str, ...] = NOW, score: float = UNSURE) -> tuple[Phrase, ...]:
    """The patterns as phrases with their slots filled."""
    return filled((Phrase(pattern, score, guards) for pattern in patterns), WIDE)


MEDICAL = wide(
    r"{who}{some}{0,4} (?:just |has |have |had |is |was )*collapsed(?! the| under debt)",
    r"(?:lying|laying|slumped|face down|sprawled|down|still)(?: (?:there|still|unconscious))* (?:on|in|over|across) "
    r"(?:the |his |her |my )?(?:\w+ )?(?:floor|ground|pavement|road|street|sidewalk|bathroom|stairs|bed|chair)"
    r"(?={some}{0,6} (?:not|isn't|won't|can't|doesn't|bleeding|hit|moving|hurt|unconscious|help))",
    r"(?:on the (?:floor|ground)|(?:is|he's|she's) (?:lying|laying|down))(?: [\w']+){0,3} "
    r"(?:not|isn't|won't|can't|doesn't) (?:answer\w*|respond\w*|mov\w+|react\w*|talk\w*|get up|wak\w+|wake)",
    r"(?:hit|struck|knocked down|run over){some}{0,4} (?:lying|laying|on the ground|in the road|not moving)",
    r"(?:cyclist|pedestrian|man|woman|kid|child|boy|girl|someone|somebody|biker|motorcyclist|person) (?:was|got|has "
    r"been|just got|is) (?:just )?(?:hit|struck|run over|knocked (?:down|over)|crushed)(?! with| by (?:a|"
    r"the) (?:fee|bill))",
    r"(?:not|isn't|aren't|won't|doesn't|can't) (?:answer\w*|respond\w*|react\w*|recogni\w+|wak\w+ up|open (?:his|her) "
    r"eyes)(?: (?:me|us|to|anyone|anything|anybody|him|her))*(?= |$)(?! (?:my|your|the|emails?|calls?|phone|"
    r"ticket|question))"
    r"(?={some}{0,8} (?:floor|breath\w*|shaking|blood|blue|limp|fell|cold|collapsed|help|eyes)|$)",
    r"(?:having|has|had|in the middle of|going into) (?:some (?:sort|kind) of |an? |another )?(?:\w+ )?(?:fits?|"
    r"seizures?|convulsions?|stroke|anaphyla\w+(?: shock)?)(?= |$)(?! (?:test|of|bit|in (?:19|20)))",
    r"(?:whole |entire )?body (?:is |was |won't stop |keeps |started )*(?:shaking|jerking|twitching|convulsing|stiff)",
    r"(?:lips|face|skin|fingers|nails|hands|he's|she's|he is|she is|looks) (?:are |is |look |looks |went |turned |have "
    r"gone |has gone |going |turning |all |so |really |very |and )*(?:blue|purple|gr[ae]y|ashen)(?= |"
    r"$)(?! (?:one|color|"
    r"colour|hair|shirt|dress))",
    r"(?:took|taken|gave|given|had|swallowed){some}{0,4} (?:double|triple|twice){some}{0,4} (?:dose|pills|"
    r"medication|tablets|insulin|meds|medicine|heart pills)",
    r"cut off (?:[\w']+ ){0,3}(?:fingers?|thumb|hand|toes?|arm|foot)",
    r"(?:hands?|arms?|legs?|foot|fingers?|head|hair|sleeve)(?: (?:is|are|got|caught|stuck|trapped|pinned|crushed))+ "
    r"(?:in|under|between) (?:the|a|an|his|her) (?:\w+ )?(?:machine|press|door|car|elevator|grinder|conveyor|blades?|"
    r"gate|mixer|tractor|truck|wheel|rollers?)",
    r"(?:confused|disoriented|delirious|incoherent|drowsy){some}{0,9} (?:sudden|suddenly|vomiting|slurring|"
    r"collapsed|can't (?:speak|talk|stand)|where (?:he|she) is|unconscious|recogni\w+)",
    r"(?:sudden|suddenly){some}{0,6} (?:confused|disoriented|can't (?:speak|talk|see|move|walk)|unconscious)",
    r"(?:stuck|lodged|embedded|sticking out|impaled) (?:in|of|from|through) (?:his|her|my) {limb}",
    r"anaphyla\w+ (?:shock|reaction)|(?:going|went|gone) into (?:\w+ )?shock|cardiac arrest",
    r"broke (?:my|his|her) (?:hip|leg|pelvis|neck|back|ankle){some}{0,4} can't (?:move|get up|walk|stand)",
    r"(?:hit|banged|cracked|bumped|smashed) (?:my|his|her|the) head(?: [\w']+){0,8} (?:vomit\w*|throwing up|confused|"
    r"bleeding|dizzy|unconscious|blood|drowsy|sleepy|out)",
    r"fell (?:from|off|out of|down|into) (?:the |a |my |an |his |her )?(?:\w+ )?(?:scaffold\w*|ladder|roof|balcony|"
    r"window|stairs|staircase|horse|tree|building|pool|cliff|bridge|well)(?! sale)",
    r"(?:has |is |just |was |almost |nearly )*(?:drowned|drowning) (?:in|at) the",
    r"(?:can |could )?(?:hardly|barely|scarcely) (?:breathe?|breathing)(?! easy)|breathing is (?:weird|strange|funny|"
    r"shallow|very fast|noisy|getting worse|weak|slow)",
    r"(?:pacemaker|defibrillator)(?: [\w']+){0,3} (?:shocking|going off|shocked)",
    r"(?:clutching|grabbing|holding) (?:his|her|my) (?:chest|throat|heart|neck)",
    r"(?:head|arm|leg|knee|lip|chin|stomach|face|hand|foot)(?: (?:is|got|was|has|just|been))* (?:split|ripped|torn|cut|"
    r"blown|sliced) (?:open|off|to the bone)|bone(?:s)? (?:is |are )?(?:showing|sticking|poking|exposed)",
    r"can't (?:get|catch) (?:any |enough |my )?(?:air|breath|oxygen)|(?:no|not enough|running out of) (?:air|oxygen)",
    r"{who} {some}{0,4}(?:swallowed|drank|ate|ingested|eaten|drunk) (?:{some}{0,2} )?(?:cleaning|cleaner|bleach|poison|"
    r"chemicals?|coin|magnets?|battery|batteries|glass|nail|pills|tablets|berries|mushrooms|detergent|liquid soap|"
    r"perfume|paint|gasoline|alcohol|marble|antifreeze|weed ?killer|pesticide|medicine|medication)(?! as| like)",
    r"waters? (?:has |have |just |had )*(?:broke|broken)(?! main| pipe| heater| down)",
    r"(?:has |have |just |he |she |it )*(?:stopped|quit) (?:responding|breathing|moving|talking to me|answering me)"
    r"(?! (?:to (?:my|me by)|my|emails?))",
    r"can't (?:wake|get) (?:him|her|them|my (?:\w+ )?{kin}) (?:up|to wake|to respond)?(?= |$)(?! (?:to (?:a|"
    r"the|sign)|on|"
    r"an|a|the|in touch))|can't wake (?:him|her|them|my (?:\w+ )?{kin})",
    r"{who}(?: [\w']+){0,4} (?:is|was|are|started|keeps|he's|she's) choking(?! up| hazard| me with| on (?:the|these) "
    r"(?:fees|bills|paperwork))|choking (?:hard|badly|to death|and)",
    r"passed out(?= |$)(?! (?:flyers|leaflets|samples|the|some|of))",
    r"(?:shot|stabbed|wounded|bitten|mauled|crushed|burned|burnt|scalded|electrocuted|poisoned|impaled|trampled) "
    r"(?:in|by|on|and|at|under) (?:the |a |my |his |her |an )?(?:{limb}|dog|snake|shark|bear|bull|horse|car|truck|"
    r"machine|boiling|hot)",
    r"(?:severe|serious|horrible|terrible|unbearable|excruciating|worst) {some}{0,2}(?: )?(?:pain|burns?|"
    r"bleeding|injury|"
    r"injuries|accident|allergic reaction|headache of my life)(?= |$)(?! (?:in the (?:neck|ass)|relief|point|"
    r"experience))",
    r"(?:trapped|pinned|stuck|buried) (?:in|under|inside|beneath) (?:the |a |his |her |their |"
    r"my )?(?:\w+ )?(?:car|cars|"
    r"wreck|vehicle|truck|rubble|water|ice|snow|machine|tractor|debris)",
    r"(?:about to|going to|gonna|might|will|think i'll|think i'm going to) (?:faint|pass out|black out|collapse)",
    r"{who}{some}{0,5} (?:who |that )?(?:isn't|is not|not|doesn't|won't) (?:moving|move|breathing|responding|"
    r"conscious|awake)"
    r"(?! (?:on|to|forward|house|my|the|money|fast))",
    r"(?:took|taken|had|took an|has) (?:an )?overdose(?: of)?|overdose of",
    r"(?:fell|fallen|jumped|pushed) (?:from|out of|off) (?:the |a |our |my |his |"
    r"her )?(?:[\w']+ ){0,2}(?:floor|window|roof|"
    r"balcony|stairs|bridge|ladder|tree|building|storey|story)",
    r"chest(?: [\w']+){0,6} (?:sitting on|crushing|elephant|squeez\w+|pressing|weight)|blood (?:is |"
    r"was )?(?:coming|running|"
    r"leaking|dripping) (?:out )?(?:of|from)",
    r"(?:face|mouth|smile) (?:is |looks |has gone |went |seems )*(?:crooked|lopsided|drooping|droopy|twisted|numb)",
    r"keeled over|blood (?:is |was )?(?:pumping|squirting|spurting|pouring|gushing|dripping everywhere)|(?:pumping|"
    r"squirting|spurting|gushing|covered in|pool of|full of|soaked in|spitting|vomiting|throwing up|coughing up) blood",
    r"(?:deep|huge|massive|bad|nasty|gaping|open) (?:cut|wound|gash)s?(?= |$)(?! (?:in (?:my|the) (?:salary|"
    r"price|hours)|"
    r"off))",
    r"heart (?:isn't|is not|not|has stopped|stopped|stops|hasn't been) (?:beating|pumping)|(?:vision|"
    r"eyesight|everything) "
    r"(?:is |just |has )*(?:going|went|gone|turning) (?:black|dark|blurry|blank)",
    r"can't (?:feel|move) (?:my|his|her|either|both|any) (?:\w+ )?(?:legs?|arms?|face|body|side|hands?|feet|"
    r"toes|fingers)",
    r"(?:talking|speaking|making) (?:complete |total |in )?(?:nonsense|gibberish|no sense)",
    r"(?:nail|glass|knife|stick|screw|metal|needle|hook|splinter|bullet|fork|pencil|rod|arrow) (?:\w+ )?(?:in|through|"
    r"into) (?:his|her|my|their) {limb}",
    r"{who} {some}{0,5} (?:not moving|hasn't moved|isn't moving|doesn't move|won't move|not moved)(?! (?:on|to|forward|"
    r"house|my|the|money))",
    r"(?:cpr|resuscitat\w+|lifeless|no signs? of life|mouth to mouth|heimlich|code blue|heat ?stroke|hypothermia|"
    r"meningitis|sepsis|hemorrhag\w+|compound fracture|severed|paraly[sz]ed|barely awake|barely alive|barely conscious)"
    r"(?= |$)(?! (?:class|course|training|certificate|certification|mask|dummy|ties|contract))",
    r"burning up{some}{0,6} (?:convulsion|shaking|seizure|recogni\w+|wake|limp|unconscious|delirious)",
)
# "I don't think he's breathing" is no denial.
MEDICAL += wide(
    r"don't (?:think|believe) (?:he|she|they|it|my \w+)(?:'s|'re| is| are)? (?:breathing|alive|conscious|moving)",
    guards=("past", "talk", "figure"), score=0.9,
)
FIRE_GAS_CO = wide(
    r"(?:thick|black|heavy|dark|white|lots of|so much|a lot of|all this) (?:black |thick |dark )?smoke",
    r"(?:smoky|smokey|full of smoke) (?:in (?:here|the|my|our)|everywhere)",
    r"(?:meter|outlet|battery|laptop|phone|charger|panel|fuse ?box|transformer|engine|wall|wires?|wiring|cable|socket|"
    r"car|dishwasher|fridge|tv|heater|boiler|fan|ceiling|scooter|bike)(?: [\w']+){0,3} (?:smoking|sparking|"
    r"smou?ldering|"
    r"melting|on fire|in flames)",
    r"(?:alarm|detector|sensor)s?(?: [\w']+){0,5} (?:carbon monoxide|gas|smoke|fire)(?: [\w']+){0,2} (?:ringing|"
    r"beeping|going|screaming|loud|on)(?! low)",
    r"(?:electrical|electric|fuse|breaker|power|meter|junction) (?:box|panel|board|cabinet|pole|"
    r"line)s?(?: [\w']+){0,3} "
    r"(?:fire|burning|smoking|sparking|smoke|sparks|exploded)",
    r"(?:left the )?gas (?:is |was |has been )?(?:left )?on(?: [\w']+){0,8} (?:reeks|smells|stinks|smell|"
    r"dizzy|headaches?)",
    r"(?:exploded|explosion|blew up)(?: [\w']+){0,6} (?:burning|fire|flames|smoke|hurt)",
    r"sparks (?:are |is )?(?:flying|coming|shooting)",
    r"(?:something|it)(?:'s| is) (?:smou?ldering|sparking|smoking)",
    r"{place}(?: [\w']+){0,4} (?:is|are|has|have|just) (?:burning|on fire|in flames|caught fire)(?! evenly)",
    r"^(?:help )?fire(?: fire)*(?: help)?$|^fire fire",
    r"(?:can't|cannot) get out(?: [\w']+){0,6} (?:smoke|fire|flames)|(?:smoke|fire|flames)(?: [\w']+){0,8} (?:can't|"
    r"cannot) get out",
    guards=HERE_AND_NOW,
)
FIRE_GAS_CO += wide(
    r"(?:smell|smells|smelling|smelled)(?: [\w']+){0,5} (?:gas|propane|smoke|"
    r"something burning)(?! (?:station|bill|grill|"
    r"card|company|meter reading))",
    guards=(*NOW, "tobacco"),
)
VIOLENCE = wide(
    r"(?:breaking|kicking|smashing|busting|banging|beating|knocking) (?:down|in|into|through|on) (?:my|the|"
    r"our) (?:\w+ )?"
    r"(?:doors?|windows?|house|apartment|home|flat|place|room)(?! (?:yesterday|last))",
    r"(?:saw|seen|see|witnessed|watched)(?: [\w']+){0,5} (?:get|getting|got|being|been|was) (?:\w+ )?(?:shot|stabbed|"
    r"beaten|attacked|robbed|kidnapped|assaulted|mugged)",
    r"(?:stalker|intruder|burglar|attacker|robber|prowler|abuser|gunman|shooter|kidnapper|rapist)s?(?: is|"
    r" are|'s)* (?:at|in|"
    r"inside|outside|here|back|trying|downstairs|upstairs|on|coming)",
    r"forced (?:himself|herself|themselves|me to have)|molest\w*|sexual(?:ly)? (?:abus\w+|assault\w*)|"
    r"rap(?:ed|ing|ist)",
    r"(?:abus(?:es|ing|ed)|beats|beating|hurts|hurting|threatens|threatening) (?:me|us|my (?:\w+ )?{kin}|the (?:kids|"
    r"children|baby))(?! with (?:fees|prices|charges|a (?:fee|bill)|bills|calls|emails|letters|to (?:cancel|"
    r"sue|close)))",
    r"(?:stranger|man|guy|someone|somebody|people|burglars?|person|woman)(?: [\w']+){0,3} (?:is|are|'s)? ?(?:inside|in|"
    r"entered|upstairs in|downstairs in) (?:my|our) (?:\w+ )?(?:house|home|apartment|flat|bedroom|room|"
    r"garage|kitchen|yard|"
    r"basement)(?= |$)(?! (?:to (?:fix|install|repair|clean)))",
    r"(?:they're|he's|she's|someone's|somebody's|they are|he is|someone is|being|getting) (?:robbing|mugging|looting|"
    r"robbed|mugged)(?! (?:me|us|you) (?:with|on|blind))|(?:there was|there's|is|a) (?:a |"
    r"an )?(?:mass )?shooting(?= |$)"
    r"(?! (?:range|star|guard|for|of|the))",
    r"broke in(?= (?:and|he|through|to my|she|they)|$)",
    r"(?:he|she|they|someone|somebody|man|guy|woman|kid|men|people)(?:'s|'ve| has| have|'re)*(?: got|"
    r" carrying| holding| "
    r"pulled| pulling| waving| with)* (?:an? |some )?(?:\w+ )?(?:weapons?|guns?|knife|knives|machete|rifle|"
    r"pistol|axe|bat|"
    r"bomb|grenade)(?! (?:set|shop|store|safe|license|permit|block|sharpener))",
    r"(?:trying|tried|tries|wants|threatening|threatened|going|gonna|about) to (?:kidnap|kill|rape|stab|"
    r"shoot|hurt|attack|"
    r"strangle|murder|burn|drown) (?:me|us|her|him|them|my|everyone|people|the house)(?! with (?:fees|prices|charges|"
    r"these))",
    r"(?:slapped|threw|pushed|pinned|dragged|choked) (?:me|her|him) (?:and|on|to|down|against|across|by)",
    r"(?:held|holding|keeping) (?:me|us|her|him) (?:hostage|captive|against|prisoner|here by force|at (?:gun|knife))",
    r"glass (?:just )?(?:break\w*|broke|shatter\w*|smash\w*)(?: [\w']+){0,6} (?:downstairs|alone|inside|someone|"
    r"somebody|house|footsteps|scared)",
    r"(?:man|guy|someone|somebody|stranger|he|they|woman|people)(?: [\w']+){0,3} (?:grab|grabbed|snatch|"
    r"snatched|abduct|"
    r"abducted|kidnap\w*|took|take|taken) (?:my|our|a|the) (?:\w+ )?(?:daughter|son|kids?|child|baby|boy|girl|wife|"
    r"niece|nephew)(?! to| for| out)",
    r"(?:he|she|they|someone|somebody|(?:my|a|the|this|some) (?:\w+ )?(?:{kin}|man|guy|woman|stranger))(?: (?:has|just|"
    r"keeps|is|was|had|also))* {hurts} (?:me|her|him|us|my (?:\w+ )?{kin})(?= (?:in|on|down|with|against|again|and|"
    r"over|so|until|last|hard|several)|$)(?! (?:on the|with (?:a|the|these|your|this) (?:fee|bill|charge|fees|bills|"
    r"charges|price)))",
    r"(?:he|she|they|someone|somebody|my (?:\w+ )?{kin}) (?:has |just |is )*(?:hurt|hurting|hurts) my (?:\w+ )?{kin}",
    r"(?:someone|somebody|he|they|a (?:man|guy)|people)(?:'s|'re| is| are| just| keeps| started)* "
    r"(?:shooting|firing)(?! (?:me an|an|a (?:movie|film|video|ad)|for|hoops))|(?:shots fired|gunfire|"
    r"gun ?shots|active shooter)",
    r"(?:he|she|they)(?:'s|'re| is| are)? coming (?:back )?(?:to (?:kill|hurt|get)|for me|after me)|"
    r"coming back to (?:kill|hurt)",
)
SELF_HARM = wide(
    r"(?:i've|i have|i'm|i am|been|started|keep) (?:been )?cutting(?: myself)?(?= (?:and|again|because|"
    r"myself|a lot)|$)",
    r"(?:done|finished|tired of|sick of|fed up) (?:with )?(?:life|living|being alive|this world|"
    r"existing)(?! insurance)",
    r"(?:rope|noose|gun|razor|knife|pills)(?: [\w']+){0,4} (?:going to|gonna|about to|ready to) (?:use|do|take|end)",
    r"can't (?:live|go on living|keep living|go on)(?: (?:like this|anymore|any longer|any more|with (?:this|the) "
    r"pain))",
    r"(?:want|make|need)(?: it| this| the pain| everything)?(?: all)? (?:to )?(?:stop|end|be over) forever",
    r"(?:no|don't see (?:a|any|the)|can't see (?:a|any|the)|isn't (?:a|any)|there's no|what's the) (?:reason|point) "
    r"(?:to|in|of|for) (?:keep |me )?(?:to )?(?:living|live|be alive|being alive|go on|going on|stay alive|being here)",
    r"suicid(?:e|al)(?= |$)(?! (?:clause|squad|prevention|hotline|watch|insurance|policy|note in|rate|rates|doors?))",
    r"(?:lost|losing|no|without) (?:\w+ )?(?:will|reason|wish|desire|strength) to (?:live|go on|be alive)",
    r"(?:standing|sitting|lying|i'm|am) (?:\w+ )?(?:on|at) (?:the |a )?(?:train|railway|railroad|"
    r"subway) tracks|(?:standing|"
    r"sitting) on (?:the |a )?(?:edge of (?:the|a) )?(?:bridge|ledge|roof|railing|overpass)",
    r"end (?:it|things|everything|my life|it all)(?: all)? (?:tonight|now|today|for good|once and for all|right now)",
    r"(?:kill|killing|hang|hanging|shoot|shooting|drown|drowning|poison|poisoning|burn|burning|starve|"
    r"starving) (?:myself|"
    r"himself|herself|themselves)(?! (?:to get|for (?:the|a)|laughing|in the foot|over (?:the|a)|working))",
    r"(?:knife|blade|razor|gun) (?:\w+ )?(?:to|on|against|at) (?:my|his|her) (?:\w+ )?(?:wrists?|throat|head|"
    r"neck|temple)",
    r"(?:want|wants|wanted|wish|ready|going|prefer) to (?:just )?(?:be dead|not exist|"
    r"stop existing)(?! (?:of|from|on "
    r"(?:the|this)|laughing|for))|better off (?:if i (?:was|were) )?dead",
    r"(?:taken|took|taking|swallowed|swallow|take) (?:all )?(?:of )?(?:my|the|his|her|these) (?:\w+ )?(?:pills|tablets|"
    r"meds|medication|antidepressants|insulin|sleeping pills)(?: [\w']+){0,4} (?:to die|die|end|dead|kill|at once)",
    r"might as well (?:kill myself|be dead|end it)",
    r"(?:swallowed|took|taken|swallowing|downed) (?:\w+ )?(?:all|thirty|twenty|forty|fifty|sixty|hundred|"
    r"dozens?|handfuls?|"
    r"bunch|\d\d+)(?: [\w']+){0,3} (?:pills|tablets|sleeping|aspirin|tylenol|ibuprofen|xanax)",
    r"don't want to (?:be saved|be found|be alive|wake up|exist|live|be here anymore|go on)(?= |$)(?! (?:in|"
    r"with|near|on|"
    r"at|to))",
    r"(?:nothing|no one|nobody) (?:left )?to live for|(?:say|saying|said) (?:my )?goodbyes?(?: to everyone| forever|$)",
    r"ready to die|better off dead|rather be dead(?! than)",
    guards=("denied", "past", "talk", "if i forget", "business"),
)
SELF_HARM += wide(
    r"don't want to (?:kill|hurt|harm) myself but", guards=("past", "talk"), score=0.9,
)
