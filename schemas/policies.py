"""A policy document: which rules are on, how they are set, and what must happen by when."""

from typing import Annotated, get_args

from pydantic import Field, model_validator

from schemas.base import Frozen
from schemas.verdicts import EmergencyKind

Score = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[int, Field(gt=0, le=86_400_000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]


class Place(Frozen):
    """Characters of an utterance that a detector answered to."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class Signal(Frozen):
    """What a detector heard in one utterance."""

    rule: str
    kind: str
    score: Score
    evidence: tuple[Place, ...]


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


class RevealRules(Frozen):
    """Whose agreement a look at an original needs: types of `second_person` (or ALL) open only when another agrees."""

    second_person: tuple[str, ...] = ()
    within_ms: Milliseconds = 900_000

    def needs_second(self, entity: str) -> bool:
        """Tell whether a second person must agree."""
        return entity in self.second_person or "ALL" in self.second_person


class AiDisclosure(Frozen):
    """The caller must have heard that an AI speaks, within `heard_within_ms` of the start of the call."""

    enabled: bool = True
    heard_within_ms: Milliseconds
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class DisclosureRules(Frozen):
    """What the caller must be told."""

    ai: AiDisclosure


class Queue(Frozen):
    """Where people take calls; priority 1 is served first, 9 last."""

    priority: Annotated[int, Field(ge=1, le=9)]


class HandoffRules(Frozen):
    """How a call reaches a person, and how long each step may take."""

    accept_within_ms: Milliseconds
    claim_within_ms: Milliseconds
    queues: dict[Name, Queue]


class Policy(Frozen):
    """One version of the rules; `digest` is that of the document as its author wrote it."""

    id: Name
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    escalation: EscalationRules
    emergency: EmergencyRules
    redaction: RedactionRules
    reveal: RevealRules = RevealRules()
    disclosure: DisclosureRules
    handoff: HandoffRules

    @model_validator(mode="after")
    def _queues_exist(self) -> "Policy":
        rules = (self.escalation.explicit_request, *(getattr(self.emergency, kind) for kind in get_args(EmergencyKind)))
        for rule in rules:
            if rule.queue not in self.handoff.queues:
                raise ValueError(f"queue {rule.queue!r} is not among handoff.queues")
        return self

    @property
    def label(self) -> str:
        """What a verdict cites, e.g. `default@1+sha256:abcd1234`."""
        return f"{self.id}@{self.version}+sha256:{self.digest[:8]}"
