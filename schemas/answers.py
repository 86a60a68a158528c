"""What the read side answers: calls, turns, transcripts and handoffs, redacted."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.base import Frozen
from schemas.desk import HandoffNote
from schemas.figures import CallSignals, WaterfallPart
from schemas.handoffs import HandoffPacket, TranscriptLine
from schemas.legs import Briefing
from schemas.outside import Operation
from schemas.redacted import RedactedSpan
from schemas.turns import Provider
from schemas.verdicts import Evidence


class CallSummary(Frozen):
    """One call as a list shows it; the caller is a pseudonym."""

    call_id: str
    state: Literal["live", "ended"]
    channel: str | None = None
    caller: str | None = Field(default=None, description="keyed pseudonym, the same for all calls of one caller")
    language: str | None = None
    policy_version: str | None = None
    started_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None
    emergency: str | None = None
    trace_id: str | None = None


class CallPage(Frozen):
    """Calls, newest first, and the cursor of the next page where there is one."""

    calls: tuple[CallSummary, ...]
    cursor: str | None = None
    signals: dict[str, CallSignals] | None = Field(
        default=None, description="by call id; absent unless asked for", exclude_if=lambda told: told is None
    )


class Finding(Frozen):
    """One verdict with what it cites."""

    event_id: str
    type: str
    rule: str
    kind: str | None = None
    score: float | None = None
    reason: str | None = None
    policy_version: str
    provisional: bool = False
    because: tuple[Evidence, ...] = ()
    occurred_at: datetime


class HandoffSummary(Frozen):
    """One handoff as a queue shows it; `version` is its ETag."""

    handoff: str
    call_id: str
    state: str
    version: int
    queue: str | None = None
    priority: int | None = None
    rule: str | None = None
    reason: str | None = None
    requested_at: datetime | None = None
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    claimed_by: str | None = None
    disposition: str | None = None
    language: str | None = None
    skills: tuple[str, ...] = ()
    answer_within_ms: int | None = Field(default=None, description="what the queue promises, from the request")
    offers: int = Field(default=0, description="how often it was offered")
    overflowed_from: str | None = None


class HandoffPage(Frozen):
    """Handoffs, most urgent first, and the cursor of the next page where there is one."""

    handoffs: tuple[HandoffSummary, ...]
    cursor: str | None = None


class Revealable(Frozen):
    """A pseudonym whose original this reader may open with a reason: POST /v1/calls/{call_id}/reveals."""

    pseudonym: str
    entity: str
    second_person: bool = Field(description="another person must agree")


class HandoffDetail(HandoffSummary):
    """A handoff with the packet the human reads before saying hello, as far as its reader may see it."""

    packet: HandoffPacket | None = None
    partly: bool = Field(default=False, description="the policy shows the rest to who claims it")
    since: tuple[TranscriptLine, ...] = Field(default=(), description="said since the packet was made")
    notes: tuple[HandoffNote, ...] = Field(default=(), description="what agents wrote down, redacted")
    revealable: tuple[Revealable, ...] = ()


class Processor(Frozen):
    """Who computed for a call, where, and how much; of a channel that reports no outside calls, the name alone."""

    operation: Operation
    provider: Provider
    calls: int = 0
    failed: int = 0
    audio_ms: int = 0
    characters: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    first_at: datetime


class CallDetail(CallSummary):
    """A call with what was found in it and where it went."""

    turns: int
    verdicts: tuple[Finding, ...]
    shadow_verdicts: tuple[Finding, ...] = Field(default=(), description="of a version that only watched")
    handoffs: tuple[HandoffSummary, ...]
    processors: tuple[Processor, ...] = Field(default=(), description="providers that heard, wrote or spoke, and where")


class EmergencyView(Frozen):
    """One emergency as people see it: how far the ladder was climbed, and until when it waits for whom."""

    call_id: str
    emergency: str
    state: Literal["open", "acknowledged", "stood_down", "exhausted"]
    drill: bool
    kinds: tuple[str, ...]
    rule: str
    reason: str
    queue: str
    alerts: int
    answer: Literal["confirmed", "denied", "silent"] | None = None
    rung: int = Field(description="0: people alone")
    attempt: int
    endpoint: str | None = None
    delivered_at: datetime | None = None
    due_at: datetime | None = None
    waits_for: Literal["confirm", "acknowledge", "retry"] | None = None
    opened_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None


class EmergencyPage(Frozen):
    """Emergencies, longest waiting first, and the cursor of the next page where there is one."""

    emergencies: tuple[EmergencyView, ...]
    cursor: str | None = None


class TurnView(Frozen):
    """One turn: what it holds and how long each part took; the parts sum to `ttfa_ms`."""

    turn: int
    utterances: tuple[str, ...]
    ended_at: datetime | None = None
    ttfa_ms: float | None = None
    waterfall: tuple[WaterfallPart, ...] = ()
    marks: dict[str, datetime] = Field(default_factory=dict)
    barge_in_ms: int | None = None
    trace_id: str | None = None


class TurnPage(Frozen):
    """The turns of a call, in order."""

    call_id: str
    turns: tuple[TurnView, ...]


class Stage(Frozen):
    """One of the facts about an utterance: what was transcribed, generated, synthesised or heard."""

    event_id: str
    text: str | None
    occurred_at: datetime
    spans: tuple[RedactedSpan, ...] = ()
    detector: str | None = None
    provider: Provider | None = None
    confidence: float | None = None
    audio_ms: int | None = None
    played_ms: int | None = None
    method: str | None = None
    sign: str | None = Field(default=None, description="filler or tone, where it is no answer but filled the silence")
    amended_by: str | None = Field(default=None, description="event that hid more of this text later")


class SpokenLine(Frozen):
    """One utterance; `text` is what was really said: for the assistant, what the caller heard of it."""

    utterance: str
    participant: str
    turn: int
    occurred_at: datetime
    text: str | None
    withheld: bool = Field(default=False, description="redaction could not answer, so nobody may read it")
    interrupted: bool = False
    mismatch: bool = Field(default=False, description="what was heard is not the whole of what was generated")
    stages: dict[str, Stage]


class Transcript(Frozen):
    """A call's words, redacted, in the order they were said."""

    call_id: str
    view: Literal["redacted"] = "redacted"
    lines: tuple[SpokenLine, ...]
    briefings: tuple[Briefing, ...] = Field(default=(), description="said to agents, before each joined")


class RevealAnswer(Frozen):
    """One reveal; `value` is the original as it was said, for who asked and nobody else."""

    reveal: str
    call_id: str
    pseudonym: str
    entity: str
    state: Literal["pending", "approved", "opened", "expired"]
    reason: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    value: str | None = None


class RevealPage(Frozen):
    """Reveals, newest first, and the cursor of the next page where there is one; never an original."""

    reveals: tuple[RevealAnswer, ...]
    cursor: str | None = None
