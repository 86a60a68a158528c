"""Who has the floor when both speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.barge_in import Overlap, OverlapRules, decide, is_backchannel, keeps_still_ms

pytestmark = pytest.mark.pure

RULES = OverlapRules()


def meaning(speech_ms: int, text: str = "", *, speaking: bool = True) -> str:
    return decide(Overlap(speech_ms=speech_ms, text=text, speaking=speaking), RULES)


@pytest.mark.parametrize("text", [
    "Mm-hm.", "Uh.", "Erm.", "Er, okay.", "Yeah.", "okay, yeah", "I see.", "Thank you.", "Uh-huh, got it.",
])
def test_a_backchannel_leaves_the_floor(text: str) -> None:
    assert is_backchannel(text)
    assert meaning(400, text) == "undecided"
    assert meaning(400, text, speaking=False) == "backchannel"


@pytest.mark.parametrize("text", ["Stop.", "No, wait", "yeah but I want a refund", "What about my order"])
def test_words_take_the_floor(text: str) -> None:
    assert meaning(400, text) == "barge_in"
    assert meaning(400, text, speaking=False) == "barge_in"


@pytest.mark.parametrize("text", ["I", "Thank", "Okay, got", "of"])
def test_the_beginning_of_a_backchannel_takes_the_floor_only_once_it_did_not_become_one(text: str) -> None:
    assert meaning(400, text) == "undecided"
    assert meaning(400, text, speaking=False) == "barge_in"
    assert meaning(400, f"{text} want a refund") == "barge_in"
    assert meaning(RULES.certain_ms, text) == "barge_in"


def test_a_short_word_takes_the_floor_where_a_breath_of_its_length_does_not() -> None:
    assert meaning(RULES.word_ms, "No.") == "barge_in"
    assert meaning(RULES.word_ms, "No.", speaking=False) == "barge_in"
    assert meaning(RULES.word_ms, speaking=False) == "backchannel"
    assert still_ms(RULES.word_ms, "No.", speaking=False) == RULES.patience_ms
    assert still_ms(RULES.word_ms, speaking=False) == 0


def test_a_click_is_no_barge_in() -> None:
    assert meaning(100) == "undecided"
    assert meaning(100, speaking=False) == "backchannel"


def test_long_speech_takes_the_floor_before_a_word_is_known() -> None:
    assert meaning(999) == "undecided"
    assert meaning(1000) == "barge_in"


@given(st.integers(0, 5_000), st.text(max_size=30))
def test_what_is_over_is_decided(speech_ms: int, text: str) -> None:
    assert meaning(speech_ms, text, speaking=False) != "undecided"


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.text(max_size=30))
def test_more_speech_never_gives_the_floor_back(speech_ms: int, more: int, text: str) -> None:
    assert meaning(speech_ms, text) != "barge_in" or meaning(speech_ms + more, text) == "barge_in"


def still_ms(speech_ms: int, text: str = "", *, speaking: bool) -> int:
    return keeps_still_ms(Overlap(speech_ms=speech_ms, text=text, speaking=speaking), RULES)


@given(st.integers(0, 5_000), st.text(max_size=30))
def test_the_assistant_is_still_while_the_caller_speaks(speech_ms: int, text: str) -> None:
    assert still_ms(speech_ms, text, speaking=True) > 0


def test_after_a_breath_or_a_backchannel_it_goes_on_at_once_and_waits_a_little_for_words_nobody_knows_yet() -> None:
    assert still_ms(100, speaking=False) == 0
    assert still_ms(400, "Mm-hm.", speaking=False) == 0
    assert still_ms(400, speaking=False) == RULES.patience_ms
    assert still_ms(400, "Stop.", speaking=False) == RULES.patience_ms
