"""What a policy may act on though nobody asked for a person, and ordinary speech that only sounds like it."""

import pytest

from governance.triggers import triggers

pytestmark = pytest.mark.pure

HEARD = (
    ("legal_threat", "if this is not fixed today I'm going to sue you"),
    ("legal_threat", "you will be hearing from my lawyer"),
    ("legal_threat", "I'll take this to small claims court"),
    ("legal_threat", "I'm reporting you to the ombudsman"),
    ("complaint", "I want to make a complaint"),
    ("complaint", "who do I file a formal complaint with"),
    ("complaint", "I'm calling to complain about my stay"),
    ("cancellation", "I'd like to cancel my subscription"),
    ("cancellation", "please close my savings account"),
    ("cancellation", "I'm taking my business elsewhere"),
    ("vulnerable_customer", "my husband passed away last week"),
    ("vulnerable_customer", "my mother has dementia and I call for her"),
    ("vulnerable_customer", "I lost my job and can't pay the rent"),
    ("vulnerable_customer", "I'm deaf so please speak slowly"),
    ("assistant_failing", "this conversation is not working at all"),
    ("assistant_failing", "you're not listening to me"),
    ("assistant_failing", "we are going round in circles"),
)
ORDINARY = (
    "I don't want to make a complaint, I just have a question", "my brother is a lawyer and he wants a quote",
    "I am not going to sue anybody", "does my policy cover lawsuits", "my card is not working",
    "the app doesn't understand my accent", "don't cancel my account",
    "he passed out the flyers", "my mother passed her driving test", "is there a court near the hotel",
    "what time do you close", "I get the bill on Mondays", "I'm really happy with the service",
)


@pytest.mark.parametrize(("kind", "text"), HEARD)
def test_a_trigger_is_heard_as_what_it_is_with_its_words(kind: str, text: str) -> None:
    found = {signal.kind: signal for signal in triggers(text)}
    assert kind in found
    [place] = found[kind].evidence
    assert text[place.start : place.end].strip()
    assert found[kind].rule == f"escalation.{kind}"


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_speech_triggers_nothing(text: str) -> None:
    assert triggers(text) == ()
