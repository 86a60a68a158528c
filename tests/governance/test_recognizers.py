"""Spoken personal data is found in every form people use, and ordinary speech is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.recognizers.emails import emails
from governance.recognizers.every import recognize
from governance.redaction import without_overlaps
from tests.support.speech_forms import cards, spoken_digits

pytestmark = pytest.mark.pure

FOUND = (
    ("my card is four one one one double one eleven um forty-one eleven", None, "CREDIT_CARD"),
    ("the PIN number is one zero one seven", None, "PASSWORD"),
    ("my social security number is zero eight five three six nine five two two", None, "US_SSN"),
    ("the last four of my social are 2123", None, "US_SSN"),
    ("you can call me back on 450 0840", None, "PHONE_NUMBER"),
    ("it is lionel underscore wash at gmail dot com", None, "EMAIL_ADDRESS"),
    ("a one b two at a b c dot com", None, "EMAIL_ADDRESS"),
    ("write to jo.b@example.com", None, "EMAIL_ADDRESS"),
    ("my date of birth is march twenty-first nineteen seventy-nine", None, "DATE_OF_BIRTH"),
    ("14th of june 1908", None, "DATE_OF_BIRTH"),
    ("my name is veena", None, "PERSON"),
    ("it's under the name of Toney Pentaris", None, "PERSON"),
    ("butler b u t l e r", None, "PERSON"),
    ("this is marcus speaking", None, "PERSON"),
    ("claim number is erq 857", None, "CLAIM_NUMBER"),
    ("seventy-eight ninety-three rutherford avenue", None, "ADDRESS"),
    ("s w one a one a a", None, "ADDRESS"),
    ("one twenty three dot one dot o dot forty", None, "IP_ADDRESS"),
    ("eight four two", "What is the security code on the back?", "CVV"),
    ("harriet twombly", "May I have your name, please?", "PERSON"),
    ("w 2 k 9 g e", "What is your postcode?", "ADDRESS"),
    ("seven seven four two", "Could you tell me your account number?", "ACCOUNT_NUMBER"),
)
LEFT = (
    "two or three days",
    "at nine thirty please",
    "a table for four at seven",
    "it cost two hundred and fifty dollars",
    "I paid $1,250.50 on march 3rd",
    "five hundred dollars from my checking account",
    "we moved here in 2020",
    "I have a 401k",
    "call 911",
    "I waited forty five minutes",
    "twenty percent off",
    "three people for two nights",
    "what is my balance",
    "the second one",
    "one or two more questions",
    "can I change my PIN",
    "my account was charged twice",
    "I need to update my email address",
    "I would like to open a savings account",
    "look at google dot com",
    "I ordered 12 pizzas and 3 salads",
    "from 9 to 5 on weekdays",
    "is there an ATM near me",
)


@pytest.mark.parametrize(("said", "asked", "kind"), FOUND)
def test_spoken_personal_data_is_found(said: str, asked: str | None, kind: str) -> None:
    assert kind in {span.type for span in recognize(said, asked)}


@pytest.mark.parametrize("said", LEFT)
def test_ordinary_speech_is_left_alone(said: str) -> None:
    assert [span.type for span in recognize(said) if span.score >= 0.4] == []


@pytest.mark.parametrize("said", ["I don't know what you mean", "can I speak to an agent", "why do you need that"])
def test_who_does_not_answer_the_question_says_nothing_personal(said: str) -> None:
    assert recognize(said, "What is your name?") == []


@settings(max_examples=300, deadline=None)
@given(
    cards().flatmap(lambda card: st.tuples(st.just(card), spoken_digits(card))),
    st.sampled_from(["", "it's ", "my card number is ", "sure, the number is "]),
    st.sampled_from(["", " thanks", " and it expires in may"]),
)
def test_no_card_leaks_however_it_is_said(made: tuple[str, str], before: str, after: str) -> None:
    said = before + made[1] + after
    hidden = bytearray(len(said))
    for span in without_overlaps(span for span in recognize(said) if span.score >= 0.4):
        hidden[span.start : span.end] = b"\1" * (span.end - span.start)
    first, last = len(before), len(before) + len(made[1])
    assert all(hidden[at] for at in range(first, last) if said[at].isalnum()), (said, "a card's character is readable")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.none() | st.text(max_size=80))
def test_any_text_gives_spans_inside_it(text: str, question: str | None) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in recognize(text, question))


def test_a_text_of_nothing_but_dots_and_letters_is_read_to_its_end() -> None:
    assert emails("a." * 4_000) == []
    assert emails("a." * 4_000 + "@") == []
