"""A policy document: which rules are on, how they are set, and what must happen by when."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Frozen
from schemas.conditions import DEEPEST, MOST_WORDS, Condition, Milliseconds, Name, Score, Words
from schemas.desk import SKILL
from schemas.disclosure_rules import LISTENING, RECORDING, ConsentRules, DisclosureRules, ListeningRules, Reason
from schemas.ladder import LadderRules
from schemas.residency import ResidencyRules
from schemas.retention import RetentionRules
from schemas.verdicts import EmergencyKind

Keys = tuple[str | int, ...]
Skill = Annotated[str, Field(pattern=SKILL)]
MOST_RULES = 200


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
    reason: Reason


class TriggerRule(Frozen):
    """Switch of a detector nobody's request stands behind: with `queue` it acts, without it is only recorded."""

    enabled: bool = True
    threshold: Score = 0.5
    queue: Name | None = None
    reason: Reason


class OfferRule(Frozen):
    """Switch of the frustration score: at `threshold` the caller is offered a person, and nothing more."""

    enabled: bool = True
    threshold: Score = 0.5
    reason: Reason


class EscalationRules(Frozen):
    """When a call goes to a person because of what the caller wants, says or goes through; what is absent is off."""

    explicit_request: DetectionRule
    legal_threat: TriggerRule | None = None
    complaint: TriggerRule | None = None
    cancellation: TriggerRule | None = None
    vulnerable_customer: TriggerRule | None = None
    assistant_failing: TriggerRule | None = None
    frustration: OfferRule | None = None

    def triggers(self) -> Iterator[tuple[str, TriggerRule]]:
        """The triggers that are set, by name."""
        for name in type(self).model_fields:
            one = getattr(self, name)
            if isinstance(one, TriggerRule):
                yield name, one


class EmergencyRules(Frozen):
    """When a call goes to a person because somebody may be in danger; heard on interims too."""

    medical: DetectionRule
    fire_gas_co: DetectionRule
    violence: DetectionRule
    self_harm: DetectionRule
    ladder: LadderRules = LadderRules()


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


class PaymentRules(Frozen):
    """While a card is taken nothing is kept: the assistant's question for one of `asked_for` opens a window."""

    asked_for: tuple[str, ...] = ()
    limit_ms: Milliseconds = 120_000
    speech_to_speech: bool = False  # whether a model that hears and speaks is sent the sound of a window


class Queue(Frozen):
    """Where people take calls; priority 1 is served first, 9 last. Who takes one must have all of `skills`.

    After `overflow_after` offers that came to nothing the call goes to `overflow`; without one it is offered again.
    """

    priority: Annotated[int, Field(ge=1, le=9)]
    skills: Annotated[tuple[Skill, ...], Field(max_length=20)] = ()
    answer_within_ms: Milliseconds = 30_000
    overflow: Name | None = None
    overflow_after: Annotated[int, Field(ge=1, le=100)] = 2


class HandoffRules(Frozen):
    """How a call reaches a person, and how long each step may take."""

    accept_within_ms: Milliseconds
    claim_within_ms: Milliseconds
    before_claim: Literal["packet", "summary"] = "packet"  # what an agent sees of a call that she has not taken
    queues: dict[Name, Queue]

    def dangling(self) -> Iterator[tuple[str, str]]:
        """Queues whose overflow leads nowhere or round in a circle, each with what is wrong."""
        for name, queue in self.queues.items():
            seen, after = {name}, queue.overflow
            while after is not None:
                if after not in self.queues:
                    yield name, f"queue {after!r} is not among handoff.queues"
                    break
                if after in seen:
                    yield name, f"the overflow of {name!r} leads round in a circle"
                    break
                seen.add(after)
                after = self.queues[after].overflow


class ComposedRule(Frozen):
    """A rule of the document's own: when `when` holds it fires, once a call; without `queue` it is only recorded.

    With `withhold`, a phrase of the assistant of which it holds is not spoken.
    """

    enabled: bool = True
    withhold: bool = False
    reason: Reason
    when: Condition
    queue: Name | None = None

    @model_validator(mode="after")
    def _readable(self) -> "ComposedRule":
        if self.when.depth() > DEEPEST:
            raise ValueError(f"conditions lie at most {DEEPEST} inside each other")
        return self

    def conditions(self) -> Iterator[Condition]:
        """Every condition of the rule."""
        waiting = [self.when]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += one.inner()


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
    payment: PaymentRules = PaymentRules()
    disclosure: DisclosureRules
    consent: ConsentRules = ConsentRules()
    listening: ListeningRules = ListeningRules()
    handoff: HandoffRules
    retention: RetentionRules = RetentionRules()
    residency: ResidencyRules = ResidencyRules()
    lists: dict[Name, Annotated[tuple[Words, ...], Field(max_length=MOST_WORDS)]] = Field(default={})
    rules: dict[Name, ComposedRule] = Field(default={}, max_length=MOST_RULES)

    @model_validator(mode="after")
    def _names_exist(self) -> "Policy":
        for keys, wrong in self._dangling():
            raise PydanticCustomError("dangling", "{wrong}", {"wrong": wrong, "keys": keys})
        return self

    def _dangling(self) -> Iterator[tuple[Keys, str]]:
        rules: dict[Keys, str] = {("escalation", "explicit_request"): self.escalation.explicit_request.queue}
        rules |= {("escalation", name): one.queue for name, one in self.escalation.triggers() if one.queue is not None}
        rules |= {("emergency", kind): getattr(self.emergency, kind).queue for kind in get_args(EmergencyKind)}
        rules |= {("rules", name): rule.queue for name, rule in self.rules.items() if rule.queue is not None}
        for keys, queue in rules.items():
            if queue not in self.handoff.queues:
                yield (*keys, "queue"), f"queue {queue!r} is not among handoff.queues"
        for name, wrong in self.handoff.dangling():
            yield ("handoff", "queues", name, "overflow"), wrong
        if "notice" in self.consent.recording.modes() and RECORDING not in self.disclosure.statements:
            yield ("consent", "recording"), "`notice` needs a statement `recording` under disclosure.statements"
        if "everyone" in self.listening.every() and LISTENING not in self.disclosure.statements:
            yield ("listening",), "`everyone` needs a statement `listening` under disclosure.statements"
        ladder = self.emergency.ladder
        for place, rung in enumerate(ladder.rungs):
            if rung.endpoint not in ladder.endpoints:
                where: Keys = ("emergency", "ladder", "rungs", place, "endpoint")
                yield where, f"endpoint {rung.endpoint!r} is not among emergency.ladder.endpoints"
        for name, rule in self.rules.items():
            for one in rule.conditions():
                if one.says is not None and one.says.list is not None and one.says.list not in self.lists:
                    yield ("rules", name, "when"), f"list {one.says.list!r} is not among lists"

    @property
    def label(self) -> str:
        """What a verdict cites, e.g. `default@1+sha256:abcd1234`."""
        return f"{self.id}@{self.version}+sha256:{self.digest[:8]}"
