"""The words of danger: people, bodies, what befalls them, fire and gas, weapons, and dying by one's own hand."""

from governance.phrases.concepts import lexicon

KIN = (
    "husband wife partner spouse boyfriend girlfriend fiance fiancee mom mum mother momma mommy dad daddy father "
    "parent parents son daughter baby infant newborn toddler kid kids child children boy girl brother sister sibling "
    "uncle aunt auntie grandma grandpa grandmother grandfather grandson granddaughter grandchild nan nana granny "
    "grandad granddad friend buddy roommate flatmate housemate neighbor neighbour neighbors neighbours coworker "
    "co-worker colleague boss ex stepdad stepfather stepmom stepmother stepson cousin nephew niece twin family "
    "teenager teen"
)
STRANGER = (
    "someone somebody man men woman women guy guys lady gentleman person people stranger strangers employee worker "
    "victim intruder stalker passenger driver rider cyclist biker motorcyclist pedestrian patient guest customer "
    "student teacher resident tenant caregiver caretaker attacker burglar burglars robber robbers prowler gunman "
    "shooter dude student pupil hiker swimmer runner"
)
# Said in scenes as they are.
PHRASES = (
    "without_me for_good be_here my_head my_throat take_all wake_up sleep_forever not_being_here it_all to_die be_around "
    "this_life being_alive all_at_once on_purpose take_them_all beat_up there_is broken_into broke_in medical_emergency "
    "not_here run_over ran_over nine_one_one not_come_up ran_into get_up not_wake_up not_exist"
)
WORDS = lexicon({
    **{phrase: phrase for phrase in PHRASES.split()},
    "KIN": KIN,
    "STRANGER": STRANGER,
    "CHILD": "baby infant newborn toddler kid child boy girl son daughter kids children niece nephew grandson "
             "granddaughter",
    "HE": "he she him her they them",
    "OTHER": f"{KIN} {STRANGER} he she him her they them everyone everybody anyone",
    "ANYBODY": f"{KIN} {STRANGER} he she him her they them everyone everybody i me we us",
    "ME": "me us myself",
    "VICTIM": f"me us him her them {KIN}",
    "SELF": "myself himself herself themselves themself my_self him_self her_self",
    "HAVE": "have has having had got suffer~ experience~ getting took taking gotten",
    "STOP": "stop stops stopped stopping quit quits ceased",
    "TRY": "try tries trying tried attempt~ want wants going threatening about",
    "ABLE": "able unable",
    # breathing and consciousness
    "BREATHE": "breathe breathes breathing breathed breath breaths breathin",
    "TROUBLE": "trouble difficulty difficulties struggle~ hard fight~ gasp~ problem problems unable hardly barely "
               "scarcely",
    "GASP": "gasping_for gasps_for gasping wheezing suffocate~ asphyxiat~",
    "ODD": "shallow labored laboured weird strange funny rattling raspy weak slow irregular noisy ragged",
    "OUT": "unconscious unresponsive lifeless (pass|passed|passes|passing|black|blacked|blacking|knocked|knock)_out "
           "out_cold collapse~ faint~ limp floppy motionless slumped keeled_over (lost|losing|loses)_consciousness "
           "comatose dropped_to_the_(floor|ground) in_and_out_of_consciousness seized_up crumpled",
    "RESPOND": "respond~ react~ answer~ wake~ waking woke wake_up waking_up woken get_up getting_up move~ moving "
               "budge stir~ open_(his|her)_eyes come_to coming_to come_around conscious awake talk~ cough~ speak~ cry~ "
               "swallow~ responsive alert",
    "WAKE": "wake waking rouse revive wake_up",
    "MOVE": "move~ moving feel",
    "DOWN": "on_the_(floor|ground|pavement|sidewalk|road|street|tracks) in_the_(road|street|bathtub|snow) face_down",
    # blood and wounds
    "BLEED": "bleed bleeds bleeding bled hemorrhag~ haemorrhag~ hemorrhaging",
    "BLOOD": "blood",
    "MUCH": "a_lot lots tons so_much too_much everywhere heavily heavy badly bad profusely nonstop non-stop all_over "
            "pool puddle soaked covered severe severely uncontrollably out_of_control hard through all_down much "
            "constantly fast",
    "POUR": "pour~ gush~ spurt~ squirt~ pump~ dripping spraying shooting running streaming",
    "CUT": "cut cuts cutting slice~ slash~ sever~ chop~ amputate~ sawed gash~ lacerat~ laceration torn ripped",
    "WOUND": "wound wounds gash gashes laceration hole",
    "DEEP": "deep deeply to_the_bone artery vein (wide|split)_open gaping",
    "DIGIT": "finger fingers thumb thumbs toe toes hand arm leg foot limb ear nose",
    "BODY": "chest neck head stomach belly leg legs arm arms throat back face side hand hands foot feet thigh eye eyes "
            "wrist wrists skull jaw skin body abdomen ribs shoulder ear ears mouth nose lip lips tongue finger fingers",
    "BONE": "leg arm hip neck back spine skull pelvis ankle ribs bone bones jaw collarbone wrist",
    "INJURE": "injure~ hurt injured wounded crushed pinned trapped impaled mangled crush~",
    # heart, brain, allergy, poison
    "CHEST": "chest",
    "PAIN": "pain pains hurt hurts hurting pressure tight tightness tightening heavy heaviness crushing squeezing "
            "aching ache burning killing stabbing crushed squeezed",
    "ATTACK": "heart_attack heart_attacks stroke cardiac_arrest seizure seizures fit convulsion convulsions aneurysm "
              "anaphylaxis anaphylactic_shock allergic_reaction asthma_attack brain_bleed miscarriage "
              "diabetic_emergency heat_stroke heatstroke aortic_dissection",
    "SEIZE": "seizing convulse~ spasming foaming",
    "SHAKE": "shake shaking shook jerk~ twitch~ spasm~ trembling",
    "LOSING_IT": "uncontrollably eyes_(roll|rolled|rolling|went) foam foaming stiff drooling can_not_stop "
                 "not_stop blue unconscious floor",
    "EYES": "eyes",
    "ROLL": "roll rolled rolling",
    "DROOP": "droop~ drooping sagging fallen crooked lopsided numb paralyzed paralysed dropped slack",
    "SLUR": "slur~ slurring slurred garbled gibberish",
    "SPEECH": "speech words talking speaking",
    "SIDE": "side half",
    "NUMB": "numb tingling weak paralyzed paralysed limp",
    "SUDDEN": "sudden suddenly all_of_a_sudden",
    "SWELL": "swell~ swelling swollen puffy clos~ closing closed closes constrict~ tightening blocked",
    "AIRWAY": "throat tongue airway windpipe face lips neck mouth",
    "STUCK": "stuck lodged caught blocking jammed",
    "CHOKE": "choke chokes choking choked",
    "DROWN": "drown drowns drowning drowned",
    "WATER": "pool lake river water pond ocean sea bathtub tub canal creek",
    "PULL": "pulled pulling found fished dragged went fell sank going",
    "UNDER": "under face_down bottom not_come_up sinking went_under",
    "INGEST": "swallow~ drank drunk drink drinking ate eaten eat eating ingest~ chewed got_into gotten_into inhaled "
              "sniffed",
    "POISON": "bleach antifreeze drain_cleaner cleaner cleaning_fluid detergent pesticide rat_poison poison magnet "
              "magnets lighter_fluid gasoline petrol paint_thinner turpentine acid weed_killer weedkiller button_battery "
              "laundry_pod laundry_pods tide_pod dishwasher_tablet dishwasher_pod battery batteries ammonia kerosene "
              "nail_polish_remover mouthwash hand_sanitizer pills tablets medication medicine meds edible edibles "
              "chemical chemicals berries mushrooms thumbtack glass coin",
    "DRUG": "pills pill tablets medication medicine meds painkillers tylenol aspirin ibuprofen xanax valium oxy "
            "oxycodone percocet heroin fentanyl cocaine meth morphine insulin opioids antidepressants sleeping_pills "
            "paracetamol methadone drugs antihistamines drug ecstasy",
    "HARD_DRUG": "heroin fentanyl cocaine meth methadone opioids",
    "TAKE": "take takes took taken taking swallow~ down~ had ate eaten drank inject~ inject did doing gave given shot_up",
    "MANY": "too_many too_much whole_bottle entire_bottle full_bottle bottle_of handful all_of all_my all_his all_her "
            "all_the all_these them_all bunch double triple whole_pack fifteen twenty thirty forty fifty sixty hundred "
            "dozens lots_of a_lot_of",
    "OVERDOSE": "overdose~ overdosed overdosing od'd oding od od_on",
    "PREGNANT": "pregnant pregnancy",
    "LABOUR": "in_labor in_labour into_labor into_labour giving_birth give_birth contractions crowning",
    "BABY": "baby head",
    "STING": "stung sting bee bees wasp wasps hornet bitten bit bite peanut peanuts nuts shellfish",
    "SNAKE": "snake rattlesnake copperhead cobra viper shark bear scorpion black_widow spider pit_bull dog_pack",
    "BITTEN": "bit bitten bite bites attacked mauled stung biting mauling",
    "ELECTROCUTE": "electrocute~ electric_shock live_wire power_line shocked",
    "HIGH_UP": "ladder roof balcony window stairs staircase scaffold scaffolding tree horse cliff bridge steps escalator "
               "floor story storey bunk loft building",
    "FALL": "fall falls fell fallen falling tumbled slipped jumped pushed thrown",
    "FELL": "fell fallen falls took_a_fall had_a_fall bad_fall slipped tripped collapsed",
    "HIT": "hit hits struck run_over ran_over knocked_down knocked_over crushed mowed_down plowed",
    "VEHICLE": "car truck bus train van motorcycle vehicle suv bike taxi tractor semi lorry motorbike forklift",
    "CRASH": "crash crashes car_crash accident car_accident wreck collision pile_up pileup rollover head_on",
    "FLIP": "flipped overturned rolled_over upside_down wrapped_around",
    "SCALD": "burn burns burned burnt burning scald~ spilled",
    "HOT": "oil boiling grease acid hot_water steam gasoline skin_is_coming third_degree scalding",
    "HOT_PART": "skin peeling blister blisters blistering",
    "HEAT": "fever temperature",
    "GRAVE": "floppy limp stiff_neck seizure seizing not_wake unresponsive lethargic convulsing 105 106 rash confused "
             "blue delirious hallucinating",
    "BLUE": "blue purple gray grey ashen pale",
    "TURN": "turn~ went gone going is are look looks lips face skin",
    "AMBULANCE": "ambulance ambulances paramedic paramedics medic medics emt emts 911 nine_one_one nine_eleven 999 112 "
                 "first_responders emergency_services rescue ems",
    "MEDICAL_HELP": "medical_help medical_attention medical_emergency medical_assistance",
    "SEND": "send sending need needs want call get dispatch bring request requesting calling",
    "DISORIENTED": "confused disoriented incoherent delirious not_making_sense",
    "SUGAR": "blood_sugar sugar glucose diabetic insulin",
    "FAINTING": "unconscious faint~ confused shaking sweaty passed_out passing_out not_responding seizure awake "
                "incoherent unresponsive collapsed",
    "LOW": "low crashed crashing dropping dropped",
    # fire, gas, carbon monoxide
    "BURNING": "on_fire caught_fire catch_fire catching_fire caught_on_fire ablaze in_flames up_in_flames alight "
               "burst_into_flames engulfed burning_down burned_down",
    "BURNS": "burning smoldering smouldering burns",
    "FIRE": "fire fires flames blaze inferno bonfire wildfire flame",
    "PLACE": "house home apartment flat building kitchen garage basement attic bedroom room bathroom office store shop "
             "warehouse barn shed car truck van bus hotel roof stove oven grill microwave dryer toaster curtain curtains "
             "couch sofa bed mattress furnace chimney outlet wall walls ceiling field woods forest tree trees dumpster "
             "engine boat trailer place school church restaurant hallway stairwell upstairs downstairs door vent vents "
             "boiler heater window windows porch deck yard backyard fence carpet cabinet cabinets counter pan pot rv "
             "elevator shaft factory complex staircase stairs corridor motel condo townhouse duplex grass brush bin "
             "trash hood plane washing_machine dishwasher fridge closet laundry_room motorhome camper tent rubbish",
    "THERE": "there there_is there_are we_have we_got i_have i_see i_can_see i_got see report reporting started start "
             "starting set broke_out broken_out spread~ saw seeing it_is got",
    "SMOKE": "smoke smoky smokey fumes",
    "COME": "coming comes came pour~ billow~ fill~ filled full rising everywhere seeping leaking spread~ thick black "
            "heavy choking",
    "SMELL": "smell smells smelling smelled smelt stink stinks reek~ stench odor odour whiff scent",
    "GAS": "gas propane natural_gas methane rotten_eggs rotten_egg",
    "LEAK": "leak leaks leaking leaked hiss~ hissing escaping ruptured burst broken cracked pour~ blowing spewing "
            "coming_out punctured severed hit struck",
    "GAS_PIPE": "gas_line gas_main gas_pipe gas_valve propane_tank gas_meter gas_tank gas_lines propane_line "
                "gas_hose gas_cylinder",
    "BREAK": "hit hits struck broke broken break ruptured cut cracked burst severed nicked punctured leak leaks leaking "
             "dug ripped snapped hissing spewing knocked",
    "MONOXIDE": "carbon_monoxide co c_o carbon_dioxide monoxide co2",
    "ALARM": "alarm alarms detector detectors monitor sensor",
    "SOUND": "going_off went_off goes_off gone_off go_off beep~ blaring ringing screaming sounding triggered tripped "
             "not_stop shrieking screeching buzzing wailing keeps_on chirp~ alarming reading",
    "SICK": "sick dizzy headache headaches nauseous nauseated drowsy faint vomiting throwing_up lightheaded "
            "light-headed woozy head_hurts",
    "LEVEL": "level levels reading high dangerous poisoning poisoned leak leaking ppm",
    "EXPLODE": "explode~ exploded explosion explosions blew_up blown_up blowing_up exploding blast",
    "WIRE": "outlet outlets socket wire wires wiring panel breaker fuse_box fusebox plug cord charger transformer "
            "power_strip power_line battery scooter laptop heater switch appliance meter lithium_battery",
    "SPARK": "spark sparks sparking smoke smoking melt~ smolder~ arcing flames",
    "TRAPPED": "trapped stuck can_not_get_out not_get_out no_way_out blocked",
    "BRIGADE": "fire_department fire_brigade fire_truck fire_engine fire_trucks firefighters firemen fire_service",
    # violence
    "BREAK_IN": "break_in break_into breaking_in breaking_into broke_in broke_into breaks_in breaks_into broken_in "
                "broken_into get_in get_into getting_in getting_into pry~ climb~ climbing forced_entry forcing",
    "ENTRY": "house home apartment flat window windows door place room building garage bedroom backdoor store shop "
             "basement",
    "BATTER": "kick~ bang~ pound~ smash~ bust~ batter~ ram~ break_down breaking_down",
    "INSIDE": "inside in downstairs upstairs outside",
    "INTRUDER": "someone somebody stranger intruder burglar burglars man men guy guys prowler people person robber "
                "robbers",
    "WEAPON": "gun guns knife knives pistol rifle shotgun machete weapon weapons bat axe handgun firearm revolver "
              "hatchet crowbar sword hammer ar-15 blade",
    "FIREARM": "gun pistol rifle shotgun handgun weapon knife firearm machete",
    "WIELD": "has have had got pull~ point~ wav~ waving hold~ holding carry~ carrying with brandish~ brought came grabbed "
             "aim~ aiming swinging",
    "AT_ME": "at me us him her them my on",
    "SHOTS": "gunshots gunshot gunfire shots_fired shots_being_fired active_shooter school_shooting mass_shooting "
             "drive_by shooter shots",
    "SHOT": "shot stabbed shooting stabbing",
    "HURTS": "hit hits hitting beat beats beating beaten punch~ kick~ slap~ choke~ choking strangle~ attack~ assault~ "
             "shove~ shoving hurting stab~ stabbing drag~ burn~ throttle~ smother~ whip~ abuse~ abusing molest~ rape~ "
             "beat_up beating_up jump~ pin~ pinned bit throw~ threw suffocat~ hurts",
    "HARMED": "attacked assaulted beaten mugged robbed jumped stabbed shot kidnapped abducted raped molested abused "
              "strangled choked threatened beat_up held_hostage carjacked hurt stalked chased followed held_up",
    "PASSIVE": "being been getting got was were am is are just get",
    "KILL": "kill kills killing murder murdering hurt shoot stab strangle rape drown beat burn choke attack slit",
    "THREAT": "threaten~ threatening threatened",
    "SAYS": "say says said saying keeps told swore promised texted screaming yelling wants trying tried going gonna "
            "will 'll coming about threatened threatening",
    "RAPE": "rape~ raped raping rapist molest~ sexually_assault~ sexually_abuse~ sexual_assault sexual_abuse "
            "forced_(himself|herself|themselves)_on groped groping fondl~ fondling",
    "TOUCH": "touch~ touching",
    "FEAR": "scared afraid terrified frightened private inappropriately not_want does_not_want bed",
    "ABUSER": "husband boyfriend ex ex-husband dad father stepdad stepfather uncle partner wife girlfriend mother "
              "stepmom brother roommate son he she they coach teacher caregiver",
    "FOLLOW": "follow~ following followed stalk~ stalking chase~ chasing tailing",
    "KIDNAP": "kidnap~ kidnapped kidnapping kidnapper abduct~ abducted hostage captive held_against trafficked",
    "GRAB": "grab~ grabbed snatch~ took taken take",
    "AWAY": "drove drive ran run car van off away left",
    "HIDE": "hiding hid locked barricaded hide hidden",
    "HIDEOUT": "closet bathroom bedroom attic basement under_the_bed wardrobe room garage",
    "PURSUER": "he him she them they someone somebody man husband boyfriend intruder shooter gunman ex dad",
    "ROB": "robbing robbery robbed rob held_up hold-up holdup stick-up stickup mugging burgl~ armed_robbery looting",
    "FIGHT": "fight fighting brawl",
    "POLICE": "police cops cop officers officer sheriff",
    "BOMB": "bomb grenade explosive explosives",
    "ABUSIVE": "abusive domestic_violence domestic_abuse domestic_dispute domestic_situation beats_me violent",
    "NOISE": "footsteps screaming screams glass_break glass_breaking someone_screaming",
    "LET": "let lets letting",
    "LEAVE": "leave go out escape",
    # dying by one's own hand
    "KILLS": "kill kills killing killed hang hanging shoot shooting drown drowning poison poisoning stab off unalive "
             "offing suffocate gas electrocute",
    "HARM": "hurt hurts hurting harm harms harming harmed cut cuts cutting burn burns burning injure injuring stab "
            "starve",
    "DIE": "die dies dying dead",
    "WANT": "want wants wanted wanting ready wish wishes wishing going gonna rather hope hoping try trying tried need "
            "plan plans planning plan~ decided thinking think thought_about thoughts_of thoughts_about feel consider~ "
            "about tempted prefer would like",
    "END": "end ending ends take taking took finish",
    "LIFE": "life own_life my_life it_all it_tonight everything",
    "SUICIDE": "suicide suicidal commit_suicide committing_suicide self_harm self-harm self_harming self-harming "
               "selfharm unalive",
    "LIVE": "live living alive exist existing be_here being_here wake_up be_alive go_on going_on be_around carry_on keep_going "
            "be_on_this_earth see_tomorrow be_in_this_world",
    "ANYMORE": "anymore any_more any_longer no_longer tonight tomorrow",
    "REASON": "reason reasons point purpose will nothing",
    "JUMP": "jump~ jumping jumped leap step~ throw_myself throwing_myself",
    "BE_AT": "standing sitting lying climb~ walk walking waiting",
    "EDGE": "bridge roof building cliff ledge train trains balcony window overpass traffic tracks subway edge rooftop "
            "railing parking_garage",
    "BETTER_OFF": "better_off better_without better_place happier",
    "GONE": "without_me if_i_(was|were)_(dead|gone) i_was_not i_were_not i_am_gone i_was_gone i_were_gone i_died "
            "not_here was_not_here were_not_here was_not_around were_not_around i_was_dead i_disappeared i_am_dead "
            "i_never_existed",
    "NOBODY": "nobody no_one everyone everybody anyone world family kids children people they wife husband parents",
    "MISS": "miss care notice cry",
    "GOODBYE": "goodbye goodbyes good-bye good_bye suicide_note last_letters farewell final_goodbye",
    "NOTE": "note notes letter letters",
    "TOOLS": "pills rope noose razor blade gun bottle_of_pills knife",
    "READY": "in_front_of_me ready in_my_hand right_here loaded take_them_all tied use_it around_my_neck "
             "to_my_head in_my_mouth on_myself to_my_wrist",
    "WRISTS": "wrists wrist arms thighs throat",
    "TIRED": "tired sick done exhausted fed_up finished over",
    "SLEEP": "sleep bed close_my_eyes",
})
