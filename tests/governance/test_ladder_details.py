"""Drills, what is released to whom, and that told the same again the ladder says nothing new."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.calls import CallAdmitted
from schemas.emergencies import (
    DispatchSupplemented,
    EmergencyAlerted,
    EmergencyAnswered,
)
from schemas.redacted import EntitySealed
from schemas.verdicts import EmergencyDetected
from tests.support.climb import (
    ALERT,
    CALLED,
    OVER,
    TIMER,
    Call,
    policy,
    say_where,
)

pytestmark = pytest.mark.pure


def admitted(*, drill: bool) -> CallAdmitted:
    return CallAdmitted(
        channel="phone", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
        policy_version="p@1", drill=drill,
    )


@pytest.mark.parametrize("by_policy", [True, False])
def test_in_a_drill_everything_runs_marked_and_only_endpoints_that_accept_drills_are_called(by_policy: bool) -> None:
    call = Call(policy(drill=by_policy, rungs=[{"endpoint": "guard"}, {"endpoint": "county", "tries": 1}]))
    call.tell(admitted(drill=not by_policy))
    say_where(call)
    assert call.danger() == [ALERT, "dispatch_failed", ALERT, CALLED, TIMER]
    assert [one.endpoint for one in call.requests()] == ["county"]
    assert call.requests()[0].details == ()
    assert all(getattr(one, "drill", True) for one in call.all)
    assert call.time_passes() == [OVER, ALERT]


def test_a_drill_with_nobody_who_accepts_it_waits_for_people() -> None:
    call = Call(policy(drill=True, rungs=[{"endpoint": "guard"}]))
    assert call.danger() == [ALERT, "dispatch_failed", TIMER]
    assert call.state.phase == "people"


def test_where_she_is_goes_sealed_to_endpoints_that_may_know_and_to_no_other() -> None:
    call = Call(policy())
    say_where(call)
    say_where(call, entity="PHONE_NUMBER")
    say_where(call, entity="CREDIT_CARD")
    call.danger()
    county = call.requests()[0]
    assert [(one.about, one.pseudonym) for one in county.details] == [
        ("location", "<ADDRESS_1>"), ("callback", "<PHONE_NUMBER_1>"),
    ]
    call.failed("refused")
    assert call.requests()[-1].endpoint == "guard"
    assert call.requests()[-1].details == ()


def test_where_she_is_follows_when_it_is_said_after_the_dispatch() -> None:
    call = Call(policy())
    call.danger()
    assert say_where(call) == ["dispatch_supplemented"]
    told = call.all[-1]
    assert isinstance(told, DispatchSupplemented)
    assert (told.endpoint, [one.pseudonym for one in told.details]) == ("county", ["<ADDRESS_1>"])
    assert say_where(call) == []


def test_what_only_the_assistant_said_is_not_released() -> None:
    call = Call(policy())
    call.tell(EntitySealed(pseudonym="<LOCATION_1>", entity="LOCATION", key_id="k", sealed="c2VhbGVk"))
    call.danger()
    assert call.requests()[0].details == ()


STEPS = st.lists(
    st.sampled_from([
        "danger", "unsure", "fire", "yes", "no", "asked", "time", "delivered", "failed", "ack", "where", "again", "old",
    ]),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.randoms(use_true_random=False))
def test_redelivered_or_late_events_never_call_twice_for_the_same_and_never_climb_after_the_end(
    steps: list[str], chance: Any
) -> None:
    call = Call(policy())
    for step in steps:
        ended = call.state.phase == "acknowledged"
        before = len(call.requests())
        match step:
            case "danger":
                call.danger()
            case "unsure":
                call.danger(score=0.7)
            case "fire":
                call.danger("fire_gas_co")
            case "yes" | "no":
                call.says(step)
            case "asked":
                call.is_asked()
            case "time":
                call.time_passes()
            case "delivered" | "failed" if call.requests():
                call.delivered() if step == "delivered" else call.failed()
            case "ack":
                call.acknowledged()
            case "where":
                say_where(call)
            case "again" if call.events:
                call.tell_event(call.events[-1])
                assert len(call.requests()) == before
            case "old" if call.events:
                call.tell_event(chance.choice(call.events))
                assert len(call.requests()) == before
        if ended:
            assert len(call.requests()) == before
    told = call.requests()
    assert len({one.dispatch for one in told}) == len(told)
    if any(isinstance(one.data, EmergencyDetected) for one in call.events):
        assert any(isinstance(one, EmergencyAlerted) for one in call.all)  # a human is always told
    assert [one.attempt for one in call.all if isinstance(one, EmergencyAlerted)] == list(
        range(1, 1 + sum(isinstance(one, EmergencyAlerted) for one in call.all))
    )
    assert all(not one.because or one.answer != "silent" for one in call.all if isinstance(one, EmergencyAnswered))
