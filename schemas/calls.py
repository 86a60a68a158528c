"""The life of a call: started, joined, keyed, ended; and the timers that its rooms ask for."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import MOST, Data, Jurisdiction, Label, Participant

Encoding = Literal["linear16", "mulaw"]


class CallStarted(Data):
    """A channel opened a call. `caller` (E.164 number or address) is sealed before it is stored."""

    type: ClassVar[str] = "call_started"
    clear_text: ClassVar[bool] = True
    channel: str = Field(max_length=64)
    caller: str | None = Field(default=None, max_length=256)
    language: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    encoding: Encoding | None = None
    sample_rate: Literal[8000, 16000, 24000] | None = None
    audio_partition: int | None = Field(
        default=None, ge=0, le=MOST, description="call.audio.out partition its gateway owns"
    )
    policy_version: Label | None = Field(default=None, description="pinned for the call; absent: the current one")
    jurisdiction: Jurisdiction | None = Field(default=None, description="whose law counts; absent: the strictest")
    drill: bool = Field(default=False, description="an exercise: emergencies are marked, and only drills are sent out")


class CallAdmitted(Data):
    """What of `call_started` may lie below redaction: the caller as a keyed pseudonym."""

    type: ClassVar[str] = "call_admitted"
    channel: str
    caller_pseudonym: str | None
    language: str
    encoding: Encoding | None
    sample_rate: int | None
    audio_partition: int | None
    policy_version: str
    jurisdiction: Jurisdiction | None = None
    drill: bool = False


class SessionResumed(Data):
    """The assistant's session broke and another one took the call up in the middle."""

    type: ClassVar[str] = "session_resumed"


class SessionFellBehind(Data):
    """The assistant's session could not keep up: so much sound that came for it was given up, and heard by nobody."""

    type: ClassVar[str] = "session_fell_behind"
    records: int = Field(ge=1, le=MOST)
    lost_ms: int = Field(ge=0, le=MOST)
    at_ms: int = Field(ge=0, le=MOST, description="place in the call's audio of the first of it")


class CallEnded(Data):
    """The call is over: hung up, transferred, stopped or lost; `silent`: nobody spoke, and nobody answered."""

    type: ClassVar[str] = "call_ended"
    reason: Literal["hangup", "transferred", "stopped", "lost", "error", "refused", "silent"]


class ParticipantJoined(Data):
    """Somebody entered the call."""

    type: ClassVar[str] = "participant_joined"
    participant: Participant
    actor: str | None = None


class ParticipantLeft(Data):
    """Somebody left the call."""

    type: ClassVar[str] = "participant_left"
    participant: Participant
    actor: str | None = None


class DtmfPressed(Data):
    """Keys the caller pressed, e.g. a card number; personal, so sealed like speech."""

    type: ClassVar[str] = "dtmf_pressed"
    clear_text: ClassVar[bool] = True
    digits: str = Field(pattern=r"^(?:[0-9A-D*#]{1,64}|x{1,64})$", description="x: masked, while a card is taken")
    turn: int = Field(default=0, ge=0, le=MOST)


class DtmfRedacted(Data):
    """That keys were pressed and how many; never which."""

    type: ClassVar[str] = "dtmf_redacted"
    count: int = Field(ge=1, le=MOST)
    pseudonym: str
    entity: str
    turn: int = Field(default=0, ge=0, le=MOST)
    policy_version: Label | None = None


class DeadlineSet(Data):
    """A decision must wait until `due_at`; comes back as `deadline_passed`."""

    type: ClassVar[str] = "deadline_set"
    deadline: str = Field(description="id of the deadline")
    why: str
    about: str | None = Field(default=None, description="what it concerns, e.g. a handoff id")
    due_at: AwareDatetime


class DeadlinePassed(Data):
    """The instant a room asked for has come."""

    type: ClassVar[str] = "deadline_passed"
    deadline: str
    why: str
    about: str | None = None
