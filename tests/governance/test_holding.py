"""Of what is still being said nothing is passed on that may be half of a number, a spelling or an address."""

from random import Random

import pytest

from governance.holding import open_end, question_after
from tests.support.said_numbers import PAUSES, card, said

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("my card is four", "my card is "),
        ("my card is 4242 4242 and then", "my card is "),
        ("it's B U T", "it's "),
        ("write to jo underscore", "write to "),
        ("write to jo dot bell at gmail", "write to "),
        ("my email is tamsin", "my email is "),
        ("I can't breathe", "I can't breathe"),
        ("there is a fire at my house", "there is a fire at my house"),
        ("four two is what I said and it is wrong", "four two is what I said and it is wrong"),
        ("", ""),
    ],
)
def test_the_open_end_stays_here(text: str, passed: str) -> None:
    assert text[: open_end(text)] == passed


def test_the_beginning_of_an_address_that_was_asked_for_stays_here() -> None:
    assert open_end("jo bell", asked="EMAIL_ADDRESS") == 0


def test_of_a_growing_card_no_digit_is_passed_on() -> None:
    random = Random(9)
    for _ in range(300):
        words = said(random, card(random))
        text = "my card is "
        for n, word in enumerate(words):
            text += (random.choice(PAUSES) if n else "") + word
            assert text[: open_end(text)] == "my card is "


@pytest.mark.parametrize("reply", ["mm-hm", "okay", "go ahead", "and the next digits please", "four two, yes"])
def test_a_reply_that_asks_nothing_new_leaves_the_question(reply: str) -> None:
    assert question_after("What is your card number?", reply) == "What is your card number?"


def test_a_new_question_takes_the_place_of_the_one_before() -> None:
    assert question_after("What is your card number?", "And what is your last name?") == "And what is your last name?"
    assert question_after(None, "hello") == "hello"
