"""When the caller's turn has ended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.endpointing import Limits, Pause, decide, may_have_ended, reads_as_digits, reads_unfinished

pytestmark = pytest.mark.pure

LIMITS = Limits()


def ended(silence_ms: int, *, text: str = "", probability: float | None = None, digits: bool = False) -> bool:
    pause = Pause(silence_ms=silence_ms, text=text, probability=probability, digits=digits)
    return decide(pause, LIMITS).ended


def test_a_finished_sentence_ends_at_the_floor() -> None:
    assert ended(200, text="I want to speak to customer support.", probability=0.9)
    assert not ended(199, text="I want to speak to customer support.", probability=0.9)


def test_what_sounds_unfinished_is_waited_for() -> None:
    assert not ended(400, text="I want to speak", probability=0.2)
    assert ended(700, text="I want to speak", probability=0.2)


def test_a_sentence_that_stops_at_an_article_is_waited_for_whatever_it_sounds_like() -> None:
    assert not ended(1200, text="I'd like to return the", probability=0.99)
    assert ended(1600, text="I'd like to return the", probability=0.99)


def test_a_pause_between_groups_of_digits_does_not_end_the_turn() -> None:
    assert not ended(800, text="four two four two", probability=0.9)
    assert not ended(800, text="It is A-7", digits=True, probability=0.9)
    assert ended(1100, text="four two four two", probability=0.9)


@pytest.mark.parametrize("text", ["I want to", "my number is", "well,", "so I was..."])
def test_text_that_reads_unfinished(text: str) -> None:
    assert reads_unfinished(text)


@pytest.mark.parametrize("text", ["", "Where is it?", "That is all.", "Who are you?", "What is that for?"])
def test_text_that_reads_finished(text: str) -> None:
    assert not reads_unfinished(text)


def test_one_number_in_a_sentence_is_not_a_number_being_read_out() -> None:
    assert not reads_as_digits("I bought two")
    assert reads_as_digits("my card is 4242 4242")


@given(
    st.integers(0, 4_000), st.integers(0, 4_000), st.text(max_size=40), st.none() | st.floats(0, 1), st.booleans()
)
def test_longer_silence_never_undoes_an_end(
    silence: int, more: int, text: str, probability: float | None, digits: bool
) -> None:
    before = ended(silence, text=text, probability=probability, digits=digits)
    after = ended(silence + more, text=text, probability=probability, digits=digits)
    assert after or not before


@given(st.text(max_size=40), st.none() | st.floats(0, 1), st.booleans())
def test_floor_and_ceiling_hold(text: str, probability: float | None, digits: bool) -> None:
    assert not ended(LIMITS.floor_ms - 1, text=text, probability=probability, digits=digits)
    assert ended(LIMITS.ceiling_ms, text=text, probability=probability, digits=digits)


@given(
    st.integers(0, 2_000), st.sampled_from(["", "Where is my order?", "I would like to", "four two four two"]),
    st.none() | st.floats(0, 1), st.booleans(),
)
def test_an_answer_is_begun_on_suspicion_only_where_the_turn_would_end_by_the_same_signs(
    silence_ms: int, text: str, probability: float | None, digits: bool
) -> None:
    pause = Pause(silence_ms=silence_ms, text=text, probability=probability, digits=digits)
    if may_have_ended(pause, LIMITS):
        assert text == "Where is my order?"
        assert silence_ms >= LIMITS.eager_ms
        assert decide(pause.model_copy(update={"silence_ms": LIMITS.floor_ms}), LIMITS).ended


def test_an_answer_is_begun_before_the_floor() -> None:
    assert may_have_ended(Pause(silence_ms=128, text="Where is my order?", probability=0.9), LIMITS)
