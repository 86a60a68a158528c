"""What the caller says to the confirming question, and what the ladder does with it."""


import pytest

from schemas.emergencies import (
    EmergencyStoodDown,
)
from tests.support.climb import (
    ALERT,
    ANSWERED,
    CALLED,
    DOWN,
    TIMER,
    Call,
    policy,
)

pytestmark = pytest.mark.pure


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
