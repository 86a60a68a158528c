"""The ladder: told of danger it tells people and calls endpoints, one after the other, until somebody acknowledges."""

from governance.confirming import asks, reply
from governance.ladder_details import kept, supplemented
from governance.ladder_state import ACKNOWLEDGE, CONFIRM, OPEN, RETRY, LadderState, emergency_id
from governance.ladder_steps import Decision, alert, call, climb, over, people
from schemas.base import Data, Event
from schemas.calls import CallAdmitted, DeadlinePassed
from schemas.emergencies import (
    DispatchAcknowledged,
    DispatchDelivered,
    DispatchFailed,
    EmergencyAcknowledged,
    EmergencyAnswered,
    EmergencyStoodDown,
)
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, EntitySealed, InterimRedacted, RedactionAmended, UtteranceRedacted
from schemas.verdicts import EmergencyDetected

__all__ = ["ACKNOWLEDGE", "CONFIRM", "RETRY", "LadderState", "decide"]


def decide(state: LadderState, event: Event, policy: Policy) -> Decision:
    """Fold one event of call.governed; told the same again, it answers nothing new."""
    match event.data:
        case CallAdmitted(drill=drill):
            return state.model_copy(update={"drill": drill or policy.emergency.ladder.drill}), []
        case InterimRedacted(participant="caller", utterance=utterance):
            return state.model_copy(update={"utterance": utterance}), []
        case UtteranceRedacted(participant="caller") as said:
            return _heard(state, event, said, policy)
        case RedactionAmended(participant="caller") | EntitySealed():
            return _noted(state, event, policy)
        case AssistantRedacted(stage="heard", text=text):
            return state.model_copy(update={"asked": asks(text)}), []
        case EmergencyDetected() as found if event.id not in state.seen:
            return _detected(state.having_seen(event), event, found, policy)
        case EmergencyAcknowledged(agent=agent) if state.phase in OPEN or state.phase == "exhausted":
            return _acknowledged(state, event, by=agent)
        case DispatchDelivered(dispatch=dispatch) if dispatch == state.dispatch:
            return _delivered(state, event, policy)
        case DispatchFailed(dispatch=dispatch) as failed if dispatch == state.dispatch and event.id not in state.seen:
            return _failed(state.having_seen(event), event, failed, policy)
        case DeadlinePassed(deadline=deadline) if deadline == state.deadline and state.phase in OPEN:
            return _in_vain(state, event, policy)
        case _:
            return state, []


def _detected(state: LadderState, event: Event, found: EmergencyDetected, policy: Policy) -> Decision:
    rules = policy.emergency.ladder
    fresh = found.kind not in state.kinds
    known = state.model_copy(update={
        "kinds": (*state.kinds, found.kind) if fresh else state.kinds, "rule": found.rule, "reason": found.reason,
        "because": found.because, "drill": state.drill or rules.drill,
    })
    opens = state.phase in ("none", "stood_down")
    if not opens and not fresh:
        return known, []
    alerted, said = alert(known, event, policy)
    mode = getattr(rules.kinds, found.kind).dispatch
    now = mode == "at_once" or (mode == "when_sure" and found.score >= rules.sure_from)
    may_go = opens or state.phase in ("asking", "people")
    if opens:
        alerted = alerted.model_copy(update={"trigger": state.utterance, "rung": 0, "attempt": 0})
    if may_go and now and rules.rungs:
        after, called = call(alerted, event, policy, rung=1)
        return after, [*said, *called]
    if opens and mode != "never" and rules.rungs:
        asking, timer = alerted.waiting(event, why=CONFIRM, ms=rules.confirm_within_ms)
        return asking.model_copy(update={"phase": "asking"}), [*said, timer]
    if opens:
        after, timers = people(alerted, event, policy)
        return after, [*said, *timers]
    return alerted, said


def _heard(state: LadderState, event: Event, said: UtteranceRedacted, policy: Policy) -> Decision:
    if event.id in state.heard:
        return state, []
    known = state.having_heard(event).model_copy(update={"utterance": said.utterance})
    known, supplements = _noted(known, event, policy)
    answers_the_trigger = said.utterance == state.trigger  # the rest of the sentence that raised the alarm
    if state.phase not in OPEN or answers_the_trigger:
        return known, supplements
    threshold = min(getattr(policy.emergency, kind).threshold for kind in state.kinds)
    answer = reply(said.text, asked=state.asked, threshold=threshold)
    known = known.model_copy(update={"asked": False})
    if answer is None:
        return known, supplements
    told = EmergencyAnswered(emergency=emergency_id(event), drill=state.drill, answer=answer, because=event.id)
    after, more = _denied(known, event, policy) if answer == "denied" else _confirmed(known, event, policy)
    return after, [*supplements, told, *more]


def _noted(state: LadderState, event: Event, policy: Policy) -> Decision:
    after = kept(state, event)
    return after, supplemented(state, after, event, policy)


def _confirmed(state: LadderState, event: Event, policy: Policy) -> Decision:
    return call(state, event, policy, rung=1) if state.phase == "asking" else (state, [])


def _denied(state: LadderState, event: Event, policy: Policy) -> Decision:
    rules = policy.emergency.ladder
    if all(getattr(rules.kinds, kind).denial == "stands_down" for kind in state.kinds):
        down = EmergencyStoodDown(
            emergency=emergency_id(event), drill=state.drill, because=event.id, kinds=state.kinds, tell=state.called
        )
        return over(state, "stood_down"), [down]
    # Her no may be said under duress: a person decides, and what was called stays called.
    return people(state, event, policy) if state.phase == "asking" else (state, [])


def _acknowledged(state: LadderState, event: Event, *, by: str) -> Decision:
    rungs = state.called[-1:] or (None,)
    told = DispatchAcknowledged(
        emergency=emergency_id(event), drill=state.drill, by=by, rung=state.rung, attempt=state.attempt,
        endpoint=rungs[0],
    )
    return over(state, "acknowledged"), [told]


def _delivered(state: LadderState, event: Event, policy: Policy) -> Decision:
    rung = policy.emergency.ladder.rungs[state.rung - 1] if state.rung else None
    known = state.model_copy(update={"delivered": True})
    if state.phase == "climbing" and rung is not None and rung.delivered_is_enough:
        return _acknowledged(known, event, by=f"endpoint/{rung.endpoint}")
    return known, []


def _failed(state: LadderState, event: Event, failed: DispatchFailed, policy: Policy) -> Decision:
    if state.phase != "climbing" or state.delivered:
        return state, []
    rung = policy.emergency.ladder.rungs[state.rung - 1]
    if failed.outcome in ("unknown_endpoint", "refused", "too_late") or state.attempt >= rung.tries:
        return call(state, event, policy, rung=state.rung + 1)
    waiting, timer = state.waiting(event, why=RETRY, ms=rung.pause_ms)
    return waiting, [timer]


def _in_vain(state: LadderState, event: Event, policy: Policy) -> Decision:
    if state.phase != "asking":
        return climb(state, event, policy)
    told: list[Data] = [EmergencyAnswered(emergency=emergency_id(event), drill=state.drill, answer="silent")]
    goes = policy.emergency.ladder.silence == "dispatches"
    after, said = call(state, event, policy, rung=1) if goes else people(state, event, policy)
    return after, [*told, *said]
