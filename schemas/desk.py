"""Further steps of a handoff: given back, moved on, noted, written about; and who is at the desk."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Data, Frozen, Label
from schemas.handoffs import CitedSentence
from schemas.redacted import RedactedSpan
from schemas.turns import Provider

Duty = Literal["on", "break", "off", "lost"]
WhyReleased = Literal["presence_lost", "leg_lost", "off_duty", "transfer_failed"]
SKILL = r"^[a-z0-9][a-z0-9_-]{0,62}$"
LANGUAGE = r"^[a-z]{2}$"


class HandoffReleased(Data):
    """Who had the handoff has it no more, and gave no reason of her own; it is offered again."""

    type: ClassVar[str] = "handoff_released"
    handoff: str
    agent: str | None
    why: WhyReleased


class HandoffReassigned(Data):
    """A supervisor gave the handoff to another agent, or to another queue."""

    type: ClassVar[str] = "handoff_reassigned"
    handoff: str
    agent: str = Field(description="who did it")
    to_agent: str | None = None
    to_queue: str | None = None
    reason: str = Field(max_length=500)


class HandoffOverflowed(Data):
    """Nobody of the queue took it: it goes to the queue named for that."""

    type: ClassVar[str] = "handoff_overflowed"
    handoff: str
    queue: str = Field(description="where it waited")
    to_queue: str
    offers: int = Field(ge=1, description="of the first queue, none of which came to anything")


class HandoffNoted(Data):
    """What the agent wrote down about the call, in her words: sealed until it is redacted."""

    type: ClassVar[str] = "handoff_noted"
    clear_text: ClassVar[bool] = True
    handoff: str
    agent: str
    text: str = Field(max_length=8000)


class HandoffNoteRedacted(Data):
    """`handoff_noted` without personal data; its pseudonyms are those of the call and opened by a reveal."""

    type: ClassVar[str] = "handoff_note_redacted"
    handoff: str
    agent: str
    text: str | None = Field(description="absent: it could not be read, so nobody may read it")
    spans: tuple[RedactedSpan, ...] = ()
    detector: str
    policy_version: Label | None = None


class HandoffSummarised(Data):
    """A language model's summary of a packet: the sentences that hold by the turns they cite, and how many did not."""

    type: ClassVar[str] = "handoff_summarised"
    handoff: str
    sentences: tuple[CitedSentence, ...]
    dropped: int = Field(ge=0)
    provider: Provider


class HandoffNote(Frozen):
    """A note as it is read."""

    agent: str
    text: str | None
    occurred_at: AwareDatetime


class AgentView(Frozen):
    """Who is at the desk."""

    agent: str
    duty: Duty
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    seen_at: AwareDatetime
    since_at: AwareDatetime = Field(description="when this duty began")
    in_hands: tuple[str, ...] = Field(default=(), description="handoffs she has claimed or accepted")


class AgentPage(Frozen):
    """Everybody whom the desk has seen."""

    agents: tuple[AgentView, ...]


class QueueFigures(Frozen):
    """What a queue did with the handoffs requested in a time; a figure of nothing is absent."""

    queue: str
    waiting: int = Field(description="offered now")
    longest_wait_ms: int | None = None
    in_hands: int = Field(description="claimed or accepted now")
    requested: int
    claimed: int
    completed: int
    abandoned: int = Field(description="the caller left before anybody took the call")
    overflowed: int = Field(description="came from another queue that did not take them")
    claim_p50_ms: int | None = Field(default=None, description="from the request to the first claim")
    claim_p95_ms: int | None = None
    within_sla: int = Field(description="claimed within what the queue promises")
    missed_sla: int = Field(description="claimed later, abandoned later, or waiting longer already")


class QueueReport(Frozen):
    """All queues that had anything."""

    queues: tuple[QueueFigures, ...]
