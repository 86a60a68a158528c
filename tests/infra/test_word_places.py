"""Times that vendors give to pieces of text land on the words that were said."""

import pytest

from infra.speech.word_places import placed

pytestmark = pytest.mark.pure

TEXT = "Sure, your order 66 ships today."


def told(*tokens: tuple[str, int]) -> list[tuple[str, int, int]]:
    return [(one.text, one.start_ms, one.end_ms) for one in placed(TEXT, tokens, audio_ms=1_000)]


def test_words_last_until_the_next_begins() -> None:
    assert told(("Sure,", 0), ("your", 200), ("order", 300)) == [
        ("Sure,", 0, 200), ("your", 200, 300), ("order 66 ships today.", 300, 1_000),
    ]


def test_a_word_that_nobody_timed_belongs_to_the_one_before_it() -> None:
    assert told(("Sure", 0), ("order", 300), ("sixty-six", 400), ("ships", 600)) == [
        ("Sure, your", 0, 300), ("order 66", 300, 600), ("ships today.", 600, 1_000),
    ]


def test_split_and_glued_tokens_are_whole_words_again() -> None:
    assert told(("Su", 0), ("re", 50), (",", 90), (" ", 95), ("your order", 200), ("today", 700)) == [
        ("Sure,", 0, 200), ("your order 66 ships", 200, 700), ("today.", 700, 1_000),
    ]


def test_tokens_of_another_text_place_nothing() -> None:
    assert told(("goodbye", 0)) == []
