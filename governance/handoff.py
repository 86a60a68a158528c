"""From 'a person must take over' to 'a person has': packet, offer, claim, expiry, overflow, withdrawal."""

from datetime import timedelta

from governance.handoff_state import HandoffsState, Pending, Progress, admitted, amended, told, with_line
from governance.outlook import outlook
from governance.summary import summarise
from schemas.base import Data, Event, derived_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet
from schemas.desk import HandoffOverflowed, HandoffReassigned, HandoffReleased
from schemas.disclosures import OfConsent, OfDisclosure
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffOffered,
    HandoffPackaged,
    HandoffPacket,
    HandoffReason,
    HandoffWithdrawn,
)
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, RedactionAmended, UtteranceRedacted
from schemas.verdicts import DisclosureGiven, DisclosureMissed, EmergencyDetected, HandoffRequested

CLAIM_DEADLINE = "handoff.claim"
ACCEPT_DEADLINE = "handoff.accept"

Decision = tuple[HandoffsState, list[Data]]


def decide(state: HandoffsState, event: Event, policy: Policy) -> Decision:
    """Fold one event of call.governed; answers are the steps of the handoff."""
    match event.data:
        case CallAdmitted() as call:
            return admitted(state, event, call), []
        case UtteranceRedacted() | AssistantRedacted(stage="heard") as said:
            return with_line(state, event, said), []
        case RedactionAmended() as now:
            return amended(state, now), []
        case DisclosureGiven() | DisclosureMissed() | OfDisclosure() | OfConsent():
            return told(state, event.data), []
        case EmergencyDetected(kind=kind):
            return state.model_copy(update={"emergency": kind}), []
        case HandoffRequested() as request:
            return _offer(state, event, request, policy)
        case CallEnded(reason=reason):
            return _withdraw(state, reason)
        case _:
            return _step(state, event, policy)


def _step(state: HandoffsState, event: Event, policy: Policy) -> Decision:
    match event.data:
        case HandoffClaimed(handoff=handoff):
            return _claimed(state, event, handoff, policy)
        case HandoffAccepted(handoff=handoff):
            return _progress(state, handoff, "accepted"), []
        case HandoffCompleted(handoff=handoff) | HandoffWithdrawn(handoff=handoff):
            return _progress(state, handoff, "over"), []
        case HandoffDeclined(handoff=handoff):
            return _offer_again(state, event, handoff, policy, after=("offered", "claimed"))
        case HandoffReleased(handoff=handoff):
            return _offer_again(state, event, handoff, policy, after=("offered", "claimed", "accepted"))
        case HandoffReassigned() as moved:
            return _reassigned(state, event, moved, policy)
        case DeadlinePassed(deadline=id_, about=str(about)) if state.pending and state.pending.deadline == id_:
            return _offer_again(state, event, about, policy, after=("offered", "claimed"), expired=True)
        case _:
            return state, []


def _offer(state: HandoffsState, event: Event, request: HandoffRequested, policy: Policy) -> Decision:
    if state.pending and state.pending.progress != "over" and state.pending.priority <= request.priority:
        return state, []  # somebody is on the way already, as urgently; the new reason is in the record
    packet = _packet(state, event, request)
    pending = Pending(id=request.handoff, queue=request.queue, priority=request.priority, progress="offered")
    offered, said = _open_offer(pending, state.language, event, policy)
    before: list[Data] = []
    if state.pending and state.pending.progress != "over":
        before.append(HandoffWithdrawn(handoff=state.pending.id, reason="a more urgent handoff took its place"))
    return state.model_copy(update={"pending": offered}), [
        *before, HandoffPackaged(handoff=request.handoff, packet=packet), *said
    ]


def _packet(state: HandoffsState, event: Event, request: HandoffRequested) -> HandoffPacket:
    ahead = outlook(state.lines, request, consent=state.consent, emergency=state.emergency, language=state.language)
    return HandoffPacket(
        handoff=request.handoff,
        call_id=event.call_id,
        tenant=event.tenant,
        queue=request.queue,
        priority=request.priority,
        language=state.language,
        channel=state.channel,
        caller_pseudonym=state.caller_pseudonym,
        reason=HandoffReason(
            rule=request.rule, text=request.reason, policy_version=request.policy_version, because=request.because
        ),
        emergency=state.emergency,
        summary=summarise(state.lines, request, pseudonyms=state.pseudonyms),
        promised=ahead.promised,
        tried=ahead.tried,
        still_open=ahead.still_open,
        next_step=ahead.next_step,
        transcript=state.lines,
        pseudonyms=state.pseudonyms,
        disclosure_heard=state.disclosure_heard,
        disclosures=state.disclosures,
        consent=state.consent,
        trace_id=event.traceparent.split("-")[1] if event.traceparent else None,
        audit_position=event.id,
        requested_at=event.occurred_at,
    )


