"""A payment window opens by channel or policy, closes by event, time or the call's end; what is said in it is gone."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.payment_window import PaymentState, Window, decide, withheld
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet, DtmfPressed
from schemas.payments import WITHHELD, PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import PaymentRules
from schemas.redacted import AssistantRedacted
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    SpeechStarted,
    UtteranceFinalized,
    Word,
)

pytestmark = pytest.mark.pure
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = "4242 4242 4242 4242"
ON_CARDS = PaymentRules(open_when_asked_for=("CREDIT_CARD",), limit_ms=30_000)


def fold(*told: Data, rules: PaymentRules = ON_CARDS) -> list[Data]:
    state, said = PaymentState(), []
    for n, data in enumerate(told):
        event = Event(
            id=arrival_id("/test", str(n)), source="/test", call_id="c1", tenant="default", occurred_at=AT, data=data
        )
        state, answer = decide(PaymentState.model_validate(state.model_dump(mode="json")), event, rules)
        said += answer
    return said


def asks(text: str = "What is your card number, please?") -> AssistantRedacted:
    return AssistantRedacted(stage="generated", utterance="a", turn=1, text=text, detector="d")


def admitted(language: str) -> CallAdmitted:
    return CallAdmitted(
        channel="test", caller_pseudonym=None, language=language, encoding=None, sample_rate=None,
        audio_partition=None, policy_version="p@1",
    )


def test_the_policy_opens_one_when_the_assistant_asks_for_what_it_names() -> None:
    opened, limit = fold(asks())
    assert isinstance(opened, PaymentWindowOpened)
    assert (opened.opened_by, opened.within_ms) == ("policy", 30_000)
    assert isinstance(limit, DeadlineSet)
    assert (limit.about, limit.due_at) == (opened.window, AT + timedelta(seconds=30))


def test_another_question_or_another_policy_opens_none() -> None:
    assert fold(asks("What is your name?")) == []
    assert fold(asks(), rules=PaymentRules()) == []


def test_the_question_is_read_in_the_language_of_the_call() -> None:
    asked = asks("Quel est votre numéro de carte, s'il vous plaît ?")
    assert isinstance(fold(admitted("fr-FR"), asked)[0], PaymentWindowOpened)
    assert fold(admitted("en"), asked) == []


def test_time_closes_the_window_that_is_open_and_no_other() -> None:
    opened = PaymentWindowOpened(window="w1", within_ms=10_000)
    limit, closed = fold(opened, DeadlinePassed(deadline="d", why="payment_window", about="w1"))
    assert isinstance(limit, DeadlineSet)
    assert limit.due_at == AT + timedelta(seconds=10)
    assert closed == PaymentWindowClosed(window="w1", reason="time")
    other = DeadlinePassed(deadline="d", why="payment_window", about="w0")
    assert [type(one) for one in fold(opened, other)] == [DeadlineSet]
    late = DeadlinePassed(deadline="d", why="payment_window", about="w1")
    assert [type(one) for one in fold(opened, PaymentWindowClosed(window="w1"), late)] == [DeadlineSet]


def test_a_channel_cannot_hold_one_open_for_longer_than_the_policy_allows() -> None:
    (limit,) = fold(PaymentWindowOpened(window="w1", within_ms=900_000))
    assert isinstance(limit, DeadlineSet)
    assert limit.due_at == AT + timedelta(seconds=30)


def test_the_end_of_the_call_closes_it() -> None:
    said = fold(PaymentWindowOpened(window="w1"), CallEnded(reason="hangup"))
    assert said[-1] == PaymentWindowClosed(window="w1", reason="call_ended")


@pytest.mark.parametrize(
    "data",
    [
        InterimTranscribed(participant="caller", utterance="u", turn=1, text=CARD),
        UtteranceFinalized(
            participant="caller", utterance="u", turn=1, text=CARD, words=(Word(text="4242", start_ms=0, end_ms=9),)
        ),
        AssistantGenerated(utterance="a", turn=1, text=CARD),
        AssistantSynthesised(utterance="a", turn=1, text=CARD, audio_ms=1),
        AssistantHeard(utterance="a", turn=1, text=CARD, played_ms=1, method="playback_mark", interrupted=False,
                       mismatch=False),
        DtmfPressed(digits="4242#"),
    ],
)  # fmt: skip
def test_nothing_of_words_and_keys_is_left(data: Data) -> None:
    left = withheld(data)
    assert left is not None
    assert type(left) is type(data)
    assert "4242" not in left.model_dump_json()
    assert isinstance(left, DtmfPressed) or WITHHELD in left.model_dump_json()


def test_what_holds_no_words_is_not_touched() -> None:
    assert withheld(SpeechStarted(participant="caller", at_ms=1, turn=1)) is None


def test_either_clock_is_enough() -> None:
    minute = timedelta(minutes=1)
    one = Window(
        window="w", opened_at=AT, until=AT + minute, said_from=AT + 60 * minute, said_until=AT + 61 * minute
    )
    assert one.holds(at=AT - 60 * minute, now=AT)
    assert one.holds(at=AT + 60 * minute, now=AT + 90 * minute)
    assert not one.holds(at=AT + 61 * minute, now=AT + minute)
