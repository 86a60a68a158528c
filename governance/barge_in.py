"""Decides what it means that the caller speaks while the assistant does: barge-in, backchannel, or not yet clear."""

import re
from typing import Literal

from pydantic import Field

from governance.phrases.plain import HESITATIONS
from schemas.base import Frozen

Meaning = Literal["barge_in", "backchannel", "undecided"]

_SHORT = (
    "mhm mmhm hm mm-hm mm-hmm mhmm uh-huh uhhuh huh oh yeah yep yes yup ya ok okay right sure fine good great alright "
    "cool nice exactly indeed thanks"
)
BACKCHANNELS = frozenset(_SHORT.split()) | HESITATIONS
# Two that together are one: "I see", "got it", "thank you", "of course", "all right", "go on".
BACKCHANNEL_PHRASES = ("i see", "got it", "thank you", "of course", "all right", "go on", "go ahead", "mm hm", "uh huh")
# A first word of theirs alone may become one of them: it takes the floor only once she has stopped or gone on.
BEGIN_BACKCHANNEL = frozenset(phrase.split()[0] for phrase in BACKCHANNEL_PHRASES)
MOST_WORDS = 3
WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d+")


class OverlapRules(Frozen):
    """How much speech it takes, in milliseconds."""

    minimum_ms: int = Field(default=250, ge=0, description="shorter is a breath or a click where no word is known")
    word_ms: int = Field(default=160, ge=0, description="so much with a word that is no backchannel takes the floor")
    certain_ms: int = Field(default=1000, ge=0, description="longer takes the floor even if no word is known yet")
    patience_ms: int = Field(default=400, ge=0, description="silence after which the assistant goes on all the same")


class Overlap(Frozen):
    """What is known of the caller's speech over the assistant's."""

    speech_ms: int = Field(ge=0)
    text: str = ""
    speaking: bool = Field(description="still going on")


def decide(overlap: Overlap, rules: OverlapRules) -> Meaning:
    """Tell what the overlap means; once it is over the answer is final."""
    if _has_words(overlap) and overlap.speech_ms >= rules.word_ms:
        return "barge_in"
    if overlap.speaking:
        return "barge_in" if overlap.speech_ms >= rules.certain_ms else "undecided"
    return "backchannel"


def keeps_still_ms(overlap: Overlap, rules: OverlapRules) -> int:
    """Give how long the assistant holds back what it says while nobody knows yet what the overlap means; 0: it goes on.

    It falls silent at her first sound, so that a barge-in is never late, and a backchannel costs a short pause.
    """
    if overlap.speaking:
        return rules.certain_ms
    if is_backchannel(overlap.text):
        return 0
    short = overlap.speech_ms < rules.minimum_ms and decide(overlap, rules) == "backchannel"
    return 0 if short else rules.patience_ms


def is_backchannel(text: str) -> bool:
    """Tell whether these words leave the floor where it is ("mm-hm", "yeah", "I see")."""
    words = _plain(text)
    return 0 < len(words) <= MOST_WORDS and all(word in BACKCHANNELS for word in words)


def _has_words(overlap: Overlap) -> bool:
    words = _plain(overlap.text)
    if not words or is_backchannel(overlap.text):
        return False
    *before, last = words
    unfinished = overlap.speaking and last in BEGIN_BACKCHANNEL and all(one in BACKCHANNELS for one in before)
    return not unfinished or len(words) > MOST_WORDS


def _plain(text: str) -> list[str]:
    plain = " ".join(WORD.findall(text.lower()))
    for phrase in BACKCHANNEL_PHRASES:
        plain = re.sub(rf"\b{phrase}\b", "mm", plain)
    return plain.split()
