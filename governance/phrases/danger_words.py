"""What endangers people: fire and gas, violence and weapons, and the wish to die."""

DANGER = {
    # fire, gas, carbon monoxide
    "BURNING": "on_fire caught_fire catch_fire catching_fire caught_on_fire ablaze in_flames up_in_flames alight "
               "burst_into_flames engulfed burning_down burned_down",
    "BURNS": "burning smoldering smouldering burns",
    "FIRE": "fire fires flames blaze inferno bonfire wildfire flame",
    "PLACE": "house home apartment flat building kitchen garage basement attic bedroom room bathroom office store shop "
             "warehouse barn shed car truck van bus hotel roof stove oven grill microwave dryer toaster curtain "
             "curtains "
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
    "BREAK": "hit hits struck broke broken break ruptured cut cracked burst severed nicked punctured leak leaks "
             "leaking "
             "dug ripped snapped hissing spewing knocked",
    "MONOXIDE": "carbon_monoxide co c_o carbon_dioxide monoxide co2",
    "ALARM": "alarm alarms detector detectors monitor sensor",
    "SOUND": "going_off went_off goes_off gone_off go_off beep~ blaring ringing screaming sounding triggered tripped "
             "not_stop shrieking screeching buzzing wailing keeps_on chirp~ alarming reading",
    "SICK": "sick dizzy headache headaches nauseous nauseated drowsy faint vomiting throwing_up lightheaded "
            "light-headed woozy head_hurts",
    "EVERYONE": "everyone everybody all we us both family kids children whole_family",
    "SIZE": "big huge large small house kitchen car brush wild building",
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
    "WIELD": "has have had got pull~ point~ wav~ waving hold~ holding carry~ carrying with brandish~ brought came "
             "grabbed "
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
    "LIVE": "live living alive exist existing be_here being_here wake_up be_alive go_on going_on be_around carry_on "
            "keep_going "
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
    "WAYS": "quickest easiest painless fastest best easy quick least_painful",
    "TIRED": "tired sick done exhausted fed_up finished over",
    "SLEEP": "sleep bed close_my_eyes",
}
