"""The words of danger: people, bodies, what befalls them, fire and gas, weapons, and dying by one's own hand."""

from governance.phrases.body_words import BODY
from governance.phrases.concepts import lexicon
from governance.phrases.danger_words import DANGER
from governance.phrases.respelling import respelling

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
    "without_me for_good be_here my_head my_throat take_all wake_up sleep_forever not_being_here it_all to_die "
    "be_around "
    "this_life being_alive all_at_once on_purpose take_them_all beat_up there_is broken_into broke_in "
    "medical_emergency "
    "not_here run_over ran_over nine_one_one not_come_up ran_into get_up not_wake_up not_exist"
)
# Words of danger that are read also when misspelt or misheard, and real words that look like one.
SPELT = respelling(
    "breathing breathe unconscious suicide suicidal ambulance bleeding collapsed seizure overdose overdosed stabbed "
    "monoxide swallowed choking smoke unresponsive myself himself herself explosion threatening paramedic someone "
    "somebody conscious screaming strangling",
    "breath breathes breathed breathin breeding blending pleading bleating joking cooking shocking chocking stroking "
    "spoke smokes smoked smoky smokey stoke swallow swallows swallower collapse collapses seizures overdoses stabled "
    "grabbed stubbed explosions paramedics streaming scheming conscience consciously choosing",
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
    **BODY,
    **DANGER,
})
