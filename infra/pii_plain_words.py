"""Utterances in which every word is an ordinary one: no model has to look for a name in them.

`plain_words.txt` holds the words of symspellpy's English frequency dictionary (MIT) that Rampart takes for no name and
no place even where one is expected ("this is … speaking", "i live in …"). So the gate is as careful as the model:
what the model could name is not in the list, and one such word makes it read the utterance. The price: a name that is
also one of the words of every day ("Will") is missed where no capital and no cue gives it away.
"""

import re
from functools import cache
from importlib.resources import files

from governance.spoken.words import DIGITS, TEENS, TENS
from infra.pii_names import may_hold_a_name

WORD = re.compile(r"[^\W\d_]+")
# After these, any word can be a name.
INVITES = re.compile(
    r"\b(?:names?|called|spell(?:ed|ing)?|mr|mrs|ms|mister|miss|doctor|dr|under|address|street|avenue|road|city|town|zip|"
    r"postcode)\b",
    re.IGNORECASE,
)
# Words no sentence does without, which the model takes for names only where it is made to expect one; and halves of
# contractions.
EVERYDAY = """
    a able ago ai aid any anything are aren bad become becoming bid big block blow bought broken calling can cannot
    cant carry case cell cheque clear cold common complex connect contains cost could couldn count couple deal
    december did didn didnt do does doesn doesnt doing don done dont drop dual earn edge else end fail fair fall
    february fee feel felt find forget friday fully gain gave get gets girl gives go goes gonna got great had hadn
    happy hard has hasn have haven he held hello hey hi high highest id im info is isn it its ive january july keep
    keeps kids kill less line link little ll long lose lost lower made main make makes many march mass may meet
    middle min mine monday most much need new nice non november o october oh ok okay one pair pass per plain poll
    pounds pretty price push put quite raise rd re rise round run sat saturday saw second seek seem self send sent
    september she shouldn signal six solid someone something st stick stuck sum sunday tell ten th thats third
    thousand thursday told touch tuesday turned up ve via wanna was wasn watches way wednesday well went weren whats
    will win wish woman won wonder worth wouldn yeah yep yes
"""


def plain(text: str) -> bool:
    """Whether nothing in a text can be a name or a place."""
    return (
        all(len(word) == 1 or word in _words() for word in WORD.findall(text.lower()))
        and INVITES.search(text) is None and not may_hold_a_name(text, ())
    )


@cache
def _words() -> frozenset[str]:
    listed = files("infra").joinpath("plain_words.txt").read_text(encoding="utf-8").split()
    return frozenset((*listed, *EVERYDAY.split(), *DIGITS, *TEENS, *TENS))
