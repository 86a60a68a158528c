"""How much of an answer was heard, by how much of it was played."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.turns import Word
from streams.voice.spoken import Phrase, Spoken, lengths

pytestmark = pytest.mark.pure

ANSWER = Spoken([
    Phrase("It left yesterday. ", 0, 1_000), Phrase("It comes on Thursday.", 1_000, 2_000),
])


def test_only_whole_words_count() -> None:
    assert ANSWER.heard(0) == ""
    assert ANSWER.heard(500) == "It left"
    assert ANSWER.heard(1_000) == "It left yesterday."
    assert ANSWER.heard(1_600) == "It left yesterday. It comes on"
    assert ANSWER.heard(2_000) == ANSWER.text


def test_a_phrase_that_never_sounded_was_never_heard() -> None:
    assert Spoken([Phrase("Hello.", 0, 0)]).heard(500) == ""


@pytest.mark.parametrize("text", ["", " ", "…"])
def test_sound_whose_words_nobody_knows_is_no_words(text: str) -> None:
    assert Spoken([Phrase(text, 0, 1_000)]).heard(500) == ""


def test_a_word_takes_the_time_of_its_syllables_and_of_the_pause_after_it() -> None:
    assert sum(lengths("banana")) > sum(lengths("strength"))
    assert sum(lengths("no,")) > sum(lengths("no"))
    assert sum(lengths("é")) == sum(lengths("e"))


@given(st.integers(0, 2_500), st.integers(0, 2_500))
def test_more_playing_is_never_less_heard(first: int, more: int) -> None:
    assert ANSWER.heard(first + more).startswith(ANSWER.heard(first))


def test_where_the_voice_times_its_words_only_those_that_ended_were_heard() -> None:
    words = (Word(text="Your", start_ms=0, end_ms=100), Word(text="parcel", start_ms=100, end_ms=900),
             Word(text="arrives.", start_ms=900, end_ms=1_000))
    spoken = Spoken([Phrase("Your parcel arrives.", 500, 1_500, words=words)])
    assert [spoken.heard(ms) for ms in (500, 610, 1_300, 1_410, 1_500)] == [
        "", "Your", "Your", "Your parcel", "Your parcel arrives.",
    ]
    assert [(one.text, one.start_ms) for one in spoken.words()] == [("Your", 500), ("parcel", 600), ("arrives.", 1_400)]


def test_a_phrase_cut_off_keeps_its_space_from_the_one_before() -> None:
    words = (Word(text="You", start_ms=0, end_ms=300), Word(text="wait.", start_ms=300, end_ms=1_000))
    spoken = Spoken([Phrase("At Oak Supply.", 0, 1_000), Phrase(" You wait.", 1_000, 2_000, words=words)])
    assert spoken.heard(1_500) == "At Oak Supply. You"
