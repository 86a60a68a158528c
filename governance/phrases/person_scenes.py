"""Requests for a person put together from their parts: a wish or a question, a way to get in touch, and whom."""

from governance.phrases.concepts import lexicon
from governance.phrases.scenes import indexed, scenes

WORDS = lexicon({
    "AGENT": "human humans human_being person someone somebody anyone anybody agent agents representative "
             "representatives "
             "rep reps operator operators advisor advisors adviser supervisor manager managers specialist associate "
             "colleague colleagues staff staff_member team_member member_of_staff member_of_your_team customer_service "
             "customer_support customer_care customer_services support_team service_team helpdesk help_desk front_desk "
             "reception receptionist concierge tech_support technical_support guest_services guest_relations live_chat "
             "billing_department claims_department sales_department fraud_department employee professional "
             "case_worker teller dispatcher customer_assistance customer_relations call_center_agent your_team "
             "your_department whoever",
    "REAL": "real actual live living human physical flesh_and_blood breathing genuine proper",
    "WANT": "want need like prefer demand rather insist wish request require wanna must love trying asking hoping "
            "looking "
            "waiting begging refuse easier better appreciate",
    "MAY": "can could may might let allow possible way how help able shall would where chance",
    "CONTACT": "talk speak chat reach contact get_through get_in_touch get_hold get_a_hold get_ahold communicate "
               "converse "
               "get_on_the_phone speaking talking be_connected be_transferred be_put_through be_passed get_connected "
               "get_transferred connected transferred discuss",
    "MOVE": "hook loop transfer connect put pass patch forward switch send direct redirect route hand get give bring "
            "find fetch "
            "escalate move link assign transferring connecting putting passing forwarding switching sending directing "
            "redirecting routing handing getting giving bringing finding escalating",
    "CALL": "me us this it call case issue problem matter conversation",
    "BOT": "robot robots bot bots machine machines computer computers ai chatbot chatbots voicebot recording automated "
           "automation virtual_assistant voice_assistant robotic algorithm",
})
ASKED = ("refused", "whether", "thing", "another house", "kept", "needless", "known", "later", "third")
REQUESTS = indexed((
    *scenes(
        0.85, ASKED,
        "WANT|MAY .. CONTACT to|with|a|an|the|one AGENT", "WANT|MAY .. CONTACT REAL AGENT",
        "WANT|MAY .. reach|contact + a|an|the|your|any|some .. AGENT",
        "WANT|MAY .. reach|contact + someone|somebody|anyone|human|customer_service|customer_support|customer_care",
        "CONTACT|MOVE .. AGENT would|is|might great|good|better|nice|best|helpful|preferable|easier|ideal",
        "MOVE a|an|the|your|some .. AGENT on|in|here",
        "WANT|MAY .. AGENT + to call|phone|ring|contact me|us",
        "WANT .. CONTACT .. lady|guy|gentleman|woman|man|girl + i|that|who spoke|talked|had|helped",
        "WANT|MAY .. CONTACT .. REAL .. AGENT", "MOVE CALL .. to|with|onto .. AGENT", "MOVE CALL REAL .. AGENT",
        "get|give|find|bring me|us .. AGENT + who|that|to|real|human|competent|senior|in",
        "WANT .. REAL + AGENT ! than",
        "CONTACT to|with REAL .. AGENT", "MAY .. REAL AGENT help|assist|call|take|handle|talk|speak",
        "WANT|MAY AGENT .. call|ring|phone me|us",
        "WANT|MAY AGENT + to|who|that help|assist|explain|handle|look|talk|speak|listen",
        "AGENT + from|at|in .. team|department|office|company|branch ... call|ring|phone|contact me|us",
        "AGENT + to|i|we|who|that|can CONTACT|talk|speak .. to|with|about", "WANT escalated|escalate",
        "AGENT & not .. BOT",
        "not|stop|refuse|hate|done|tired|sick .. CONTACT|deal|dealing .. BOT", "CONTACT|deal|dealing .. BOT & AGENT",
        "WANT|MAY .. AGENT instead|now|immediately|asap|please", "charge + CONTACT|talk|speak",
        "CONTACT .. whoever|person .. in + charge",
        "AGENT please|now|asap|immediately ! delivery",
        "is|are there .. AGENT & i|there|here|working|available|can|help|who ! call|use",
        "is|are .. AGENT there|around|available & help|can|talk|speak",
        "can|could|may|let|want|need .. human|person|agent|representative|someone take|step|jump ! call|message|"
        "payment|photo|test", "MAY|WANT|have .. human|person|agent|colleague|supervisor|manager|representative|rep|"
                              "advisor|specialist help|assist|handle|explain|deal|do|look|answer|join ! contact|name",
        "WANT|get|have|bring .. AGENT + involved", "WANT|get|have .. AGENT on + the line|phone",
        "WANT|MAY .. human help|assistance|support|interaction|contact|touch",
    ),
))
