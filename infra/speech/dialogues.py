"""What a model that hears and speaks tells of a call: audio, its words for it, and what it believes the caller said."""

from dataclasses import dataclass

from infra.speech.ports import Samples
from infra.speech.refusal import Refused
from schemas.speech import Usage


@dataclass(frozen=True, slots=True)
class CallerStarted:
    """The vendor hears the caller speak: what is playing must stop."""


@dataclass(frozen=True, slots=True)
class CallerSaid:
    """The caller's words so far in this utterance; of another model than the one that answers, and often later."""

    item: str
    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class AssistantAudio:
    """The next audio of an answer."""

    item: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class AssistantSaid:
    """The next words of an answer, as the vendor writes down what it says."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class AssistantDone:
    """No more audio of an answer will come; `refused` where its vendor withholds it, which ends no line."""

    item: str
    interrupted: bool
    usage: Usage | None = None
    refused: Refused | None = None


DialogueEvent = CallerStarted | CallerSaid | AssistantAudio | AssistantSaid | AssistantDone
