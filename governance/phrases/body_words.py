"""What befalls a body: breath, consciousness, blood, heart and brain, poison, birth, falls, crashes."""

BODY = {
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
    "HEAVY": "beam brick bricks forklift pallet crane branch tree boulder rock lightning bullet shelf ladder "
           "pipe hammer "
             "machine container",
    "SWALLOW": "ate eaten swallow~ drank drunk drinking ingest~ gulped chewed gotten_into got_into",
    "SWALLOWED": "pill pills tablet tablets medication medicine meds battery batteries magnet magnets bleach detergent "
                 "detergent_pod drain_cleaner cleaner antifreeze poison capsules gummies edible edibles gummy nicotine "
                 "painkillers needle nail glass petrol gasoline paint_thinner ammonia pesticide weedkiller rat_poison",
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
              "magnets lighter_fluid gasoline petrol paint_thinner turpentine acid weed_killer weedkiller "
              "button_battery "
              "laundry_pod laundry_pods tide_pod dishwasher_tablet dishwasher_pod battery batteries ammonia kerosene "
              "nail_polish_remover mouthwash hand_sanitizer pills tablets medication medicine meds edible edibles "
              "chemical chemicals berries mushrooms thumbtack glass coin",
    "DRUG": "pills pill tablets medication medicine meds painkillers tylenol aspirin ibuprofen xanax valium oxy "
            "oxycodone percocet heroin fentanyl cocaine meth morphine insulin opioids antidepressants sleeping_pills "
            "paracetamol methadone drugs antihistamines drug ecstasy",
    "HARD_DRUG": "heroin fentanyl cocaine meth methadone opioids",
    "TAKE": "take takes took taken taking swallow~ down~ had ate eaten drank inject~ inject did doing gave given "
            "shot_up",
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
    "HIGH_UP": "ladder roof balcony window stairs staircase scaffold scaffolding tree horse cliff bridge steps "
               "escalator "
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
}
