"""What a caller does in a call, step by step, and what her side of it has seen."""

from dataclasses import dataclass, field

from governance.errors import InputError
from infra.speech.wav import Wav


@dataclass(frozen=True, slots=True)
class Say:
    """Speak."""

    wav: Wav


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until the assistant has spoken and finished, or the time is up."""

    most_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Speak when the assistant has been audible for so long."""

    after_ms: int
    wav: Wav


@dataclass(frozen=True, slots=True)
class Dtmf:
    """Press keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


Step = Say | Wait | Interrupt | Dtmf | Hangup
CallScript = tuple[Step, ...]


@dataclass(slots=True)
class CallResult:
    """What the caller's side of a call has seen; instants are milliseconds since the call began."""

    call_id: str
    answer: Wav
    said: list[tuple[int, int]] = field(default_factory=list)  # begin and end of each utterance
    answered_after_ms: list[int] = field(default_factory=list)  # end of an utterance -> first audible sample
    clears: int = 0
    marks: int = 0
    unanswered: int = 0
    transfer: dict[str, str] | None = None
    errors: list[str] = field(default_factory=list)
    ended_by: str = "caller"


class CallRefused(InputError):
    """The service did not take the call, or broke it off; the message says why."""
