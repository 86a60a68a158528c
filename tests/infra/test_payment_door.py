"""At the front door a payment window opens and closes once, and nothing of it goes further: real database."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from infra import payment_windows
from infra.clock import now
from infra.database import transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from schemas.base import Data, Event
from schemas.calls import CallEnded, CallStarted, DeadlinePassed, DtmfPressed
from schemas.payments import WITHHELD, PaymentDataDestroyed, PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import PaymentRules
from schemas.turns import AssistantGenerated, AssistantHeard, SpeechStarted, UtteranceFinalized
from tests.support.held_to import held_to

pytestmark = pytest.mark.contract

CARD = "4111 1111 1111 1111"
RULES = PaymentRules(asked_for=("CREDIT_CARD",), limit_ms=60_000)
QUESTION = "Please tell me your card number."


@pytest.fixture
def door(pool: Engine, tmp_path: Path) -> PaymentDoor:
    return PaymentDoor(
        engine=pool, keyring=Keyring(engine=pool, kek=tmp_path / "kek.json"), policy_of=held_to(RULES)
    )


def told(data: Data, name: str, *, call: str = "c1", tenant: str = "acme", at: datetime | None = None) -> Event:
    return event(data, call_id=call, tenant=tenant, source="/test", source_id=f"{call}/{name}", occurred_at=at or now())


def said(words: str = f"it is {CARD}", *, name: str = "u1") -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=name, text=words)


def asked(name: str = "a1", words: str = QUESTION) -> AssistantGenerated:
    return AssistantGenerated(utterance=name, turn=1, text=words)


def heard(name: str = "a1", words: str = QUESTION) -> AssistantHeard:
    return AssistantHeard(
        utterance=name, turn=1, text=words, played_ms=10, method="playback_mark", interrupted=False, mismatch=False
    )


def texts(events: list[Event]) -> list[object]:
    return [getattr(one.data, "text", getattr(one.data, "digits", one.type)) for one in events]


def test_words_and_keys_are_kept_until_a_channel_opens_and_again_after_it_closed(door: PaymentDoor) -> None:
    call = [
        told(CallStarted(channel="sip"), "0"), told(said("hello"), "1"), told(PaymentWindowOpened(), "2"),
        told(said(), "3"), told(DtmfPressed(digits="4111#"), "4"), told(PaymentWindowClosed(), "5"),
    ]
    assert texts(door.admit(call)) == [
        "call_started", "hello", "payment_window_opened", WITHHELD, "xxxxx", "payment_window_closed",
    ]
    assert texts(door.admit([told(said("goodbye", name="u2"), "6")])) == ["goodbye"]


def test_another_call_and_the_same_call_of_another_tenant_are_not_touched(door: PaymentDoor) -> None:
    door.admit([told(PaymentWindowOpened(), "1")])
    others = [told(said(), "2", call="c2"), told(said(), "2", tenant="other")]
    assert texts(door.admit(others)) == [said().text] * 2


def test_what_is_told_again_is_the_same_to_the_last_byte_and_opens_nothing(door: PaymentDoor) -> None:
    opening, asking = told(PaymentWindowOpened(), "1"), told(asked(), "1", call="c2")
    over = [told(PaymentWindowClosed(), "9"), told(CallEnded(reason="hangup"), "9", call="c2")]
    first = door.admit([opening, asking])
    ended = door.admit(over)
    assert door.admit([opening, asking]) == first
    assert door.admit(over) == ended
    assert texts(door.admit([told(said(), "10"), told(said(), "10", call="c2")])) == [said().text] * 2


def test_the_assistants_question_opens_one_window_and_stays_readable_itself(door: PaymentDoor) -> None:
    (question, opened) = door.admit([told(asked(), "1")])
    assert isinstance(opened.data, PaymentWindowOpened)
    label = held_to(RULES)("acme", "c1").label
    assert (opened.data.by, opened.data.policy_version, opened.cause) == ("policy", label, question.id)
    assert texts(door.admit([told(heard(), "2"), told(said(), "3"), told(heard("a2", f"so {CARD}"), "4")])) == [
        QUESTION, WITHHELD, WITHHELD,
    ]
    door.admit([told(PaymentWindowClosed(), "5")])
    assert texts(door.admit([told(heard(), "6")])) == [QUESTION]  # heard late: it opens nothing


def test_a_policy_that_asks_for_nothing_opens_nothing(pool: Engine, tmp_path: Path) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    door = PaymentDoor(engine=pool, keyring=keyring, policy_of=held_to(PaymentRules()))
    assert texts(door.admit([told(asked(), "1"), told(said(), "2")])) == [QUESTION, said().text]


def test_its_deadline_closes_it_and_the_deadline_of_an_earlier_one_does_not(door: PaymentDoor) -> None:
    first, _ = door.admit([told(PaymentWindowOpened(), "1"), told(PaymentWindowClosed(), "2")])
    second = door.admit([told(PaymentWindowOpened(), "3")])[0]
    assert isinstance(first.data, PaymentWindowOpened)
    assert isinstance(second.data, PaymentWindowOpened)

    def passed(window: str | None, name: str) -> list[Event]:
        return door.admit([told(DeadlinePassed(deadline="d", why="payment.window", about=window), name)])

    assert texts(passed(first.data.window, "4")) == ["deadline_passed"]
    assert texts(door.admit([told(said(), "5")])) == [WITHHELD]
    closed = passed(second.data.window, "6")[-1]
    assert isinstance(closed.data, PaymentWindowClosed)
    assert (closed.data.because, closed.data.window) == ("time", second.data.window)


def test_its_time_runs_out_although_no_timer_says_so(door: PaymentDoor) -> None:
    long_ago = now() - timedelta(seconds=61)
    door.admit([told(PaymentWindowOpened(), "1", at=long_ago)])
    assert texts(door.admit([told(said(), "2")])) == [said().text]


def test_the_end_of_the_call_closes_it_before_it_is_told(door: PaymentDoor) -> None:
    door.admit([told(PaymentWindowOpened(), "1")])
    assert texts(door.admit([told(CallEnded(reason="hangup"), "2")])) == ["payment_window_closed", "call_ended"]


def test_what_comes_late_is_withheld_with_a_receipt_that_tells_no_digit(door: PaymentDoor) -> None:
    at = now()
    door.admit([told(PaymentWindowOpened(), "1", at=at), told(PaymentWindowClosed(), "2")])
    late, receipt = door.admit([told(said(), "3", at=at)])
    assert texts([late]) == [WITHHELD]
    assert isinstance(receipt.data, PaymentDataDestroyed)
    assert (receipt.data.found, receipt.data.records) == ("at_the_door", 1)
    assert "4111" not in receipt.model_dump_json()


def test_a_number_in_an_id_of_the_channel_is_not_kept_either(door: PaymentDoor, pool: Engine) -> None:
    number = CARD.replace(" ", "")
    door.admit([told(PaymentWindowOpened(), "1")])
    began = SpeechStarted(participant="caller", at_ms=1, turn=1)
    kept = door.admit([told(said(name=f"u-{number}"), "2"), told(began, "3")])
    assert number not in "".join(one.model_dump_json() for one in kept)
    with transaction(pool) as connection:
        rows = connection.execute(text("SELECT to_jsonb(w)::text FROM payment_window AS w")).scalars().all()
        known = payment_windows.of_calls(connection, {("acme", "c1")})
    assert len(rows) == len(known["acme", "c1"]) == 1
    assert number not in rows[0]
