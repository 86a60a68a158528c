"""The assistant's question tells the ear to expect a number."""

import pytest

from governance.number_question import asks_for_number, last_digits

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("text", [
    "I can look that up. What is your order number?",
    "Please tell me the card number.",
    "I need the digits of the order number, one by one. It is in your confirmation e-mail.",
    "Which four digits does the card end in?",
    "What's your phone number?",
])
def test_a_question_for_a_number(text: str) -> None:
    assert asks_for_number(text)


@pytest.mark.parametrize("text", [
    "",
    "How can I help you with your order?",
    "Order with the number you gave left our warehouse yesterday and should be with you on Thursday.",
    "What is your order number? Thank you. I found it. It left yesterday.",
])
def test_no_question_for_a_number(text: str) -> None:
    assert not asks_for_number(text)


@pytest.mark.parametrize(("keys", "spoken"), [
    ("4242424242424242#", "4 2 4 2"), ("12345", "2 3 4 5"), ("1234", ""), ("1", ""), ("#", ""),
])
def test_only_the_last_digits_of_a_longer_number_are_read_back(keys: str, spoken: str) -> None:
    assert last_digits(keys) == spoken
