"""How much of an answer was heard, by how much of it was played."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.voice.spoken import Phrase, Spoken

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


@given(st.integers(0, 2_500), st.integers(0, 2_500))
def test_more_playing_is_never_less_heard(first: int, more: int) -> None:
    assert ANSWER.heard(first + more).startswith(ANSWER.heard(first))
