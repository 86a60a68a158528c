"""No audio of a call is kept before its caller agrees, none after she does not, and the manifest says why not."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from infra import recordings
from infra.clock import now
from infra.consent_door import ConsentDoor
from infra.database import transaction
from infra.event_bus import EventBus
from infra.front_door import event as arrival
from infra.keys import Keyring
from infra.policies import bundle
from infra.policy_book import PolicyBook
from infra.policy_yaml import Document
from infra.read_model import apply
from infra.recording_consents import Agreed
from schemas.base import Data, Event
from schemas.calls import CallEnded, CallStarted
from schemas.disclosures import ConsentGiven, ConsentRequired, ConsentWithdrawn
from schemas.recordings import RecordingCompleted, RecordingDestroyed
from schemas.redacted import AssistantRedacted
from streams.consent_sweep import ConsentSweeper
from tests.streams.test_recording import CALL, closed, frame, record, send
from tests.support.calls import TENANT, admitted, because, event, utterance
from tests.support.consent_calls import CONSENT

pytestmark = pytest.mark.flow
FACTS = {"rule": "consent.recording", "policy_version": "p@1"}


def begins(pool: Engine, place: str | None) -> None:
    """Let a call come in at the front door."""
    book = PolicyBook(engine=pool, house=bundle([Document("acme.yaml", CONSENT)]))
    ConsentDoor(engine=pool, policies=book).admit([told(CallStarted(channel="phone", jurisdiction=place), "start")])


def told(data: Data, name: str, *, ago: timedelta = timedelta(0)) -> Event:
    return arrival(data, call_id=CALL, tenant=TENANT, source="/test", source_id=name, occurred_at=now() - ago)


def fold(pool: Engine, *events: Event) -> None:
    with transaction(pool) as connection:
        for one in events:
            apply(connection, one)


def says(pool: Engine, shape: type[ConsentGiven | ConsentWithdrawn], name: str) -> None:
    fold(pool, told(shape(**FACTS, because=because()), name))


def frames(pool: Engine) -> list[int]:
    """Numbers of the first and last frame that are kept, in however many chunks they came."""
    with transaction(pool) as connection:
        kept = recordings.pieces(connection, TENANT, CALL)
    numbers = [at for one in kept if one.direction == "in" for at in (one.number, one.last)]
    return [min(numbers), max(numbers)] if numbers else []


async def test_nothing_is_kept_until_she_agrees_and_nothing_after_she_does_not(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    begins(pool, "US-CA")
    await send(bus, keyring, [frame(number) for number in range(10)], [frame(n, utterance="a1") for n in range(10)])
    await record(servers, pool, keyring)
    assert frames(pool) == []

    says(pool, ConsentGiven, "yes")
    await send(bus, keyring, [frame(number) for number in range(10, 30)], [])
    await record(servers, pool, keyring)
    assert frames(pool) == [10, 29]

    says(pool, ConsentWithdrawn, "no")
    await send(bus, keyring, [*(frame(number) for number in range(30, 40)), frame(40, "stop")], [])
    await record(servers, pool, keyring)
    sweeper = ConsentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0))
    assert sweeper.once() == 1
    assert sweeper.once() == 0
    assert frames(pool) == []

    heard = AssistantRedacted(stage="heard", utterance="a1", turn=1, text="hi", detector="d", played_ms=200)
    spoken = utterance("hello there").model_copy(update={"end_ms": 800})
    fold(pool, event(1, admitted()), event(2, spoken), event(3, heard), event(4, CallEnded(reason="hangup")))
    *receipts, over = closed(pool, keyring)
    (receipt,) = [one for one in receipts if isinstance(one, RecordingDestroyed)]
    assert receipt.because == "consent_withdrawn"
    assert isinstance(over, RecordingCompleted)
    assert (over.chunks, over.not_consented_ms, over.destroyed_ms) == (0, 1000, 0)
    assert {(one.direction, one.start_ms, one.end_ms, one.because) for one in over.absent} == {
        ("in", 0, 800, "not_consented"), ("out", 0, 200, "not_consented"),
    }


async def test_where_the_policy_says_none_a_call_is_recorded_as_before(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    begins(pool, "US-NY")
    await send(bus, keyring, [frame(number) for number in range(10)], [])
    await record(servers, pool, keyring)
    assert frames(pool) == [0, 9]


async def test_what_a_policy_keeps_after_a_no_is_what_was_recorded_before_it(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    fold(pool, told(ConsentRequired(**FACTS, mode="ask", on_refusal="keep"), "must"))
    says(pool, ConsentGiven, "yes")
    await send(bus, keyring, [frame(number) for number in range(10)], [])
    await record(servers, pool, keyring)
    says(pool, ConsentWithdrawn, "no")
    assert ConsentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0)).once() == 0
    assert frames(pool) == [0, 9]
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT swept_at IS NOT NULL FROM recording_consent")).scalar_one()


def test_a_hold_keeps_what_was_recorded_while_she_agreed(pool: Engine, keyring: Keyring) -> None:
    fold(pool, told(ConsentRequired(**FACTS, mode="ask", on_refusal="delete"), "must"))
    says(pool, ConsentGiven, "yes")
    says(pool, ConsentWithdrawn, "no")
    with transaction(pool) as connection:
        connection.execute(text(
            "INSERT INTO legal_hold (tenant, hold, call_id, reason, key_id, placed_by, placed_at) "
            "VALUES (:tenant, 'h', :call, '', 'k', 'dana', now())"
        ), {"tenant": TENANT, "call": CALL})
    sweeper = ConsentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0))
    sweeper.once()
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT swept_at IS NULL FROM recording_consent")).scalar_one()
        connection.execute(text("UPDATE legal_hold SET released_at = now(), released_by = 'dana'"))
    sweeper.once()
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT swept_at IS NOT NULL FROM recording_consent")).scalar_one()


def test_an_instant_is_kept_between_a_yes_and_a_no() -> None:
    at = now()
    second = timedelta(seconds=1)
    agreed = Agreed("ask", at, at + 2 * second)
    assert [agreed.at(at + n * second) for n in (-1, 0, 1, 2, 3)] == [False, True, True, False, False]
    assert Agreed("none", None, None).at(at)
    assert not Agreed("notice", None, None).at(at)
