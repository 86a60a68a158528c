"""Holds one utterance against a policy: told what was heard and what it remembers, it answers with findings.

The voice session and the stair call the same `evaluate`, so that both reach the same verdict.
"""

from governance.emergency import SURE_AT_ONCE
from governance.rules import RULES, FindingKind, Setting, setting
from schemas.base import Frozen, Participant
from schemas.policies import Policy, Signal
from schemas.verdicts import Evidence


class Heard(Frozen):
    """One utterance, already redacted; of the assistant it is the text that was played to its end."""

    event_id: str
    participant: Participant
    text: str
    final: bool
    turn: int = 0


class Finding(Frozen):
    """What a rule found, and the events it answers to."""

    rule: str
    kind: FindingKind
    signal: str
    score: float
    evidence: tuple[Evidence, ...]
    because: tuple[str, ...]
    reason: str
    policy_version: str
    queue: str | None = None
    priority: int | None = None
    provisional: bool = False


class PolicyState(Frozen):
    """What is remembered of a call: rules that have fired, and rules an interim has only hinted at."""

    fired: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()


def evaluate(state: PolicyState, heard: Heard, policy: Policy) -> list[Finding]:
    """Every rule's new finding, the surest first; a rule that has fired in this call is silent until `rearm`."""
    return judge(state, heard, policy)[0]


def evolve(state: PolicyState, heard: Heard, policy: Policy) -> PolicyState:
    """The state after `heard`; fold it over a call's utterances in their order."""
    return judge(state, heard, policy)[1]


def judge(state: PolicyState, heard: Heard, policy: Policy) -> tuple[list[Finding], PolicyState]:
    """`evaluate` and `evolve` in one, listening once."""
    listened = signals(heard, policy)
    findings = [
        finding(heard, signal, kind, known, policy)
        for kind, signal, known in listened
        if signal.rule not in state.fired and (heard.final or stands(signal, heard, state))
    ]
    findings.sort(key=lambda found: (found.kind != "emergency", -found.score))
    fired = (*state.fired, *(found.rule for found in findings))
    hinted = () if heard.final else tuple(signal.rule for _, signal, _ in listened)
    return findings, PolicyState(fired=fired, hinted=hinted)


def rearm(state: PolicyState, rule: str) -> PolicyState:
    """Lets a rule fire again: its handoff was declined, or nobody came in time."""
    return PolicyState(fired=tuple(name for name in state.fired if name != rule), hinted=state.hinted)


def signals(heard: Heard, policy: Policy) -> list[tuple[FindingKind, Signal, Setting]]:
    """What the rules that are on hear in one utterance, at or above their thresholds."""
    found: list[tuple[FindingKind, Signal, Setting]] = []
    for rule in RULES:
        if rule.participant != heard.participant or not (heard.final or rule.on_interims):
            continue
        for signal in rule.hear(heard.text):
            known = setting(policy, signal.rule)
            if known is not None and signal.score >= known.threshold:
                found.append((rule.kind, signal, known))
    return found


def stands(signal: Signal, heard: Heard, state: PolicyState) -> bool:
    """Whether a signal on an interim may be believed: sure, or spoken past, or heard in the interim before too."""
    spoken_past = any(place.end < len(heard.text.rstrip()) for place in signal.evidence)
    return signal.score >= SURE_AT_ONCE or spoken_past or signal.rule in state.hinted


def finding(heard: Heard, signal: Signal, kind: FindingKind, known: Setting, policy: Policy) -> Finding:
    """A signal as the policy's finding, with its evidence and the queue it leads to."""
    queue = policy.handoff.queues[known.queue] if known.queue is not None else None
    return Finding(
        rule=signal.rule,
        kind=kind,
        signal=signal.kind,
        score=signal.score,
        evidence=tuple(
            Evidence(event_id=heard.event_id, turn=heard.turn, start=place.start, end=place.end)
            for place in signal.evidence
        ),
        because=(heard.event_id,),
        reason=known.reason,
        policy_version=policy.label,
        queue=known.queue,
        priority=queue.priority if queue is not None else None,
        provisional=not heard.final,
    )
