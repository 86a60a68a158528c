"""A long call stays within its budget, and what was said early is still there, in the words that were said."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.window import Remembered, take, tokens
from schemas.speech import ChatMessage

pytestmark = pytest.mark.pure

SAID = st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text("abc .?<>1\n", min_size=1, max_size=80)))


def say(
    talk: Remembered, role: Literal["user", "assistant"], text: str, *, most: int = 4, budget: int = 300
) -> Remembered:
    return take(talk, ChatMessage(role=role, text=text), most_messages=most, budget=budget)


def test_a_fact_said_early_is_still_there_after_a_long_talk() -> None:
    talk = say(Remembered(), "user", "I am allergic to nuts. My name is <PERSON_1>.")
    for number in range(30):
        talk = say(talk, "assistant", f"Here is thing number {number} of the many things.")
        talk = say(talk, "user", "Right then go on please")
    assert "I am allergic to nuts" in talk.summary
    assert "<PERSON_1>" in talk.summary
    assert len(talk.messages) <= 4


def test_what_was_not_said_stands_in_no_summary() -> None:
    talk = Remembered()
    for number in range(9):
        talk = say(talk, "assistant", f"You owe {number} euros. That is")  # cut: only what was heard is remembered
    assert "That is" in talk.summary
    assert "That is not much" not in talk.summary


@given(SAID)
def test_the_budget_holds_and_every_word_was_said(said: list[tuple[Literal["user", "assistant"], str]]) -> None:
    talk = Remembered()
    for role, text in said:
        talk = say(talk, role, text, most=3, budget=120)
    whole = [text for _, text in said]
    assert len(talk.messages) <= 3
    assert not talk.summary or tokens(talk.summary) <= 60
    for line in talk.lines:
        words = line.split(": ", 1)[1]
        assert any(words in text for text in whole)
    if len(talk.messages) > 1:
        assert sum(tokens(one.text) for one in talk.messages) <= 80
