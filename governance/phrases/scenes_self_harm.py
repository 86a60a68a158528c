"""Scenes of a wish or a deed against one's own life, one's own or that of somebody near."""

from governance.phrases.scenes import scenes

MEANT = ("figurative", "with it", "no", "long ago", "story", "asked", "if", "service", "idiom", "if i forget", "could")
DIRECT = ("with it", "long ago", "story", "asked", "if", "idiom", "no", "if i forget")

SELF_HARM = (
    *scenes(
        0.96, DIRECT,
        "WANT KILLS SELF ! laughing|working", "KILLS SELF ! laughing|working|foot|over",
        "WANT .. END .. LIFE|it_all ! insurance",
        "END my|his|her|their own life ! savings|insurance", "END my|his|her life ! insurance|savings",
        "SUICIDE ! squad|policy|insurance|doors",
        "END it & not .. here|around tomorrow|anymore ! store|branch|office",
        "KIN|HE locked SELF .. rope|noose|gun|pills|razor|belt|knife ! accidentally",
        "END it all", "WANT .. die ! in|of|see|for", "i|HE|KIN wants|want to die ! of",
    ),
    *scenes(
        0.9, MEANT,
        "not want .. LIVE ! in|with|near|without|on|all|at|here",
        "not want .. LIVE .. ANYMORE|like ! in|without|with|near|subscription", "not want .. be_here ANYMORE",
        "WANT HARM SELF", "HARM SELF ! shaving|cooking|slack|short|gym|opening|accidentally|working|playing|paper",
        "WANT .. be dead|gone ! by|from", "wish i|HE .. dead|never|not & wake|born|alive|dead|exist|die|here|around",
        "wish .. not .. wake|wake_up|alive|exist|LIVE ! early",
        "not .. see|have|find|got .. REASON .. LIVE|living|live|going", "no|not|what REASON .. LIVE|living|exist|going",
        "lost|losing|lose|no .. will|desire|strength LIVE", "nothing .. live for",
        "not worth LIVE|living|it & life|LIFE ! price",
        "life not worth", "tired|sick|done|exhausted .. of|with living|life|LIVE|being_alive|existing|this_life ! in|"
                          "insurance|on",
        "BE_AT .. on|off|over .. edge|ledge|tracks|railing|bridge|roof & jump|die|END|end|WANT|going|life|train ! "
        "photo|work|bungee", "JUMP .. off|from|in|front|on|into|at .. EDGE ! bungee|parachute|miss|games|table|way|"
                             "work|stop|delayed|tickets",
        "WANT .. JUMP ! on|in|to|ship|offer|call|line|into|queue|ahead|high|rope",
        "OVERDOSE .. on_purpose|purpose|myself|intentionally", "not take|stand|do|bear living|being_alive|"
               "existing|life ! in|with|here|at|next|room|house|insurance",
        "EDGE & SAYS|will|gonna|wants .. JUMP ! bungee|tour|queue|into|tickets|miss|over",
        "WANT .. OVERDOSE ! vitamins",
        "TAKE .. pills|DRUG & die|DIE|END|goodbye|purpose|kill|sleep_forever|everything|KILLS ! every",
        "pills|DRUG|bottle & take_them_all|take_all|all_at_once|take_all|front & going|want|am|WANT ! prescribed|trip",
        "TOOLS .. READY|my_head|my_throat & i|me|WANT|going|my|KIN ! kitchen|stage|delivery",
        "gun|knife|blade|razor .. to|against|on|in .. my|his|her|WRISTS|SELF head|throat|mouth|wrist|WRISTS|SELF|neck|"
        "temple",
        "WANT use .. on SELF", "CUT .. my|his|her WRISTS ! hair|sleeves|watch",
        "CUT SELF ! shaving|cooking|opening|kitchen|slack|short",
        "rope|noose|noose & neck|beam|tied|ceiling|use|ready|hang ! jump|course|climbing|tow",
    ),
    *scenes(
        0.85, (*MEANT, "business end"),
        "WANT END it|things|everything|this ! call|chat|contract",
        "END it tonight|now|today|forever|for_good|once ! by",
        "plan|planned|planning to|how .. END it|LIFE|KILLS|die ! conversation",
        "everyone|KIN|NOBODY .. BETTER_OFF .. GONE|without|if|dead", "better if i .. dead|GONE|gone|die|died|not_here",
        "BETTER_OFF dead|GONE|without_me|if", "BETTER_OFF .. i .. not|gone|dead|around|die",
        "world .. BETTER_OFF|better .. GONE|without_me|without",
        "NOBODY .. MISS .. me|if|when|i & gone|dead|me|die|died|around|here|not|disappeared|GONE ! call|flight",
        "GOODBYE & want|just|last|everyone|forever|say|KIN|world|call|wrote|write|written|leaving|final|life|texted ! "
        "colleague|party|card|cake|boss|job|retirement|fees",
        "NOTE .. to|for KIN|everyone|family|kids & END|goodbye|die|gone|REASON|going|written|wrote|living ! school|"
        "thank|teacher|birthday|delivery",
        "not .. be|here around|here|alive tomorrow|longer|anymore|ANYMORE|soon|morning & i|me|HE ! office|delivery|"
        "package|store|home|branch|moving|sign|meeting",
        "i|HE not be_around|be_here ... ANYMORE|much|longer|tomorrow ! office|delivery|package|home|sign",
        "not go|carry|keep on|going & live|life|living|die|END|ANYMORE|LIVE|alive|like ! sundays|trip|holiday|tour|"
        "ride|vacation",
        "not do|take this|it|life anymore & END|die|life|alone|living|hopeless|goodbye|pills|over|pain & END|die|"
        "alone|hopeless|pills|goodbye|life|over ! hold|refund",
        "not see .. way out & die|life|thinking|hopeless|WANT|END|alone ! parking|page|menu",
        "drive|driving|crash .. car|myself|off|into .. bridge|cliff|tree|wall|off|traffic|truck & WANT|think|thinking|"
        "feel ! licence|test",
        "sleep|SLEEP & never|not & wake|wake_up|waking ! alarm|baby|app|pillow|mattress",
        "want|wish .. disappear|not_exist|sleep_forever ! charges|notifications|icon",
        "want|need|make .. pain|it|everything|all .. stop|end|over .. forever|for_good|by & die|pills|life|forever|"
        "myself|END ! subscription|emails",
        "can|could .. make it stop & die|KILLS|END|pills|voices|life", "voices & KILL|KILLS|hurt|die|HARM ! mail",
        "not trust SELF|myself & alone|safe|tonight|pills|gun|knife|hurt",
        "not feel|am safe & SELF|myself|thoughts|alone|alone|tonight & SELF|myself|thoughts|KILLS|HARM",
        "life .. meaningless|pointless|unbearable|hopeless|over|meaningless ! warranty|battery|insurance",
        "give|giving up on life|living|everything",
        "hate .. life|being|myself & die|END|alive|cut|live|WANT|gone ! hack",
        "KIN|HE .. HARM|KILLS SELF ! workout|gym|laughing",
        "KIN|HE says|said|saying|texted|wants|threatening|talking .. die|END|KILLS|dead ! battery|movie|phone",
        "KIN|HE & FIREARM|gun|pills|locked & die|END|KILLS|kill|suicide ! game",
        "attempt|attempting|attempted SUICIDE|to_die",
        "thoughts|thinking|think .. of|about .. SUICIDE|dying|death|KILLS|END|ending|not_being_here ! in|taxes|"
        "insurance|penalty|star",
    ),
    *scenes(
        0.88, ("story", "idiom", "trade"),
        "thinking|thought|thoughts .. of|about .. ways to die|kill|KILLS ! weeds|bugs|time|boredom",
        "WAYS way|method .. to die|kill_myself|kill|KILLS ! weeds|bugs|ants|time|battery|mosquitoes|boss|mold|"
        "germs|bacteria",
    ),
    *scenes(0.85, ("story", "idiom"), "how many .. pills|DRUG .. die|kill|to_die|fatal|not_wake_up ! headache|bugs"),
)
