"""Holds one utterance against a policy: told what was heard and what it remembers, it answers with findings.

The voice session and the stair call the same `evaluate`, so that both reach the same verdict.
"""

from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from governance.behaviour import FRUSTRATION, Behaviour, Noticed, notice
from governance.conditions import Asking, Hit, Moment
from governance.emergency import SURE_AT_ONCE
from governance.rules import RULES, FindingKind, Rule, Setting, setting
from schemas.base import Frozen, Participant
from schemas.payments import WITHHELD, Overheard
from schemas.policies import Place, Policy, Signal
from schemas.verdicts import Evidence

# Something of each kind, so that every group of phrases is read once.
WARM = "he fell and is not breathing, there is a fire, he has a knife, I want to die, give me a person, I am an AI"


class Heard(Frozen):
    """One utterance, already redacted; of the assistant it is the text that was played to its end."""

    event_id: str
    participant: Participant
    text: str
    final: bool
    turn: int = 0
    at: datetime | None = None
    confidence: float | None = None
    noticed: tuple[Overheard, ...] = ()


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
    """What is remembered of a call: rules that fired, those hinted at, what conditions count, and how it goes."""

    fired: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    memory: dict[str, tuple[Hit, ...]] = Field(default={})
    behaviour: Behaviour = Behaviour()


ASKED = "escalation.explicit_request"
# What is noticed over turns; what has no switch of its own is there for a document's rules to ask for.
NOTED = Rule("record", "caller", False, lambda _: ())
WATCHED = {
    FRUSTRATION: Rule("offer", "caller", False, lambda _: ()),
    ASKED: Rule("handoff", "caller", False, lambda _: ()),
}


class Listened(NamedTuple):
    """A signal of a detector, with the rule of the house that listens for it."""

    rule: Rule
    signal: Signal


def evaluate(state: PolicyState, heard: Heard, policy: Policy) -> list[Finding]:
    """Every rule's new finding, the surest first; a rule that has fired in this call is silent until `rearm`."""
    return judge(state, heard, policy)[0]


def evolve(state: PolicyState, heard: Heard, policy: Policy) -> PolicyState:
    """The state after `heard`; fold it over a call's utterances in their order."""
    return judge(state, heard, policy)[1]


def judge(state: PolicyState, heard: Heard, policy: Policy) -> tuple[list[Finding], PolicyState]:
    """`evaluate` and `evolve` in one, listening once."""
    listened = listen(heard)
    seen = watch(state, heard)
    listened += [Listened(WATCHED.get(signal.rule, NOTED), signal) for signal in seen.signals]
    told = believed(listened, policy)
    findings = [
        rested(finding(heard, signal, kind, known, policy), seen)
        for kind, signal, known in told
        if signal.rule not in state.fired and (heard.final or stands(signal, heard, state))
    ]
    memory = state.memory
    if heard.final and policy.rules and heard.text != WITHHELD:
        composed, memory = compose(state, heard, listened, policy)
        findings += composed
    findings.sort(key=lambda found: (found.kind != "emergency", -found.score))
    fired = (*state.fired, *(found.rule for found in findings))
    hinted = () if heard.final else tuple(signal.rule for _, signal, _ in told)
    return findings, PolicyState(fired=fired, hinted=hinted, memory=memory, behaviour=seen.after)


def rearm(state: PolicyState, rule: str) -> PolicyState:
    """Lets a rule fire again: its handoff was declined, or nobody came in time."""
    return state.model_copy(update={"fired": tuple(name for name in state.fired if name != rule)})


def listen(heard: Heard) -> list[Listened]:
    """What the detectors hear in one utterance, or heard in it before it was withheld, at whatever score."""
    if heard.noticed:
        whole = (Place(start=0, end=len(heard.text)),)
        of_kind = {rule.kind: rule for rule in reversed(RULES) if rule.participant == heard.participant}
        return [
            Listened(of_kind[one.kind], Signal(rule=one.rule, kind=one.signal, score=one.score, evidence=whole))
            for one in heard.noticed if one.kind in of_kind
        ]
    return [
        Listened(rule, signal)
        for rule in RULES
        if rule.participant == heard.participant and (heard.final or rule.on_interims)
        for signal in rule.hear(heard.text)
    ]


def watch(state: PolicyState, heard: Heard) -> Noticed:
    """How the call goes after this utterance; interims and what was withheld tell nothing of it."""
    if not heard.final or heard.text == WITHHELD:
        return Noticed((), (), state.behaviour)
    return notice(
        state.behaviour, heard.text, participant=heard.participant, event_id=heard.event_id, turn=heard.turn
    )


def rested(found: Finding, seen: Noticed) -> Finding:
    """An offer cites every turn its score rests on."""
    if found.rule != FRUSTRATION:
        return found
    events = tuple(dict.fromkeys(place.event_id for place in seen.because))
    return found.model_copy(update={"evidence": seen.because, "because": events})


def warm_up() -> None:
    """Let every rule listen once: the patterns of phrases are compiled when they are met first, 0.1 s in all."""
    for who in ("caller", "assistant"):
        listen(Heard.model_validate({"event_id": "-", "participant": who, "text": WARM, "final": True}))


def believed(listened: list[Listened], policy: Policy) -> list[tuple[FindingKind, Signal, Setting]]:
    """The signals whose rules are on, at or above their thresholds."""
    settings = [(rule.kind, signal, setting(policy, signal.rule)) for rule, signal in listened]
    return [(kind, signal, known) for kind, signal, known in settings if known and signal.score >= known.threshold]


def compose(
    state: PolicyState, heard: Heard, listened: list[Listened], policy: Policy
) -> tuple[list[Finding], dict[str, tuple[Hit, ...]]]:
    """What the document's own rules find, and what they remember."""
    moment = Moment(
        event_id=heard.event_id, participant=heard.participant, text=heard.text, turn=heard.turn, at=heard.at,
        confidence=heard.confidence, signals=tuple(signal for _, signal in listened),
    )
    asking = Asking(moment, state.memory, policy.lists)
    found: list[Finding] = []
    for name, rule in policy.rules.items():
        if not rule.enabled or name in state.fired:
            continue
        evidence = asking.ask(rule.when, name)
        if evidence is not None:
            queue = policy.handoff.queues[rule.queue] if rule.queue is not None else None
            whole = (Evidence(event_id=heard.event_id, turn=heard.turn, start=0, end=len(heard.text)),)
            found.append(Finding(
                rule=name, kind="record" if queue is None else "handoff", signal=name, score=1.0,
                evidence=evidence or whole, because=tuple(dict.fromkeys(one.event_id for one in evidence or whole)),
                reason=rule.reason, policy_version=policy.label, queue=rule.queue,
                priority=queue.priority if queue is not None else None,
            ))
    return found, asking.memory


def stands(signal: Signal, heard: Heard, state: PolicyState) -> bool:
    """Whether a signal on an interim may be believed: sure, or spoken past, or heard in the interim before too."""
    spoken_past = any(place.end < len(heard.text.rstrip()) for place in signal.evidence)
    return signal.score >= SURE_AT_ONCE or spoken_past or signal.rule in state.hinted


def finding(heard: Heard, signal: Signal, kind: FindingKind, known: Setting, policy: Policy) -> Finding:
    """A signal as the policy's finding, with its evidence and the queue it leads to."""
    queue = policy.handoff.queues[known.queue] if known.queue is not None else None
    return Finding(
        rule=signal.rule,
        kind="record" if kind == "handoff" and known.queue is None else kind,
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
