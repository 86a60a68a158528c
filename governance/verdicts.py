"""From findings to events: what policy finds in the flow, and what it demands (handoff, alert, disclosure)."""

from governance import consent, disclosures
from governance.consent import ConsentState
from governance.disclosures import DisclosuresState
from governance.payment_window import DEADLINE as PAYMENT
from governance.policy import ASKED, Finding, Heard, PolicyState, judge, rearm
from governance.residency import NOBODY
from schemas.base import Data, Event, Frozen, derived_id
from schemas.calls import DeadlineSet
from schemas.handoffs import HandoffCompleted, HandoffDeclined, HandoffWithdrawn
from schemas.outside import NoProviderLeft
from schemas.payments import PaymentWindowOpened
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, InterimRedacted, UtteranceRedacted
from schemas.verdicts import (
    EmergencyDetected,
    EmergencyKind,
    Evidence,
    HandoffRequested,
    ShadowVerdictReached,
    VerdictReached,
)

Decision = tuple["VerdictsState", list[Data]]
UNSERVED = {
    "denied": "The policy leaves nobody who may {port} for the assistant.",
    "failed": "Nobody who may {port} for the assistant answers.",
}
PORTS = {"speech_to_text": "listen", "chat": "write", "text_to_speech": "speak", "speech_to_speech": "speak"}
FAILED = "providers.none_left"
KINDS: dict[str, EmergencyKind] = {
    "medical": "medical", "fire_gas_co": "fire_gas_co", "violence": "violence", "self_harm": "self_harm",
}


class VerdictsState(Frozen):
    """What the rules remember, what the caller is owed and agrees to, whether a person is on the way.

    `policy_version` is what the call is held to; `shadow_version` only watches, and `shadow` is what it remembers.
    """

    policy: PolicyState = PolicyState()
    disclosed: bool = False  # of states from before `disclosures`; nothing reads it
    disclosures: DisclosuresState = DisclosuresState()
    consent: ConsentState = ConsentState()
    handoff: str | None = None
    policy_version: str | None = None
    shadow_version: str | None = None
    shadow: PolicyState = PolicyState()


def decide(state: VerdictsState, event: Event, policy: Policy) -> Decision:
    """Fold one event of call.turns."""
    owed, told = disclosures.decide(state.disclosures, event, policy)
    agreed, more = consent.decide(state.consent, event, policy, heard=told)
    state = state.model_copy(update={"disclosures": owed, "consent": agreed})
    state, said = _decide(state, event, policy)
    return state, [*said, *told, *more]


def _decide(state: VerdictsState, event: Event, policy: Policy) -> Decision:
    match event.data:
        case PaymentWindowOpened(window=window, closes_at=closes_at) if window is not None and closes_at is not None:
            timer = derived_id(window, PAYMENT, 0)  # of the window, not of the event: told twice, it is one
            return state, [DeadlineSet(deadline=timer, why=PAYMENT, about=window, due_at=closes_at)]
        case NoProviderLeft() if state.handoff is None:
            request = _unserved(event, event.data, policy)
            return state.model_copy(update={"handoff": request.handoff}), [request]
        case HandoffCompleted() | HandoffDeclined():
            return state.model_copy(update={"handoff": None}), []
        case HandoffWithdrawn(agent=str()):  # by hand, and the call goes on: she may ask again
            return state.model_copy(update={"handoff": None, "policy": rearm(state.policy, ASKED)}), []
        case _:
            heard = heard_in(event)
            return (state, []) if heard is None else _judge(state, event, heard, policy)


def watch(state: VerdictsState, event: Event, policy: Policy) -> tuple[VerdictsState, list[Data]]:
    """What a version that only watches would have found in one event; it asks for nothing."""
    heard = heard_in(event)
    if heard is None:
        return state, []
    findings, remembered = judge(state.shadow, heard, policy)
    return state.model_copy(update={"shadow": remembered}), [
        ShadowVerdictReached.model_validate(_verdict(finding).model_dump()) for finding in findings
    ]


def heard_in(event: Event) -> Heard | None:
    """What of an event the rules listen to: the caller's words, and the assistant's once they were played whole."""
    match event.data:
        case UtteranceRedacted(participant=who, text=text, turn=turn, confidence=sure, noticed=noticed):
            return Heard(
                event_id=event.id, participant=who, text=text, final=True, turn=turn, at=event.occurred_at,
                confidence=sure, noticed=noticed,
            )
        case InterimRedacted(participant=who, text=text, turn=turn, noticed=noticed):
            return Heard(
                event_id=event.id, participant=who, text=text, final=False, turn=turn, at=event.occurred_at,
                noticed=noticed,
            )
        case AssistantRedacted(stage="heard", interrupted=False, text=text, turn=turn):
            return Heard(
                event_id=event.id, participant="assistant", text=text, final=True, turn=turn, at=event.occurred_at
            )
        case _:
            return None


def _judge(state: VerdictsState, event: Event, heard: Heard, policy: Policy) -> Decision:
    said: list[Data] = []
    findings, remembered = judge(state.policy, heard, policy)
    for finding in findings:
        said.append(_verdict(finding))
        if finding.kind == "emergency":
            said.append(_emergency(finding))
        # An emergency is offered again, more urgently, although somebody may be on the way for something else.
        if finding.queue and (state.handoff is None or finding.kind == "emergency"):
            request = _request(finding, event)
            state = state.model_copy(update={"handoff": request.handoff})
            said.append(request)
    return state.model_copy(update={"policy": remembered}), said


def _verdict(finding: Finding) -> VerdictReached:
    return VerdictReached(
        rule=finding.rule, kind=finding.kind, score=finding.score, reason=finding.reason,
        policy_version=finding.policy_version, because=finding.evidence,
    )


def _emergency(finding: Finding) -> EmergencyDetected:
    return EmergencyDetected(
        kind=KINDS[finding.signal], rule=finding.rule, score=finding.score, reason=finding.reason,
        policy_version=finding.policy_version, provisional=finding.provisional, because=finding.evidence,
    )


def _request(finding: Finding, event: Event) -> HandoffRequested:
    return HandoffRequested(
        handoff=derived_id(event.id, f"handoff/{finding.rule}", 0), rule=finding.rule, reason=finding.reason,
        policy_version=finding.policy_version, queue=finding.queue or "general",
        priority=min(9, max(1, finding.priority or 5)), because=finding.evidence,
    )


def _unserved(event: Event, data: NoProviderLeft, policy: Policy) -> HandoffRequested:
    """Ask for a person where the caller's own wish for one would lead."""
    queue, rule = policy.escalation.explicit_request.queue, NOBODY if data.why == "denied" else FAILED
    return HandoffRequested(
        handoff=derived_id(event.id, f"handoff/{rule}", 0), rule=rule, policy_version=policy.label, queue=queue,
        reason=UNSERVED[data.why].format(port=PORTS[data.operation]), priority=policy.handoff.queues[queue].priority,
        because=(Evidence(event_id=event.id, turn=data.turn, start=0, end=0),),
    )
