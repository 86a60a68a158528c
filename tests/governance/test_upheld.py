"""A model's sentence is read by nobody unless the turns it cites say it."""

from datetime import UTC, datetime

import pytest

from governance.upheld import sentence, upheld
from schemas.base import Participant
from schemas.handoffs import TranscriptLine

pytestmark = pytest.mark.pure


def line(turn: int, participant: Participant, text: str) -> TranscriptLine:
    return TranscriptLine(
        event_id=f"{participant}{turn}", participant=participant, turn=turn, text=text, at_ms=1000 * turn,
        occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


LINES = [
    line(1, "caller", "My parcel <NUMERIC_ID_1> never came. I paid 40 euros for it on Monday."),
    line(1, "assistant", "I have checked the order and it left the warehouse on Tuesday."),
    line(2, "caller", "I want a refund, and is my card blocked?"),
    line(2, "assistant", "I will send you a new parcel. I can't refund the money."),
    line(4, "caller", "It never rang and I paid 3 pounds. I did not read and sign it."),
    line(3, "caller", "No, I did not order two. If it comes on Friday I keep it."),
]

HOLD = [
    "The caller says that parcel <NUMERIC_ID_1> never came [1].",
    "She paid 40 euros on Monday [1].",
    "The assistant checked the order [1].",
    "The caller wants a refund [2].",
    "The caller asked whether her card is blocked [turn 2].",
    "The assistant will send a new parcel [2].",
    "The assistant can not refund the money [2].",
    "The caller did not order two [3].",

]
FALL = [
    "The caller paid 40 euros [9].",  # no such turn
    "The caller paid 40 euros.",  # no turn at all
    "The caller paid 50 euros [1].",
    "The caller paid forty thousand euros [1].",
    "The caller is called Margaret [1].",
    "Parcel <NUMERIC_ID_2> never came [1].",
    "The parcel came [1].",  # the denial is lost
    "The caller did not pay 40 euros on Monday [1].",  # a denial is added
    "The caller has a refund [2].",  # a wish is no fact
    "The caller's card is blocked [2].",  # a question is no fact
    "The assistant sent a new parcel [2].",  # announced, not done
    "The assistant can refund the money [2].",
    "The assistant will refund the money [2].",
    "The caller can send a new parcel [2].",  # the other one said it
    "The caller did order two [3].",
    "The caller keeps it on Friday [3].",  # only if
    "The caller threatened to sue [1, 2, 3].",
    "She paid 40 euros and cancelled the contract [1].",  # half of it is not enough
    "The caller paid 40 euros on Monday and the parcel came [1].",
    "The caller called [1].",  # says nothing
    "The customer [1].",
    "The caller signed it [4].",  # the denial reaches over the "and"
    "The caller never paid 3 pounds [4].",
]


@pytest.mark.parametrize("text", HOLD)
def test_what_the_turns_say_holds(text: str) -> None:
    one = sentence(text, LINES)
    assert one is not None
    assert one.turns[0] in (1, 2, 3, 4)
    assert one.at_ms == 1000 * one.turns[0]
    assert "[" not in one.text


@pytest.mark.parametrize("text", FALL)
def test_what_the_turns_do_not_say_falls(text: str) -> None:
    assert sentence(text, LINES) is None


def test_an_answer_of_several_lines_keeps_what_holds_and_counts_what_does_not() -> None:
    answer = "Summary:\n- She paid 40 euros on Monday [1].\n- She is a doctor [1].\n\n2. The caller wants a refund. [2]"
    kept, dropped = upheld(answer, LINES)
    assert [one.text for one in kept] == ["She paid 40 euros on Monday.", "The caller wants a refund."]
    assert dropped == 2
