"""The scripted dialogue: three personas hold their conversations, the same way every time."""

from pathlib import Path

import pytest

from infra.local_models.dialogue import Message, answer
from infra.local_models.script import UnreadableScript, load_script, packaged_scripts, read_script

pytestmark = pytest.mark.pure

SCRIPTS = packaged_scripts()
MINIMAL = "persona: x\ndescription: d\ngreeting: g\nfallbacks: [f]\n"


def converse(persona: str, *said: str) -> list[str]:
    """What the assistant says after each of the caller's turns."""
    messages = [Message("system", "be brief"), Message("assistant", SCRIPTS[persona].greeting)]
    answers = []
    for text in said:
        messages.append(Message("user", text))
        answers.append(answer(SCRIPTS[persona], messages))
        messages.append(Message("assistant", answers[-1]))
    return answers


@pytest.mark.parametrize("persona", ["orders", "insurance", "helpdesk", "reception"])
def test_every_greeting_discloses_the_assistant_and_the_recording(persona: str) -> None:
    greeting = answer(SCRIPTS[persona], [Message("system", "")])
    assert "You are speaking with an AI assistant; this call is recorded." in greeting


@pytest.mark.parametrize("persona", ["orders", "insurance", "helpdesk"])
@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("My house is on fire!", "If you are in danger call your local emergency number."),
        ("please help, I can't breathe", "I'm getting a person for you right now."),
        ("I'd like to speak to customer support.", "I'm getting a person for you"),
        ("can I talk to a real person", "I'm getting a person for you"),
        ("Agent, please.", "I'm getting a person for you"),
        ("It is <CREDIT_CARD_1>.", "The number is hidden from me"),
        ("4111 1111 1111 1111", "I will not read it back"),
        ("the card ending in 4242", "ending in 4242"),
        ("my mail is <EMAIL_ADDRESS_1>", "I have your e-mail address"),
        ("Are you a robot?", "I am an AI assistant"),
        ("flurb", "I'm sorry, I did not understand that."),
    ],
)
def test_every_persona_knows_what_all_must_know(persona: str, said: str, says: str) -> None:
    assert says in converse(persona, said)[0]


def test_an_order_number_is_asked_for_and_read_back() -> None:
    answers = converse("orders", "Hi, where is my order?", "um, one moment", "It's 4 4 2 1.")
    assert answers[0] == "I can look that up. What is your order number?"
    assert answers[1].startswith("I did not catch the number.")
    assert answers[2].startswith("Order 4 4 2 1 left our warehouse")


def test_an_order_number_given_at_once_is_not_asked_for() -> None:
    assert converse("orders", "Where is my order A-4421?")[0].startswith("Order A-4421 left")
    assert converse("orders", "Where is my order four four two one")[0].startswith("Order four four two one left")


def test_a_pseudonym_is_never_spoken() -> None:
    spoken = converse("orders", "where is my order <ORDER_NUMBER_1>") + converse(
        "insurance", "a quote please", "<PERSON_1>", "a Volvo", "2019", "<LOCATION_1>", "it's <EMAIL_ADDRESS_1>"
    )
    assert not [line for line in spoken if "<" in line]


def test_the_quote_form_is_filled_in_question_by_question() -> None:
    answers = converse(
        "insurance", "a quote for my car", "Ann Lee", "Volvo V60.", "2019", "SW1A", "ann at mail dot com"
    )
    asked = ("full name", "make and model", "which year", "postcode", "e-mail address")
    assert all(words in line for words, line in zip(asked, answers, strict=False))
    assert "Volvo V60, first registered 2019." in answers[-1]


def test_a_question_within_the_form_is_answered_and_the_form_goes_on() -> None:
    answers = converse("insurance", "a quote", "Ann Lee", "What does it cover?", "I want the quote")
    assert "standard policy covers" in answers[2]
    assert "make and model" in answers[3]


def test_danger_cuts_into_the_form() -> None:
    assert "local emergency number" in converse("insurance", "a quote", "I smell gas in the house")[1]


def test_a_question_that_the_caller_cut_off_is_asked_again_in_words_she_heard() -> None:
    heard = [Message("user", "where is my order"), Message("assistant", "I can"), Message("user", "my parcel is late")]
    assert answer(SCRIPTS["orders"], heard) == "I can look that up. What is your order number?"


@pytest.mark.parametrize(
    ("persona", "said"),
    [("orders", "What's your return policy?"), ("insurance", "what do you cover"), ("helpdesk", "the VPN fails")],
)
def test_every_persona_has_an_answer_long_enough_to_be_interrupted(persona: str, said: str) -> None:
    assert len(converse(persona, said)[0].split()) >= 30


def test_a_second_fallback_differs_from_the_first() -> None:
    first, second = converse("orders", "flurb", "flurb")
    assert first != second


def test_the_same_conversation_gets_the_same_answers() -> None:
    said = ("where is my order", "4421", "return policy", "flurb", "thanks")
    assert converse("orders", *said) == converse("orders", *said)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("persona: [", "bad.yaml: not YAML"),
        ("persona: x\n", "greeting: Field required"),
        (MINIMAL + "surprise: 1\n", "surprise: Extra inputs"),
        (MINIMAL + "extends: nobody\n", "no packaged script 'nobody'"),
        (MINIMAL + "extends: orders\n", "'orders' extends another script itself"),
        (MINIMAL + "intents: [{name: a, patterns: ['('], answers: [b]}]\n", "intents.0.patterns.0.*regular expression"),
        (MINIMAL + "intents: [{name: a, patterns: [a], answers: ['{b}']}]\n", "uses {b}, which is none of its slots"),
        (MINIMAL + "intents: [{name: a, patterns: [a], answers: ['{b']}]\n", "intents.0"),
    ],
)
def test_a_wrong_script_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UnreadableScript, match=says):
        read_script(text, source="bad.yaml")


def test_a_script_of_ones_own_extends_the_front_desk(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINIMAL + "extends: reception\n", encoding="utf-8")
    assert "I'm getting a person" in answer(load_script(file), [Message("user", "my kitchen is on fire")])
    with pytest.raises(UnreadableScript, match="cannot be read"):
        load_script(tmp_path / "missing.yaml")
