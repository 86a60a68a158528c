"""Words and keys of an open payment window are withheld, the late ones too; what comes outside of it is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.payment_window import LATEST_OPENING, PaymentWindow, asks, begin, is_withheld, window_of, withheld
from governance.redacting import RedactionState, Words
from governance.redacting_payments import pass_withheld
from governance.verdicts import VerdictsState, decide
from infra.policies import load
from schemas.base import Data, Event
from schemas.calls import DeadlineSet, DtmfPressed, DtmfRedacted, ParticipantJoined
from schemas.payments import WITHHELD, PaymentWindowOpened
from schemas.policies import PaymentRules
from schemas.redacted import AssistantRedacted, InterimRedacted, UtteranceRedacted
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
    Word,
)
from schemas.verdicts import EmergencyDetected, HandoffRequested

pytestmark = pytest.mark.pure

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = PaymentRules(asked_for=("CREDIT_CARD", "CVV"), limit_ms=60_000)
CARD = "four one one one"
POLICY = load()
ASSISTANT = "the number is 4111"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(data: Data, seconds: float) -> Event:
    return Event(id=f"e{seconds}", source="/t", call_id="c", tenant="acme", occurred_at=at(seconds), data=data)


def final(text: str = CARD, *, length_ms: int = 0, name: str = "u1") -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=name, text=text, start_ms=0, end_ms=length_ms)


def opened(seconds: float = 10, *, told: float | None = None, limit_ms: int | None = None) -> PaymentWindow:
    known_at = at(seconds if told is None else told)
    return begin("w", occurred_at=at(seconds), known_at=known_at, limit_ms=limit_ms, rules=RULES)


def closed(seconds: float) -> PaymentWindow:
    return opened().model_copy(update={"closed_at": at(seconds)})


def below(kept: Data) -> Data:
    """What the room of redaction passes on."""
    assert isinstance(kept, Words | DtmfPressed)
    _, (passed,) = pass_withheld(RedactionState(), kept, POLICY)
    return passed


def belongs(one: Event, window: PaymentWindow, *, received: float) -> bool:
    return window_of(one, [window], received_at=at(received)) is not None


def test_a_window_lasts_as_long_as_the_policy_lets_it_and_a_channel_may_only_shorten_it() -> None:
    assert opened().closes_at == at(70)
    assert opened(limit_ms=5_000).closes_at == at(15)
    assert opened(limit_ms=3_600_000).closes_at == at(70)
    assert opened().over_at == at(70)
    assert closed(30).over_at == at(30)
    assert closed(300).over_at == at(70)


def test_a_window_begins_when_it_was_opened_though_it_is_told_late_but_never_by_a_wrong_clock() -> None:
    assert opened(10, told=40).opened_at == at(10)
    assert opened(500, told=40).opened_at == at(40)
    assert opened(-100_000, told=0).opened_at == at(0) - LATEST_OPENING


def test_what_comes_while_it_is_open_belongs_to_it_and_what_comes_before_and_after_does_not() -> None:
    window = closed(30)
    assert not belongs(event(final(), 9), window, received=9.1)
    assert belongs(event(final(), 9), window, received=11)
    assert belongs(event(final(), 20), window, received=20.1)
    assert belongs(event(DtmfPressed(digits="4111"), 20), window, received=20.1)
    assert not belongs(event(final(), 31), window, received=31.1)
    assert not belongs(event(ParticipantJoined(participant="human"), 20), window, received=20)


def test_what_was_said_within_it_belongs_to_it_however_late_it_comes() -> None:
    window = closed(30)
    assert belongs(event(final(), 29), window, received=300)
    assert belongs(event(final(length_ms=4_000), 33), window, received=33)  # began at 29
    begun = window.model_copy(update={"utterances": ("u1",)})
    assert belongs(event(final(), 33), begun, received=33)
    assert not belongs(event(final(name="u2"), 33), begun, received=33)


def test_its_time_runs_out_although_nobody_closes_it() -> None:
    assert belongs(event(final(), 69), opened(), received=69.5)
    assert not belongs(event(final(), 71), opened(), received=71)


def test_the_question_that_opened_it_may_be_read_as_it_was_spoken_and_heard() -> None:
    window = opened().model_copy(update={"asked_in": "a1"})
    question = AssistantSynthesised(utterance="a1", turn=1, text="Your card number, please?", audio_ms=900)
    assert not belongs(event(question, 11), window, received=11)
    assert belongs(event(question.model_copy(update={"utterance": "a2"}), 11), window, received=11)
    assert belongs(event(final(name="a1"), 11), window, received=11)  # a caller's cannot take its name


@pytest.mark.parametrize("text", [
    "Please tell me your card number, digit by digit.", "And what is the three digit code on the back?",
    "Quel est votre numéro de carte ?",
])
def test_the_assistants_question_for_a_card_opens_a_window_where_the_policy_says_so(text: str) -> None:
    question = AssistantGenerated(utterance="a1", turn=1, text=text)
    assert asks(question, RULES)
    assert not asks(question, PaymentRules())
    assert not asks(final(text), RULES)


def test_other_questions_open_none() -> None:
    for text in ("What is your name?", "What is your order number?", "Would you like anything else?"):
        assert not asks(AssistantGenerated(utterance="a1", turn=1, text=text), RULES)


def test_nothing_of_the_words_is_left() -> None:
    word = Word(text="four", start_ms=0, end_ms=100)
    heard = AssistantHeard(
        utterance="a", turn=1, text=ASSISTANT, played_ms=10, method="playback_mark", interrupted=False, mismatch=False
    )
    for data in (
        final().model_copy(update={"words": (word,)}),
        InterimTranscribed(participant="caller", utterance="u1", text=CARD),
        AssistantGenerated(utterance="a", turn=1, text=ASSISTANT),
        AssistantSynthesised(utterance="a", turn=1, text=ASSISTANT, audio_ms=10, words=(word,)),
        heard, DtmfPressed(digits="4111"),
    ):
        kept = withheld(event(data, 1))
        assert not any(one in kept.model_dump_json() for one in ("four", "4111"))
        assert is_withheld(kept)
        assert not is_withheld(data)
        match below(kept):
            case UtteranceRedacted() | InterimRedacted() | AssistantRedacted() as one:
                assert (one.text, [span.pseudonym for span in one.spans]) == (WITHHELD, [WITHHELD])
            case one:
                assert isinstance(one, DtmfRedacted)
                assert (one.count, one.pseudonym) == (4, WITHHELD)


@pytest.mark.parametrize("interim", [False, True])
def test_a_caller_in_danger_is_heard_though_her_words_are_withheld(interim: bool) -> None:
    text = "my husband is not breathing please send an ambulance"
    said: Data = InterimTranscribed(participant="caller", utterance="u1", text=text) if interim else final(text)
    kept = withheld(event(said, 20))
    state, answers = decide(VerdictsState(), event(below(kept), 20), POLICY)
    _, again = decide(state, event(below(kept), 21), POLICY)
    found = [*answers, *again]
    assert [one.kind for one in found if isinstance(one, EmergencyDetected)] == ["medical"]
    assert [one.queue for one in found if isinstance(one, HandoffRequested)] == ["emergency"]


def test_a_request_for_a_person_is_heard_too() -> None:
    kept = withheld(event(final("I want to speak to a human being please"), 20))
    _, answers = decide(VerdictsState(), event(below(kept), 20), POLICY)
    assert [one.queue for one in answers if isinstance(one, HandoffRequested)] == ["general"]


def test_an_opened_window_asks_for_the_timer_that_closes_it() -> None:
    told = event(PaymentWindowOpened(window="w", closes_at=at(70)), 10)
    _, (timer,) = decide(VerdictsState(), told, POLICY)
    assert isinstance(timer, DeadlineSet)
    assert (timer.about, timer.due_at) == ("w", at(70))
