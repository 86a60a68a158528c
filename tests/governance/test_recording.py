"""What of a recording may be heard: only what was read, never the words of a span, and in doubt nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.recording import (
    MARGIN_MS,
    Characters,
    Plan,
    Said,
    Stretch,
    hide,
    of_assistant,
    of_caller,
    unheard,
    united,
)
from governance.sounding import places
from schemas.recordings import Interval
from schemas.redacted import RedactedSpan, SoundPlace
from schemas.turns import Word

pytestmark = pytest.mark.pure

TEXT = "my pin is four two thanks"
WORDS = tuple(
    Word(text=word, start_ms=1000 + 400 * at, end_ms=1300 + 400 * at) for at, word in enumerate(TEXT.split())
)


def span(text: str, inside: str = TEXT) -> RedactedSpan:
    start = inside.index(text)
    return RedactedSpan(
        start=start, end=start + len(text), entity="PASSWORD", pseudonym="<PASSWORD_1>", score=1, recognizer="r",
        redacted_start=start, redacted_end=start + 12,
    )


def said(*spans: RedactedSpan, words: tuple[Word, ...] = WORDS, start_ms: int = 1000, end_ms: int = 3500) -> Said:
    return Said(
        participant="caller", utterance="u1", start_ms=start_ms, end_ms=end_ms,
        spans=tuple(Characters(start=one.start, end=one.end) for one in spans), places=places(TEXT, words, spans),
    )


def lets_through(plan: Plan, at_ms: int) -> bool:
    inside = any(one.start_ms <= at_ms < one.end_ms for one in plan.audible)
    return inside and not any(one.start_ms <= at_ms < one.end_ms for one in plan.masked)


def test_the_words_of_a_span_are_masked_and_their_neighbours_are_not() -> None:
    plan = of_caller([said(span("four two"))], keys_ms=())
    assert [at for at in range(1000, 3500, 50) if not lets_through(plan, at)] == list(range(2050, 3050, 50))


def test_what_nobody_read_is_not_audible() -> None:
    plan = of_caller([said()], keys_ms=())
    assert lets_through(plan, 1200)
    assert not lets_through(plan, 900)
    assert not lets_through(plan, 3500)


@pytest.mark.parametrize(
    "words",
    [
        (),
        WORDS[:-1],
        tuple(one.model_copy(update={"start_ms": one.start_ms + 9000, "end_ms": one.end_ms + 9000}) for one in WORDS),
        tuple(reversed(WORDS)),
        tuple(one.model_copy(update={"start_ms": 3000 - at * 300}) for at, one in enumerate(WORDS)),
    ],
)
def test_where_the_words_cannot_be_placed_the_whole_utterance_is_masked(words: tuple[Word, ...]) -> None:
    assert hide(said(span("four two"), words=words)) == [Interval(start_ms=1000 - MARGIN_MS, end_ms=3500 + MARGIN_MS)]


def test_a_span_found_later_is_masked_where_its_words_are() -> None:
    before = said()
    later = before.model_copy(update={"spans": (Characters(start=10, end=18),)})
    assert not lets_through(of_caller([later], keys_ms=()), 2300)
    assert lets_through(of_caller([later], keys_ms=()), 1500)


def test_the_places_of_a_span_do_not_tell_the_lengths_of_its_words() -> None:
    found = places(TEXT, WORDS, [span("four two")])
    assert [TEXT[one.start : one.end] for one in found] == ["my", "pin", "is", "four two", "thanks"]


def test_pressed_keys_are_masked() -> None:
    plan = of_caller([said()], keys_ms=[2000])
    assert not lets_through(plan, 1900)
    assert not lets_through(plan, 2300)
    assert lets_through(plan, 3000)


def test_the_assistants_words_are_masked_in_each_stretch_of_its_audio() -> None:
    one = Said(
        participant="assistant", utterance="a1", start_ms=0, end_ms=2000, spans=(Characters(start=6, end=10),),
        places=(
            SoundPlace(start=0, end=5, start_ms=0, end_ms=1000), SoundPlace(start=6, end=10, start_ms=1000, end_ms=2000)
        ),
    )
    stretches = [
        Stretch(utterance="a1", said_ms=0, start_ms=5000, end_ms=6500),
        Stretch(utterance="a1", said_ms=1500, start_ms=9000, end_ms=9500),
        Stretch(utterance="unknown", said_ms=0, start_ms=9500, end_ms=9900),
    ]
    plan = of_assistant([one], stretches)
    assert lets_through(plan, 5500)
    assert not any(lets_through(plan, at) for at in (6100, 6400, 9100, 9600))


def test_a_text_that_was_withheld_is_not_audible() -> None:
    one = Said(participant="assistant", utterance="a1", start_ms=0, end_ms=0, withheld=True)
    plan = of_assistant([one], [Stretch(utterance="a1", said_ms=0, start_ms=0, end_ms=1000)])
    assert not lets_through(plan, 500)


def test_speech_without_audio_is_named() -> None:
    held = [Interval(start_ms=0, end_ms=2000)]
    (one,) = unheard([said()], held)
    assert (one.utterance, one.missing_ms) == ("u1", 1500)
    assert unheard([said(end_ms=2050)], held) == []


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 300))))
def test_united_stretches_hold_the_same_moments(raw: list[tuple[int, int]]) -> None:
    given_ = [Interval(start_ms=start, end_ms=start + length) for start, length in raw]
    found = united(given_)
    moments = {at for one in given_ for at in range(one.start_ms, one.end_ms)}
    assert {at for one in found for at in range(one.start_ms, one.end_ms)} == moments
    assert all(a.end_ms < b.start_ms for a, b in pairwise(found))


@given(st.integers(0, 5), st.integers(0, 5), st.integers(-200, 200))
def test_no_word_of_a_span_is_ever_let_through(first: int, last: int, off_ms: int) -> None:
    first, last = min(first, last), max(first, last)
    text = " ".join(TEXT.split()[first : last + 1])
    moved = tuple(
        one.model_copy(update={"start_ms": one.start_ms + off_ms, "end_ms": one.end_ms + off_ms}) for one in WORDS
    )
    plan = of_caller([said(span(text), words=moved)], keys_ms=())
    for word in moved[first : last + 1]:
        assert not any(lets_through(plan, at) for at in range(word.start_ms, word.end_ms, 10))
