"""The ladder as a table: who is told and called, in which order, until somebody acknowledges."""

from datetime import timedelta

import pytest

from schemas.calls import CallEnded, DeadlineSet
from schemas.emergencies import (
    DispatchAcknowledged,
    EmergencyAlerted,
)
from tests.support.climb import (
    ACKNOWLEDGED,
    ALERT,
    CALLED,
    EMERGENCY,
    OVER,
    SHIPPED,
    START,
    TIMER,
    Call,
    policy,
)

pytestmark = pytest.mark.pure


def test_as_shipped_only_people_are_told_and_told_again_until_the_last_try() -> None:
    call = Call(SHIPPED)
    assert call.danger() == [ALERT, TIMER]
    assert call.time_passes() == [ALERT, TIMER]
    assert call.time_passes() == [ALERT, TIMER]
    assert call.time_passes() == [OVER, ALERT]
    assert call.time_passes() == []
    assert call.requests() == []


def test_a_sure_emergency_tells_people_and_calls_the_first_endpoint_at_once() -> None:
    call = Call(policy())
    assert call.danger() == [ALERT, CALLED, TIMER]
    request = call.requests()[0]
    assert (request.endpoint, request.rung, request.attempt) == ("county", 1, 1)
    timer = call.all[-1]
    assert isinstance(timer, DeadlineSet)
    assert timer.due_at == request.acknowledge_by == START + timedelta(seconds=1, milliseconds=15_000)


def test_nobody_acknowledges_so_the_next_try_and_the_next_rung_are_climbed_until_the_last() -> None:
    call = Call(policy())
    call.danger()
    call.delivered()
    assert call.time_passes() == [CALLED, TIMER]
    call.delivered()
    assert call.time_passes() == [ALERT, CALLED, TIMER]
    assert call.time_passes() == [OVER, ALERT]
    assert [(one.endpoint, one.rung, one.attempt) for one in call.requests()] == [
        ("county", 1, 1), ("county", 1, 2), ("guard", 2, 1),
    ]
    assert len({one.message for one in call.requests()}) == 3  # what was delivered is said anew


def test_a_try_that_failed_is_made_again_as_the_same_message_then_the_next_rung_is_called_at_once() -> None:
    call = Call(policy())
    call.danger()
    assert call.failed("timeout") == [TIMER]
    assert call.time_passes() == [CALLED, TIMER]
    first, second = call.requests()
    assert first.message == second.message
    assert first.dispatch != second.dispatch
    assert call.failed() == [ALERT, CALLED, TIMER]
    assert call.requests()[-1].endpoint == "guard"


def test_an_endpoint_that_nobody_knows_or_may_call_is_passed_over_at_once() -> None:
    call = Call(policy())
    call.danger()
    assert call.failed("unknown_endpoint") == [ALERT, CALLED, TIMER]
    assert call.requests()[-1].endpoint == "guard"


def test_who_acknowledges_ends_the_climb() -> None:
    call = Call(policy())
    call.danger()
    assert call.acknowledged() == [ACKNOWLEDGED]
    told = call.all[-1]
    assert isinstance(told, DispatchAcknowledged)
    assert (told.by, told.rung, told.endpoint) == ("ann", 1, "county")
    assert call.acknowledged() == []
    assert call.time_passes() == []
    assert call.danger() == []


def test_after_the_last_rung_somebody_may_still_acknowledge() -> None:
    call = Call(SHIPPED)
    call.danger()
    for _ in range(3):
        call.time_passes()
    assert call.acknowledged() == [ACKNOWLEDGED]


def test_where_the_policy_says_so_a_delivery_is_an_acknowledgement() -> None:
    call = Call(policy(rungs=[{"endpoint": "county", "delivered_is_enough": True}]))
    call.danger()
    assert call.delivered() == [ACKNOWLEDGED]
    assert call.delivered() == []


@pytest.mark.parametrize(
    ("kind", "score", "goes"),
    [("medical", 0.9, True), ("medical", 0.8, False), ("violence", 0.95, True), ("self_harm", 1.0, False)],
)
def test_whether_a_dispatch_waits_for_the_caller_is_a_matter_of_kind_and_score(
    kind: str, score: float, goes: bool
) -> None:
    call = Call(policy())
    assert call.danger(kind, score=score) == [ALERT, *([CALLED] if goes else []), TIMER]


def test_danger_heard_of_again_after_a_denial_opens_the_same_emergency_again() -> None:
    call = Call(policy())
    call.danger(score=0.75)
    call.is_asked()
    call.says("no")
    assert call.danger("fire_gas_co") == [ALERT, CALLED, TIMER]
    assert {one.emergency for one in call.all if isinstance(one, EmergencyAlerted)} == {EMERGENCY}


def test_one_call_climbs_one_ladder_whatever_else_is_heard() -> None:
    call = Call(policy())
    call.danger()
    assert call.danger("fire_gas_co") == [ALERT]  # people hear of it, the endpoint was called
    assert call.danger("fire_gas_co") == []
    assert len(call.requests()) == 1


def test_the_climb_goes_on_when_the_caller_has_hung_up() -> None:
    call = Call(policy())
    call.danger()
    call.tell(CallEnded(reason="hangup"))
    assert call.time_passes() == [CALLED, TIMER]
