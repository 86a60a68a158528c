"""A key word is read as what was meant; other words, and places in the transcript, stay as they are."""

import pytest

from governance.phrases.plain import plain_speech
from governance.phrases.respelling import respelling

pytestmark = pytest.mark.pure

KEYS = respelling("human person talk representative unconscious someone", "parson persons")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("hooman", "human"), ("humen", "human"), ("tlak", "talk"), ("represenative", "representative"),
        ("parson", "parson"), ("tall", "tall"), ("woman", "woman"), ("costs", "costs"), ("unconcious", "unconscious"),
    ],
)  # fmt: skip
def test_a_misspelt_key_word_is_read_and_a_real_word_is_left_alone(said: str, meant: str) -> None:
    assert KEYS.of(said) == meant


def test_a_word_torn_in_two_is_one_word_whose_place_covers_both() -> None:
    said = "he is un conscious now"
    plain = plain_speech(said, meant=KEYS)
    assert plain.text == "he is unconscious now"
    start, end = plain.span(6, 17)
    assert said[start:end] == "un conscious"


def test_too_before_an_article_is_to() -> None:
    assert plain_speech("talk too a person", meant=KEYS).text == "talk to a person"


def test_without_key_words_nothing_is_respelt() -> None:
    assert plain_speech("talk too a hooman").text == "talk too a hooman"
