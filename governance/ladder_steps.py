"""The steps of a climb: people told, an endpoint called, the next try, the next rung, the end."""

from datetime import timedelta

from governance.ladder_details import allowed
from governance.ladder_state import ACKNOWLEDGE, LadderState, Phase, emergency_id
from schemas.base import Data, Event, derived_id
from schemas.emergencies import DispatchFailed, DispatchRequested, EmergencyAlerted, LadderExhausted
from schemas.ladder import Rung
from schemas.policies import Policy

Decision = tuple[LadderState, list[Data]]


def alert(state: LadderState, event: Event, policy: Policy) -> Decision:
    """Tell people, whatever else happens."""
    known = state.model_copy(update={"alerts": state.alerts + 1})
    told = EmergencyAlerted(
        emergency=emergency_id(event), drill=state.drill, kinds=state.kinds, rule=state.rule, reason=state.reason,
        policy_version=policy.label, queue=getattr(policy.emergency, state.kinds[-1]).queue, attempt=known.alerts,
        because=state.because,
    )
    return known, [told]


def people(state: LadderState, event: Event, policy: Policy) -> Decision:
    """Wait for a person to acknowledge: no endpoint is called."""
    rules = policy.emergency.ladder.alert
    waiting, timer = state.waiting(event, why=ACKNOWLEDGE, ms=rules.acknowledge_within_ms)
    return waiting.model_copy(update={"phase": "people"}), [timer]


def call(state: LadderState, event: Event, policy: Policy, *, rung: int, attempt: int = 1) -> Decision:
    """Call the endpoint of a rung, or of the next one that may be called; with none left, say so and tell people."""
    rules = policy.emergency.ladder
    said: list[Data] = []
    while rung <= len(rules.rungs):
        one = rules.rungs[rung - 1]
        if not state.drill or rules.endpoints[one.endpoint].accepts_drills:
            after, called = _request(state, event, policy, one, rung=rung, attempt=attempt)
            return after, [*said, *called]
        passed = derived_id(emergency_id(event), f"no drills/{one.endpoint}", state.waits)
        said.append(DispatchFailed(
            emergency=emergency_id(event), drill=True, dispatch=passed, endpoint=one.endpoint, outcome="no_drills"
        ))
        rung, attempt = rung + 1, 1
    if state.rung == 0:  # nobody could be called: people are told until one of them answers
        after, timers = people(state, event, policy)
        return after, [*said, *timers]
    ended, last = _exhausted(state, event, policy)
    return ended, [*said, *last]


def climb(state: LadderState, event: Event, policy: Policy) -> Decision:
    """Nobody acknowledged in time, or the pause after a failure is over: the next try, or the next rung."""
    rules = policy.emergency.ladder
    if state.phase == "climbing":
        again = state.attempt < rules.rungs[state.rung - 1].tries
        if again:
            return call(state, event, policy, rung=state.rung, attempt=state.attempt + 1)
        return call(state, event, policy, rung=state.rung + 1)
    if state.alerts < rules.alert.tries:
        alerted, said = alert(state, event, policy)
        waiting, timers = people(alerted, event, policy)
        return waiting, [*said, *timers]
    return _exhausted(state, event, policy)


def over(state: LadderState, phase: Phase) -> LadderState:
    """The climb has ended: no timer counts any more."""
    return state.model_copy(update={"phase": phase, "deadline": ""})


def _request(state: LadderState, event: Event, policy: Policy, one: Rung, *, rung: int, attempt: int) -> Decision:
    said: list[Data] = []
    known = state
    if rung > 1 and rung != state.rung:  # a rung was climbed in vain: people hear that, too
        known, said = alert(known, event, policy)
    waiting, timer = known.waiting(event, why=ACKNOWLEDGE, ms=one.acknowledge_within_ms)
    dispatch = derived_id(emergency_id(event), f"dispatch/{rung}/{attempt}", waiting.waits)
    # What was delivered and not acknowledged is said anew; what may not have arrived is the same message again.
    message = state.message if rung == state.rung and not state.delivered and state.message else dispatch
    request = DispatchRequested(
        emergency=emergency_id(event), drill=state.drill, dispatch=dispatch, message=message, kinds=state.kinds,
        rule=state.rule, reason=state.reason, policy_version=policy.label, rung=rung, attempt=attempt,
        endpoint=one.endpoint, details=allowed(state.details(), one.endpoint, policy, drill=state.drill),
        acknowledge_by=event.occurred_at + timedelta(milliseconds=one.acknowledge_within_ms),
    )
    after = waiting.model_copy(update={
        "phase": "climbing", "rung": rung, "attempt": attempt, "dispatch": dispatch, "message": message,
        "delivered": False, "called": tuple(dict.fromkeys((*state.called, one.endpoint))),
    })
    return after, [*said, request, timer]


def _exhausted(state: LadderState, event: Event, policy: Policy) -> Decision:
    ended = LadderExhausted(
        emergency=emergency_id(event), drill=state.drill, rungs=state.rung, policy_version=policy.label
    )
    alerted, said = alert(state, event, policy)
    return over(alerted, "exhausted"), [ended, *said]
