"""A briefing says why, what and what next, within a minute, and never a placeholder's brackets."""

import pytest

from governance.briefing import MOST_CHARACTERS, words
from schemas.handoffs import CitedSentence
from tests.support.packets import packet

pytestmark = pytest.mark.pure


def test_a_briefing_says_why_she_is_asked_what_was_said_and_what_comes_next() -> None:
    told = packet("my card is <CREDIT_CARD_1>", event_id="e1").model_copy(update={
        "emergency": "medical", "next_step": CitedSentence(text="Offer a new card", turns=(1,)),
    })
    assert words(told) == (
        "Somebody may be in danger. Why you are asked: asked. The caller came with: “my card is credit card (hidden)” "
        "Next step: Offer a new card."
    )
    assert words(told.model_copy(update={"language": "fr-FR"})).startswith("Quelqu'un est peut-être en danger.")


def test_a_briefing_is_cut_at_a_sentence() -> None:
    long = tuple(CitedSentence(text=f"Sentence {number} of a long call.", turns=(1,)) for number in range(100))
    said = words(packet("hello", event_id="e1").model_copy(update={"summary": long}))
    assert len(said) < MOST_CHARACTERS
    assert said.endswith("of a long call.")
