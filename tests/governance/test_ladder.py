"""The ladder as a table: who is told and called, in which order, and that told the same again it says nothing new."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ladder import LadderState, decide
from infra.policies import load
from schemas.base import Data, Event, derived_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet
from schemas.emergencies import (
    DispatchAcknowledged,
    DispatchDelivered,
    DispatchFailed,
    DispatchRequested,
    DispatchSupplemented,
    EmergencyAcknowledged,
    EmergencyAlerted,
    EmergencyAnswered,
    EmergencyStoodDown,
)
from schemas.ladder import LadderRules
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, EntitySealed, RedactedSpan, UtteranceRedacted
from schemas.verdicts import EmergencyDetected, Evidence

pytestmark = pytest.mark.pure
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHIPPED = load()
TWO = {
    "endpoints": {"county": {"accepts_drills": True, "release": ["location", "callback"]}, "guard": {}},
    "rungs": [{"endpoint": "county", "tries": 2}, {"endpoint": "guard", "tries": 1}],
}
EMERGENCY = derived_id("acme/c1", "emergency", 0)


def policy(**ladder: Any) -> Policy:
    rules = LadderRules.model_validate({**TWO, **ladder})
    return SHIPPED.model_copy(update={"emergency": SHIPPED.emergency.model_copy(update={"ladder": rules})})


class Call:
    """One call's ladder; each thing told is an event one second later."""

    def __init__(self, rules: Policy) -> None:
        self.rules = rules
        self.state = LadderState()
        self.number = 0
        self.all: list[Data] = []
        self.events: list[Event] = []

    def tell(self, data: Data) -> list[str]:
        self.number += 1
        event = Event(
            id=f"e{self.number}", source="/tests", call_id="c1", tenant="acme",
            occurred_at=START + timedelta(seconds=self.number), data=data,
        )
        return self.tell_event(event)

    def tell_event(self, event: Event) -> list[str]:
        self.events.append(event)
        self.state, said = decide(self.state, event, self.rules)
        self.state = LadderState.model_validate(self.state.model_dump(mode="json"))  # it lies in a table between events
        self.all += said
        return [one.type for one in said]

    def says(self, text: str, *, utterance: str | None = None, spans: tuple[RedactedSpan, ...] = ()) -> list[str]:
        return self.tell(UtteranceRedacted(
            participant="caller", utterance=utterance or f"u{self.number + 1}", text=text, spans=spans, detector="d"
        ))

    def is_asked(self) -> list[str]:
        return self.tell(AssistantRedacted(
            stage="heard", utterance="a1", turn=1, text="Is somebody in danger right now?", detector="d"
        ))

    def danger(self, kind: str = "medical", *, score: float = 0.95) -> list[str]:
        return self.tell(EmergencyDetected.model_validate({
            "kind": kind, "rule": f"emergency.{kind}", "score": score, "reason": "r", "policy_version": "p@1",
            "provisional": True, "because": [Evidence(event_id="e1", turn=1, start=0, end=3)],
        }))

    def time_passes(self) -> list[str]:
        return self.tell(DeadlinePassed(deadline=self.state.deadline, why="emergency.acknowledge"))

    def delivered(self) -> list[str]:
        dispatch = self.requests()[-1]
        return self.tell(DispatchDelivered(
            emergency=EMERGENCY, dispatch=dispatch.dispatch, endpoint=dispatch.endpoint, status=202, took_ms=3
        ))

    def failed(self, outcome: str = "failed") -> list[str]:
        dispatch = self.requests()[-1]
        return self.tell(DispatchFailed.model_validate({
            "emergency": EMERGENCY, "dispatch": dispatch.dispatch, "endpoint": dispatch.endpoint, "outcome": outcome
        }))

    def acknowledged(self) -> list[str]:
        return self.tell(EmergencyAcknowledged(emergency=EMERGENCY, agent="ann", role="agent"))

    def requests(self) -> list[DispatchRequested]:
        return [one for one in self.all if isinstance(one, DispatchRequested)]


ALERT, CALLED, TIMER, OVER = "emergency_alerted", "dispatch_requested", "deadline_set", "ladder_exhausted"
ANSWERED, DOWN, ACKNOWLEDGED = "emergency_answered", "emergency_stood_down", "dispatch_acknowledged"


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


@pytest.mark.parametrize("text", ["yes", "yes please hurry", "please send an ambulance", "he is not breathing"])
def test_the_caller_confirms_and_the_dispatch_leaves(text: str) -> None:
    call = Call(policy())
    call.says("I think he has chest pain", utterance="u1")
    call.danger(score=0.75)
    call.is_asked()
    assert call.says(text) == [ANSWERED, CALLED, TIMER]


@pytest.mark.parametrize("text", ["no no I'm fine", "no", "it's nothing", "I was joking", "please don't send anyone"])
def test_the_caller_denies_and_nothing_leaves_but_people_were_told(text: str) -> None:
    call = Call(policy())
    assert ALERT in call.danger(score=0.75)
    call.is_asked()
    assert call.says(text) == [ANSWERED, DOWN]
    assert call.requests() == []
    assert call.time_passes() == []


@pytest.mark.parametrize("text", ["no I said Baker Street", "no", "yes", "okay", "I don't know"])
def test_words_that_answer_no_question_decide_nothing(text: str) -> None:
    call = Call(policy())
    call.danger(score=0.75)
    assert call.says(text) == []
    assert call.state.phase == "asking"


def test_the_sentence_that_raised_the_alarm_is_no_answer_to_it() -> None:
    call = Call(policy())
    call.says("no no I'm fine but", utterance="u1")
    call.danger(score=0.75)
    assert call.says("no no I'm fine, it was a false alarm", utterance="u1") == []


def test_a_caller_who_says_nothing_is_taken_to_need_help_unless_the_policy_says_otherwise() -> None:
    call = Call(policy())
    call.danger("self_harm")
    assert call.time_passes() == [ANSWERED, CALLED, TIMER]
    quiet = Call(policy(silence="alerts"))
    quiet.danger("self_harm")
    assert quiet.time_passes() == [ANSWERED, TIMER]
    assert quiet.state.phase == "people"


def test_a_denial_after_the_dispatch_tells_who_was_called() -> None:
    call = Call(policy())
    call.danger()
    call.delivered()
    assert call.says("no no I'm fine, it was a mistake") == [ANSWERED, DOWN]
    down = call.all[-1]
    assert isinstance(down, EmergencyStoodDown)
    assert down.tell == ("county",)


def test_a_denial_of_violence_or_self_harm_is_noted_and_stops_nothing_that_was_called() -> None:
    call = Call(policy())
    call.danger("violence")
    assert call.says("no no I'm fine") == [ANSWERED]
    assert call.state.phase == "climbing"
    waiting = Call(policy())
    waiting.danger("self_harm")
    assert waiting.says("I'm fine, don't send anyone") == [ANSWERED, TIMER]
    assert waiting.state.phase == "people"


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


def span(entity: str) -> RedactedSpan:
    return RedactedSpan(
        start=0, end=3, entity=entity, pseudonym=f"<{entity}_1>", score=0.9, recognizer="r", redacted_start=0,
        redacted_end=11,
    )


def say_where(call: Call, *, entity: str = "ADDRESS") -> list[str]:
    said = call.says(f"<{entity}_1>", spans=(span(entity),))
    sealed = EntitySealed(pseudonym=f"<{entity}_1>", entity=entity, key_id="k", sealed="c2VhbGVk")
    return said + call.tell(sealed)


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
