"""The tactics of a live session as one process uses them: each has its switch, and is off where nothing is said."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from streams.voice.kept_answers import KeptAnswers
from streams.voice.knowing import Lookup, nobody_knows
from streams.voice.warming import Warming

# (a text, its language) -> whether it holds no personal data; raises TransientError where it cannot tell.
Clean = Callable[[str, str], Awaitable[bool]]


async def never_clean(text: str, language: str) -> bool:  # noqa: ARG001 - stands in where nobody can tell
    """Keep nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a call a model is shown; without a summary, what is too old is gone."""

    messages: int = 40
    tokens: int = 1_000_000
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Tactics:
    """What a session does for speed; shared by the calls of a process."""

    answers: KeptAnswers | None = None
    clean: Clean = never_clean
    small: tuple[Link[LanguageModel], ...] = ()
    window: Window = field(default_factory=Window)
    lookup: Lookup = nobody_knows
    warming: Warming | None = None
    phrases: bool = True  # whether an answer is spoken phrase by phrase, not once it is whole
    interims: bool = True  # whether redaction begins on what is believed so far
    rail: bool = True  # whether an answer is held against the policy before it is spoken
