"""The rules of the house: each listens to one kind of speech and knows its switch in the policy."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from governance.behaviour import FRUSTRATION, NOTICED
from governance.disclosure import discloses_ai
from governance.emergency import emergencies
from governance.escalation import asks_for_a_person
from governance.triggers import TRIGGERS, triggers
from schemas.base import Participant
from schemas.policies import DetectionRule, Policy, Signal, TriggerRule

FindingKind = Literal["handoff", "emergency", "disclosure", "record", "offer"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom it listens to, whether interims count, what it hears, and where the policy sets it."""

    kind: FindingKind
    participant: Participant
    on_interims: bool
    hear: Callable[[str], Iterable[Signal]]


@dataclass(frozen=True, slots=True)
class Setting:
    """How the policy sets the rule that a signal names."""

    threshold: float
    reason: str
    queue: str | None


def one(signal: Signal | None) -> tuple[Signal, ...]:
    """A detector's single answer as the list a rule gives."""
    return () if signal is None else (signal,)


def hear_request(text: str) -> tuple[Signal, ...]:
    """An explicit request for a person."""
    return one(asks_for_a_person(text))


def hear_disclosure(text: str) -> tuple[Signal, ...]:
    """The assistant's word that it is an AI."""
    return one(discloses_ai(text))


RULES: tuple[Rule, ...] = (
    Rule("emergency", "caller", True, emergencies),
    Rule("handoff", "caller", False, hear_request),
    Rule("handoff", "caller", False, triggers),
    Rule("disclosure", "assistant", False, hear_disclosure),
)


SIGNALS = (
    "escalation.explicit_request", "emergency.medical", "emergency.fire_gas_co", "emergency.violence",
    "emergency.self_harm", "disclosure.ai", *TRIGGERS, FRUSTRATION, *NOTICED,
)


def misnamed(policy: Policy) -> Iterator[tuple[tuple[str, ...], str]]:
    """Keys of a document's own rules that take a name of the house, or ask for a signal that no detector gives."""
    for name, rule in policy.rules.items():
        if name in SIGNALS:
            yield ("rules", name), "this rule is the house's own: set it in its section"
        for one in rule.conditions():
            if one.detects is not None and one.detects.signal not in SIGNALS:
                yield ("rules", name, "when"), f"no detector gives {one.detects.signal!r}; known: {', '.join(SIGNALS)}"


def setting(policy: Policy, name: str) -> Setting | None:
    """How `policy` sets the rule `name`, or None where the rule is off."""
    if name == "disclosure.ai":
        ai = policy.disclosure.ai
        return Setting(0.0, ai.reason, None) if ai.enabled else None
    if name == FRUSTRATION:
        offer = policy.escalation.frustration
        return Setting(offer.threshold, offer.reason, None) if offer is not None and offer.enabled else None
    rule = detection(policy, name)
    return Setting(rule.threshold, rule.reason, rule.queue) if rule is not None and rule.enabled else None


def detection(policy: Policy, name: str) -> DetectionRule | TriggerRule | None:
    """The switch of one detector."""
    if name in TRIGGERS:
        return dict(policy.escalation.triggers()).get(name.removeprefix("escalation."))
    return {
        "escalation.explicit_request": policy.escalation.explicit_request,
        "emergency.medical": policy.emergency.medical,
        "emergency.fire_gas_co": policy.emergency.fire_gas_co,
        "emergency.violence": policy.emergency.violence,
        "emergency.self_harm": policy.emergency.self_harm,
    }.get(name)
