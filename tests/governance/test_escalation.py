"""An explicit request for a person is a command; talk about people is not."""

import pytest

from governance.escalation import asks_for_a_person

pytestmark = pytest.mark.pure

ASKING = (
    "can i speak to a human",
    "agent",
    "representative please",
    "customer service",
    "I'd like to speak with someone in billing",
    "um can I uh just talk to a a real person please",
    "get me a human, my order is wrong",
    "connect me to a representative",
    "could you transfer my call to the billing department",
    "let me speak to the person in charge",
    "I don't want to talk to a robot",
    "is there anyone I can speak with",
    "have someone call me back",
    "give me your manager",
    "how do I get a hold of a person",
    "can you put me on with a supervisor",
    "I want to escalate this to a manager",
    "I'm done talking to a machine",
    "why can't I just speak with a human",
    "put a person on the phone",
    "stop I want to talk to an agent",
    "no I said I want to speak with a person",
    "i need to speak to a represenative",
    "can i talk to some one real",
    "conect me with a humen please",
    "i'd like to take this up with your manager",
    "could i have a word with the owner",
    "is there any way for a human to take over",
    "get me an english speaking agent",
    "i want to speak with marcus in the loans department",
    "i'd like a call back from a person",
)
NOT_ASKING = (
    "is this a real person?",
    "am I talking to a human or a robot",
    "don't transfer me",
    "please do not transfer me to an agent",
    "I don't want to talk to a representative",
    "I need to talk to my financial advisor before I decide",
    "my office manager will send the form",
    "I spoke to a representative yesterday",
    "a table for one person",
    "what is the customer service number",
    "I need to add a person to my policy",
    "I want to transfer money to a person",
    "do I need to speak to an agent for this",
    "he wants to talk to his manager",
    "can someone help with my passcode",
    "I was transferred three times already",
    "I am the manager of the store",
    "how much is it per person",
    "let me talk to my husband and call you back",
    "my sister is a real estate agent",
    "speak english please",
    "I was talking to an agent and we got cut off",
    "you sound just like a real human",
    "no need for an agent I can do it myself",
    "send this to a person I know",
    "connect me to the wifi",
    "yep people",
    "i want to be an agent for your company",
    "how long is the wait for an agent",
)


@pytest.mark.parametrize("text", ASKING)
def test_a_request_for_a_person_is_heard(text: str) -> None:
    assert asks_for_a_person(text) is not None


@pytest.mark.parametrize("text", NOT_ASKING)
def test_talk_about_people_is_no_request(text: str) -> None:
    assert asks_for_a_person(text) is None


def test_the_evidence_is_the_words_that_ask() -> None:
    text = "Um, hello, can I talk to, uh, a person?"
    signal = asks_for_a_person(text)
    assert signal is not None
    assert text[signal.evidence[0].start : signal.evidence[0].end] == "can I talk to, uh, a person"


@pytest.mark.parametrize("text", ASKING)
def test_capitals_and_punctuation_change_nothing(text: str) -> None:
    assert asks_for_a_person(text.upper()) is not None
    assert asks_for_a_person(text.replace("'", "").replace(",", "").replace("?", "")) is not None
