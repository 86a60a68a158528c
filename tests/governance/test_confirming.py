"""What the caller's words say of the danger: yes, no, or nothing of it."""

import pytest

from governance.confirming import asks, reply
from streams.voice.lines import Lines

pytestmark = pytest.mark.pure


def said(text: str, *, asked: bool = False) -> str | None:
    return reply(text, asked=asked, threshold=0.7)


@pytest.mark.parametrize("text", [
    Lines().urgent, "Is this an emergency?", "Should I send an ambulance?", "Are you safe right now?",
    "Is anyone hurt?", "Do you want me to call the police?",
])
def test_a_question_about_the_danger_is_the_confirming_question(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["How can I help you?", "I am sending an ambulance.", "What is your order number?"])
def test_another_question_or_a_statement_is_not(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize("text", [
    "no no I'm fine", "oh no everything's... I mean everybody is okay", "it's nothing", "that was a joke",
    "I was just kidding", "there is no emergency", "false alarm sorry", "don't send anyone", "no need to call anybody",
    "we don't need an ambulance", "nobody is hurt", "I didn't mean it", "she's perfectly all right",
])
def test_a_plain_denial_counts_unasked(text: str) -> None:
    assert said(text) == "denied"


@pytest.mark.parametrize("text", [
    "I'm fine but my mother is not breathing", "no he is not breathing", "no there's still smoke, the house is on fire",
    "please send an ambulance", "hurry up", "we need help", "call the police",
])
def test_danger_spoken_of_again_or_a_plea_confirms_unasked(text: str) -> None:
    assert said(text) == "confirmed"


@pytest.mark.parametrize(
    ("text", "asked", "wanted"),
    [
        ("yes", True, "confirmed"), ("yes", False, None), ("no", True, "denied"), ("no", False, None),
        ("nope", True, "denied"), ("yeah he is", True, "confirmed"), ("I'm fine but", True, None),
        ("um yes", True, "confirmed"), ("twelve Baker Street", True, None), ("what did you say", True, None),
    ],
)
def test_a_bare_yes_or_no_counts_after_the_question_only(text: str, asked: bool, wanted: str | None) -> None:
    assert said(text, asked=asked) == wanted