def _open_offer(pending: Pending, language: str, event: Event, policy: Policy) -> tuple[Pending, list[Data]]:
    waiting, deadline = _wait(pending, event, why=CLAIM_DEADLINE, within_ms=policy.handoff.claim_within_ms)
    queue = policy.handoff.queues.get(pending.queue)
    offer = HandoffOffered(
        handoff=pending.id, queue=pending.queue, priority=pending.priority, expires_at=deadline.due_at,
        language=language[:2].lower(), skills=queue.skills if queue else (),
        answer_within_ms=queue.answer_within_ms if queue else None,
    )
    return waiting.model_copy(update={"progress": "offered"}), [offer, deadline]


def _wait(pending: Pending, event: Event, *, why: str, within_ms: int) -> tuple[Pending, DeadlineSet]:
    """Set the one deadline that counts now; what an earlier one says is ignored by its id."""
    waits = pending.waits + 1
    deadline = derived_id(pending.id, why, waits)
    due_at = event.occurred_at + timedelta(milliseconds=within_ms)
    return (
        pending.model_copy(update={"waits": waits, "deadline": deadline}),
        DeadlineSet(deadline=deadline, why=why, about=pending.id, due_at=due_at),
    )


def _claimed(state: HandoffsState, event: Event, handoff: str, policy: Policy) -> Decision:
    pending = state.pending
    if pending is None or pending.id != handoff or pending.progress != "offered":
        return state, []
    return _in_hands(state, pending, event, policy)


def _in_hands(state: HandoffsState, pending: Pending, event: Event, policy: Policy) -> Decision:
    waiting, deadline = _wait(pending, event, why=ACCEPT_DEADLINE, within_ms=policy.handoff.accept_within_ms)
    claimed = waiting.model_copy(update={"progress": "claimed"})
    return state.model_copy(update={"pending": claimed}), [deadline]


def _reassigned(state: HandoffsState, event: Event, moved: HandoffReassigned, policy: Policy) -> Decision:
    pending = state.pending
    if pending is None or pending.id != moved.handoff or pending.progress == "over":
        return state, []
    if moved.to_agent is not None:
        return _in_hands(state, pending, event, policy)
    there = pending if moved.to_queue is None else _in_queue(pending, moved.to_queue, policy)
    offered, said = _open_offer(there, state.language, event, policy)
    return state.model_copy(update={"pending": offered}), said


def _offer_again(
    state: HandoffsState, event: Event, handoff: str, policy: Policy, *, after: tuple[Progress, ...],
    expired: bool = False,
) -> Decision:
    pending = state.pending
    if pending is None or pending.id != handoff or pending.progress not in after:
        return state, []
    said: list[Data] = [HandoffExpired(handoff=handoff, queue=pending.queue)] if expired else []
    returned = pending.returned + 1
    pending = pending.model_copy(update={"returned": returned})
    queue = policy.handoff.queues.get(pending.queue)
    if queue is not None and queue.overflow is not None and returned >= queue.overflow_after:
        said.append(HandoffOverflowed(
            handoff=handoff, queue=pending.queue, to_queue=queue.overflow, offers=returned
        ))
        pending = _in_queue(pending, queue.overflow, policy)
    offered, again = _open_offer(pending, state.language, event, policy)
    return state.model_copy(update={"pending": offered}), [*said, *again]


def _in_queue(pending: Pending, name: str, policy: Policy) -> Pending:
    queue = policy.handoff.queues.get(name)
    # Who waited longer is not served later for it.
    priority = min(pending.priority, queue.priority) if queue else pending.priority
    return pending.model_copy(update={"queue": name, "priority": priority, "returned": 0})


def _progress(state: HandoffsState, handoff: str, progress: Progress) -> HandoffsState:
    if state.pending is None or state.pending.id != handoff:
        return state
    return state.model_copy(update={"pending": state.pending.model_copy(update={"progress": progress})})


def _withdraw(state: HandoffsState, reason: str) -> Decision:
    pending = state.pending
    if pending is None or pending.progress in {"accepted", "over"}:
        return state, []
    return _progress(state, pending.id, "over"), [HandoffWithdrawn(handoff=pending.id, reason=reason)]
