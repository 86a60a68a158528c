"""A policy document: which rules are on, how they are set, and what must happen by when."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Frozen

Score = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[int, Field(gt=0, le=86_400_000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
EmergencyKind = Literal["medical", "fire_gas_co", "violence", "self_harm"]


class Evidence(Frozen):
    """Characters of an utterance that a rule answered to; `event_id` names the utterance once it is an event."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    event_id: str | None = None


class Signal(Frozen):
    """What a detector heard in one utterance."""

    rule: str
    kind: str
    score: Score
    evidence: tuple[Evidence, ...]


class DetectionRule(Frozen):
    """Switch of one detector: it fires at `threshold` and sends the call to `queue`."""

    enabled: bool = True
    threshold: Score = 0.5
    queue: Name = "general"
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class EscalationRules(Frozen):
    """When a call goes to a person because of what the caller wants."""

    explicit_request: DetectionRule


class EmergencyRules(Frozen):
    """When a call goes to a person because somebody may be in danger; heard on interims too."""

    medical: DetectionRule
    fire_gas_co: DetectionRule
    violence: DetectionRule
    self_harm: DetectionRule


class RedactionRules(Frozen):
    """What of personal data is replaced: everything found with at least `threshold`, save the types of `readable`."""

    threshold: Score = 0.4
    readable: tuple[str, ...] = ()
    version: Annotated[int, Field(ge=1)] = 1


class AiDisclosure(Frozen):
    """The caller must have heard that an AI speaks, within `heard_within_ms` of the start of the call."""

    enabled: bool = True
    heard_within_ms: Milliseconds
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class DisclosureRules(Frozen):
    """What the caller must be told."""

    ai: AiDisclosure


class Queue(Frozen):
    """Where people take calls; a lower `priority` number is served first."""

    priority: Annotated[int, Field(ge=0, le=100)]


class HandoffRules(Frozen):
    """How a call reaches a person, and how long each step may take."""

    accept_within_ms: Milliseconds
    claim_within_ms: Milliseconds
    queues: dict[Name, Queue]


class Policy(Frozen):
    """One version of the rules; `version` is derived from the document's digest by the loader."""

    id: Name
    version: str
    title: Annotated[str, Field(min_length=1, max_length=200)]
    escalation: EscalationRules
    emergency: EmergencyRules
    redaction: RedactionRules
    disclosure: DisclosureRules
    handoff: HandoffRules
