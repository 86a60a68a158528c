"""The handoff of a call to a person: the packet she reads, and every step of the way to her."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Data, Frozen, Participant
from schemas.disclosures import ConsentShown, DisclosureShown
from schemas.turns import Provider
from schemas.verdicts import Evidence

HandoffState = Literal[
    "offered", "claimed", "accepted", "declined", "released", "completed", "expired", "withdrawn"
]


class CitedSentence(Frozen):
    """One sentence of the summary and the turns that it holds by."""

    text: str
    turns: tuple[int, ...] = Field(min_length=1)
    at_ms: int | None = Field(default=None, ge=0, description="where the first of them begins in the recording")


class TranscriptLine(Frozen):
    """One redacted utterance as it was said and, for the assistant, heard."""

    event_id: str
    participant: Participant
    turn: int
    text: str
    occurred_at: AwareDatetime
    interrupted: bool = False
    at_ms: int | None = Field(default=None, ge=0, description="where it begins in the call's recording")


class HandoffReason(Frozen):
    """Why a person was asked for, with the evidence."""

    rule: str
    text: str
    policy_version: str
    because: tuple[Evidence, ...] = Field(min_length=1)


class HandoffPacket(Frozen):
    """Everything the human needs before saying hello; redacted. Version 1."""

    packet_version: Literal[1] = 1
    handoff: str
    call_id: str
    tenant: str
    queue: str
    priority: int
    language: str
    channel: str
    caller_pseudonym: str | None
    reason: HandoffReason
    emergency: str | None = None
    summary: tuple[CitedSentence, ...]
    promised: tuple[CitedSentence, ...] = Field(default=(), description="what the assistant said it would do")
    tried: tuple[CitedSentence, ...] = Field(default=(), description="what has been done, by either side")
    still_open: tuple[CitedSentence, ...] = Field(default=(), description="what the caller asked for, unanswered")
    next_step: CitedSentence | None = Field(default=None, description="a suggestion, from the above")
    written: tuple[CitedSentence, ...] = Field(
        default=(), description="a language model's summary: each sentence held against the turns that it cites"
    )
    written_by: Provider | None = None
    transcript: tuple[TranscriptLine, ...]
    pseudonyms: tuple[str, ...] = Field(description="may be revealed to a role that may, with a reason")
    disclosure_heard: bool
    disclosures: tuple[DisclosureShown, ...] = Field(default=(), description="each statement that was due")
    consent: ConsentShown | None = Field(default=None, description="absent: it was not needed")
    trace_id: str | None
    audit_position: str | None = Field(
        description="id of the event that requested the handoff; its audit entry proves it"
    )
    requested_at: AwareDatetime


class HandoffPackaged(Data):
    """The packet is complete."""

    type: ClassVar[str] = "handoff_packaged"
    handoff: str
    packet: HandoffPacket


class HandoffOffered(Data):
    """The call waits in a queue for a person until `expires_at`."""

    type: ClassVar[str] = "handoff_offered"
    handoff: str
    queue: str
    priority: int
    expires_at: AwareDatetime
    language: str | None = Field(default=None, description="of the call: who names her languages must speak it")
    skills: tuple[str, ...] = Field(default=(), description="who takes it must have all of these")
    answer_within_ms: int | None = Field(default=None, ge=0, description="what the queue promises, from the request")


class HandoffClaimed(Data):
    """One agent took the offer; nobody else can."""

    type: ClassVar[str] = "handoff_claimed"
    handoff: str
    agent: str


class HandoffAccepted(Data):
    """The agent has read the packet and takes the call."""

    type: ClassVar[str] = "handoff_accepted"
    handoff: str
    agent: str


class HandoffDeclined(Data):
    """The agent gave the offer back; it is offered again."""

    type: ClassVar[str] = "handoff_declined"
    handoff: str
    agent: str
    reason: str = Field(max_length=500)


class HandoffCompleted(Data):
    """The person has finished with the caller."""

    type: ClassVar[str] = "handoff_completed"
    handoff: str
    agent: str
    disposition: str = Field(max_length=100)


class HandoffExpired(Data):
    """Nobody accepted in time."""

    type: ClassVar[str] = "handoff_expired"
    handoff: str
    queue: str


class HandoffWithdrawn(Data):
    """Nobody is to take the call any more: the caller left, a more urgent handoff came, or a supervisor says so."""

    type: ClassVar[str] = "handoff_withdrawn"
    handoff: str
    reason: str = Field(max_length=500)
    agent: str | None = Field(default=None, description="the supervisor who withdrew it by hand; the call goes on")
