"""From 'a person must take over' to 'a person has': packet, offer, claim, expiry, withdrawal."""

from datetime import timedelta
from typing import Literal

from governance import shown
from governance.summary import summarise
from schemas.base import Data, Event, Frozen, derived_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet
from schemas.disclosure_rules import AI
from schemas.disclosures import ConsentShown, DisclosureHeard, DisclosureShown, OfConsent, OfDisclosure, upcast
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
    TranscriptLine,
)
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, RedactionAmended, UtteranceRedacted
from schemas.verdicts import DisclosureGiven, DisclosureMissed, EmergencyDetected, HandoffRequested

CLAIM_DEADLINE = "handoff.claim"
ACCEPT_DEADLINE = "handoff.accept"
MAX_LINES = 200  # the packet's transcript; what is older is in the call's own record

Progress = Literal["offered", "claimed", "accepted", "over"]


class Pending(Frozen):
    """One handoff of the call on its way."""

    id: str
    queue: str
    priority: int
    progress: Progress
    waits: int = 0
    deadline: str = ""


class HandoffsState(Frozen):
    """The least a packet needs: who calls, what was said (redacted), what was found, what is pending."""

    channel: str = "unknown"
    language: str = "en"
    caller_pseudonym: str | None = None
    disclosure_heard: bool = False
    disclosures: tuple[DisclosureShown, ...] = ()
    consent: ConsentShown | None = None
    emergency: str | None = None
    lines: tuple[TranscriptLine, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    pending: Pending | None = None
    policy_version: str | None = None


Decision = tuple[HandoffsState, list[Data]]


def decide(state: HandoffsState, event: Event, policy: Policy) -> Decision:
    """Fold one event of call.governed; answers are the steps of the handoff."""
    match event.data:
        case CallAdmitted() as call:
            return state.model_copy(update={
                "channel": call.channel, "language": call.language, "caller_pseudonym": call.caller_pseudonym,
            }), []
        case UtteranceRedacted() | AssistantRedacted(stage="heard") as said:
            return _with_line(state, event, said), []
        case RedactionAmended() as amended:
            return _amended(state, amended), []
        case DisclosureGiven() | DisclosureMissed() | OfDisclosure() | OfConsent():
            return _told(state, event.data), []
        case EmergencyDetected(kind=kind):
            return state.model_copy(update={"emergency": kind}), []
        case HandoffRequested() as request:
            return _offer(state, event, request, policy)
        case HandoffClaimed(handoff=handoff):
            return _claimed(state, event, handoff, policy)
        case HandoffAccepted(handoff=handoff):
            return _progress(state, handoff, "accepted"), []
        case HandoffCompleted(handoff=handoff):
            return _progress(state, handoff, "over"), []
        case HandoffDeclined(handoff=handoff):
            return _offer_again(state, event, handoff, policy, expired=False)
        case DeadlinePassed(deadline=id_, about=str(about)) if state.pending and state.pending.deadline == id_:
            return _offer_again(state, event, about, policy, expired=True)
        case CallEnded(reason=reason):
            return _withdraw(state, reason)
        case _:
            return state, []


def _told(state: HandoffsState, data: Data) -> HandoffsState:
    now = upcast(data)
    heard = isinstance(now, DisclosureHeard) and now.disclosure == AI
    return state.model_copy(update={
        "disclosures": shown.told(state.disclosures, now), "consent": shown.agreed(state.consent, now),
        "disclosure_heard": state.disclosure_heard or heard,
    })


def _with_line(
    state: HandoffsState, event: Event, data: UtteranceRedacted | AssistantRedacted
) -> HandoffsState:
    if not data.text or any(line.event_id == event.id for line in state.lines):
        return state
    line = TranscriptLine(
        event_id=event.id,
        participant="assistant" if isinstance(data, AssistantRedacted) else data.participant,
        turn=data.turn,
        text=data.text,
        occurred_at=event.occurred_at,
        interrupted=isinstance(data, AssistantRedacted) and data.interrupted,
    )
    found = dict.fromkeys((*state.pseudonyms, *(span.pseudonym for span in data.spans)))
    return state.model_copy(update={"lines": (*state.lines, line)[-MAX_LINES:], "pseudonyms": tuple(found)})


def _amended(state: HandoffsState, data: RedactionAmended) -> HandoffsState:
    lines = tuple(
        line.model_copy(update={"text": data.text}) if line.event_id == data.amends else line for line in state.lines
    )
    if lines == state.lines:
        return state
    found = dict.fromkeys((*state.pseudonyms, *(span.pseudonym for span in data.spans)))
    return state.model_copy(update={"lines": lines, "pseudonyms": tuple(found)})


def _offer(state: HandoffsState, event: Event, request: HandoffRequested, policy: Policy) -> Decision:
    if state.pending and state.pending.progress != "over" and state.pending.priority <= request.priority:
        return state, []  # somebody is on the way already, as urgently; the new reason is in the record
    packet = HandoffPacket(
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
        transcript=state.lines,
        pseudonyms=state.pseudonyms,
        disclosure_heard=state.disclosure_heard,
        disclosures=state.disclosures,
        consent=state.consent,
        trace_id=event.traceparent.split("-")[1] if event.traceparent else None,
        audit_position=event.id,
        requested_at=event.occurred_at,
    )
    pending = Pending(id=request.handoff, queue=request.queue, priority=request.priority, progress="offered")
    offered, said = _open_offer(pending, event, policy)
    before: list[Data] = []
    if state.pending and state.pending.progress != "over":
        before.append(HandoffWithdrawn(handoff=state.pending.id, reason="a more urgent handoff took its place"))
    return state.model_copy(update={"pending": offered}), [
        *before, HandoffPackaged(handoff=request.handoff, packet=packet), *said
    ]


def _open_offer(pending: Pending, event: Event, policy: Policy) -> tuple[Pending, list[Data]]:
    waiting, deadline = _wait(pending, event, why=CLAIM_DEADLINE, within_ms=policy.handoff.claim_within_ms)
    offer = HandoffOffered(
        handoff=pending.id, queue=pending.queue, priority=pending.priority, expires_at=deadline.due_at
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
    waiting, deadline = _wait(pending, event, why=ACCEPT_DEADLINE, within_ms=policy.handoff.accept_within_ms)
    claimed = waiting.model_copy(update={"progress": "claimed"})
    return state.model_copy(update={"pending": claimed}), [deadline]


def _offer_again(state: HandoffsState, event: Event, handoff: str, policy: Policy, *, expired: bool) -> Decision:
    pending = state.pending
    if pending is None or pending.id != handoff or pending.progress in {"accepted", "over"}:
        return state, []
    said: list[Data] = [HandoffExpired(handoff=handoff, queue=pending.queue)] if expired else []
    offered, again = _open_offer(pending, event, policy)
    return state.model_copy(update={"pending": offered}), [*said, *again]


def _progress(state: HandoffsState, handoff: str, progress: Progress) -> HandoffsState:
    if state.pending is None or state.pending.id != handoff:
        return state
    return state.model_copy(update={"pending": state.pending.model_copy(update={"progress": progress})})


def _withdraw(state: HandoffsState, reason: str) -> Decision:
    pending = state.pending
    if pending is None or pending.progress in {"accepted", "over"}:
        return state, []
    return _progress(state, pending.id, "over"), [HandoffWithdrawn(handoff=pending.id, reason=reason)]
