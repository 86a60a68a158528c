"""Decides that the caller's turn has ended: silence, how finished it sounded, and how finished it reads."""

import re
from typing import Literal

from pydantic import Field

from schemas.base import Frozen

Because = Literal["speaking", "floor", "sounds_unfinished", "reads_unfinished", "digits", "finished", "ceiling"]

# A sentence does not end on these; "I would like to", "my number is", "the".
_OPEN = (
    "a an the my your his her our their this that these those and or but so because if when while with without of to "
    "in on at by for from about into is are was were am be i you he she we they it its it's i'm um uh er like than as "
    "which who whose what where"
)
OPEN_WORDS = frozenset(_OPEN.split())
QUESTION = re.compile(r"^\s*(?:what|where|who|which|how|why|when|is|are|do|does|can|could|will|would)\b", re.IGNORECASE)
WORD = re.compile(r"[a-z']+|\d+")
_DIGITS = "zero oh one two three four five six seven eight nine double triple"
NUMBERS = frozenset(_DIGITS.split())


class Limits(Frozen):
    """How long to wait, in milliseconds of silence; the floor holds against every other sign."""

    floor_ms: int = Field(default=200, ge=0)
    unfinished_ms: int = Field(default=700, ge=0, description="livekit waits 500 to 3000, pipecat 600 to 1000")
    digits_ms: int = Field(default=1100, ge=0, description="people pause between groups of digits")
    ceiling_ms: int = Field(default=1600, ge=0, description="nobody waits longer, whatever the signs")
    threshold: float = Field(default=0.5, ge=0, le=1)
    eager_ms: int = Field(default=120, ge=0, description="silence after which an answer may be begun on suspicion")
    eager_threshold: float = Field(default=0.7, ge=0, le=1)


class Pause(Frozen):
    """What is known while the caller is silent."""

    silence_ms: int = Field(ge=0)
    probability: float | None = Field(default=None, ge=0, le=1, description="that the turn has ended; None: not asked")
    text: str = ""
    digits: bool = Field(default=False, description="the assistant asked for a number")


class Endpoint(Frozen):
    """Ended or not, and by which sign."""

    ended: bool
    because: Because


def decide(pause: Pause, limits: Limits) -> Endpoint:
    """Tell whether the turn has ended; for a given text and probability, longer silence never undoes an end."""
    if pause.silence_ms < limits.floor_ms:
        return Endpoint(ended=False, because="floor")
    if pause.silence_ms >= limits.ceiling_ms:
        return Endpoint(ended=True, because="ceiling")
    if pause.digits or reads_as_digits(pause.text):
        return Endpoint(ended=pause.silence_ms >= limits.digits_ms, because="digits")
    if reads_unfinished(pause.text):
        return Endpoint(ended=False, because="reads_unfinished")
    if pause.probability is None or pause.probability < limits.threshold:
        return Endpoint(ended=pause.silence_ms >= limits.unfinished_ms, because="sounds_unfinished")
    return Endpoint(ended=True, because="finished")


def may_have_ended(pause: Pause, limits: Limits) -> bool:
    """Tell whether to begin an answer nobody hears until the end is certain: sooner, and on surer signs."""
    if pause.silence_ms < limits.eager_ms or not pause.text or pause.digits or reads_as_digits(pause.text):
        return False
    sounds_finished = pause.probability is not None and pause.probability >= limits.eager_threshold
    return sounds_finished and not reads_unfinished(pause.text)


def reads_unfinished(text: str) -> bool:
    """Tell whether the text stops where no sentence stops; a question may ("who is it?")."""
    words = WORD.findall(text.lower())
    if not words or (text.rstrip().endswith("?") and QUESTION.match(text)):
        return False
    return words[-1] in OPEN_WORDS or text.rstrip().endswith(("...", ",", "-"))


def reads_as_digits(text: str) -> bool:
    """Tell whether the caller is in the middle of a number: at least two of its last words are digits."""
    last = WORD.findall(text.lower())[-2:]
    return len(last) == 2 and all(word in NUMBERS or word.isdigit() for word in last)
