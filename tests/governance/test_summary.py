"""A summary says only what turns hold."""

from datetime import UTC, datetime

import pytest

from governance.summary import QUOTE_MOST, summarise
from schemas.base import Participant
from schemas.handoffs import TranscriptLine
from schemas.verdicts import Evidence, HandoffRequested

pytestmark = pytest.mark.pure


def line(n: int, participant: Participant, text: str) -> TranscriptLine:
    return TranscriptLine(
        event_id=f"e{n}", participant=participant, turn=n, text=text, occurred_at=datetime(2026, 3, 1, tzinfo=UTC)
    )


REQUEST = HandoffRequested(
    handoff="h", rule="escalation.explicit_request", reason="The caller asked for a person.", policy_version="p@1",
    queue="general", priority=5, because=(Evidence(event_id="e3", turn=3, start=0, end=4),),
)


def test_each_sentence_cites_a_turn_that_holds_its_quotation() -> None:
    lines = [
        line(1, "caller", "My card <CREDIT_CARD_1> was charged twice"),
        line(2, "assistant", "I can look into the charge."),
        line(3, "caller", "No, get me a person"),
    ]
    summary = summarise(lines, REQUEST, pseudonyms=["<CREDIT_CARD_1>"])
    by_turn = {one.turn: one.text for one in lines}
    for sentence in summary:
        quoted = sentence.text.partition("“")[2].partition("”")[0]
        assert all(turn in by_turn for turn in sentence.turns)
        assert not quoted or any(quoted in by_turn[turn] for turn in sentence.turns)
    assert any("<CREDIT_CARD_1>" in one.text and one.text.startswith("She gave") for one in summary)


def test_a_call_without_lines_still_says_why() -> None:
    assert [one.text for one in summarise([], REQUEST, pseudonyms=[])] == ["The caller asked for a person."]


def test_long_quotations_are_cut() -> None:
    summary = summarise([line(1, "caller", "word " * 200)], REQUEST, pseudonyms=[])
    assert max(len(one.text) for one in summary) < QUOTE_MOST + 40
