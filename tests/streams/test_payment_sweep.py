"""A recording leaves a payment window out on purpose, and what was kept of one is destroyed with a receipt."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from infra import outbox, recording_gaps, recordings
from infra.clock import now
from infra.database import transaction
from infra.event_bus import EventBus
from infra.front_door import event as arrival
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from infra.read_model import apply
from schemas.base import Data, Event
from schemas.calls import CallEnded
from schemas.payments import PaymentDataDestroyed, PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import PaymentRules
from schemas.recordings import RecordingCompleted
from schemas.redacted import AssistantRedacted, EntitySealed
from streams.payment_sweep import PaymentSweeper
from tests.streams.test_recording import CALL, closed, frame, record, send
from tests.support.calls import TENANT, admitted, event, utterance
from tests.support.held_to import held_to

pytestmark = pytest.mark.flow


@pytest.fixture
def door(pool: Engine, keyring: Keyring) -> PaymentDoor:
    return PaymentDoor(engine=pool, keyring=keyring, policy_of=held_to(PaymentRules()))


def told(data: Data, name: str, *, ago: timedelta = timedelta(0)) -> Event:
    return arrival(
        data, call_id=CALL, tenant=TENANT, source="/test", source_id=name, occurred_at=now() - ago
    )


def fold(pool: Engine, *events: Event) -> None:
    with transaction(pool) as connection:
        for one in events:
            apply(connection, one)


def receipts(pool: Engine) -> list[PaymentDataDestroyed]:
    with transaction(pool) as connection:
        found = [one.data for _, one in outbox.unsent(connection)]
    return [one for one in found if isinstance(one, PaymentDataDestroyed)]


def chunks(pool: Engine) -> list[str]:
    with transaction(pool) as connection:
        return [one.sha256 for one in recordings.pieces(connection, TENANT, CALL)]


async def test_audio_of_an_open_window_is_not_recorded_and_the_recording_is_complete_all_the_same(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus, door: PaymentDoor
) -> None:
    await send(bus, keyring, [frame(number) for number in range(10)], [])
    await record(servers, pool, keyring)
    door.admit([told(PaymentWindowOpened(), "1")])
    hidden = [frame(number, utterance="a1") for number in range(20)]
    await send(bus, keyring, [*(frame(number) for number in range(10, 30)), frame(30, "dtmf")], hidden)
    door.admit([told(PaymentWindowClosed(), "2")])
    await send(bus, keyring, [*(frame(number) for number in range(31, 41)), frame(41, "stop")], [])
    await record(servers, pool, keyring)
    with transaction(pool) as connection:
        gaps = recording_gaps.left_out(connection, TENANT, CALL)
        kept = recordings.pieces(connection, TENANT, CALL)
    assert [(one.direction, one.stretch.utterance, one.stretch.start_ms, one.stretch.end_ms) for one in gaps] == [
        ("out", "a1", 0, 400), ("in", "", 200, 600),
    ]
    assert {one.direction for one in kept} == {"in"}
    assert not [at for one in kept for at in one.facts.keys_ms]

    heard = AssistantRedacted(stage="heard", utterance="a1", turn=1, text="<PAYMENT>", detector="d", played_ms=400)
    spoken = utterance("<PAYMENT>").model_copy(update={"end_ms": 600})
    fold(pool, event(1, admitted()), event(2, spoken), event(3, heard), event(4, CallEnded(reason="hangup")))
    (over,) = closed(pool, keyring)
    assert isinstance(over, RecordingCompleted)
    assert (over.caller_ms, over.destroyed_ms, over.speech_ms, over.covered_ms) == (400, 800, 1000, 1000)


async def test_what_was_kept_before_the_window_was_told_is_destroyed_with_a_receipt(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus, door: PaymentDoor
) -> None:
    await send(bus, keyring, [frame(number) for number in range(10)], [])
    await record(servers, pool, keyring)
    before = chunks(pool)
    at = now()
    sealed = EntitySealed(pseudonym="<CREDIT_CARD_1>", entity="CREDIT_CARD", key_id="k", sealed="c2VhbGVk")
    words = event(2, utterance("it is <CARD_1> yes"), at=at)
    fold(
        pool, event(1, admitted(), at=at - timedelta(hours=1)), words, event(3, sealed, at=at),
        event(4, utterance("hello there", name="u0"), at=at - timedelta(minutes=5)),
    )
    door.admit([told(PaymentWindowOpened(), "1", ago=timedelta(minutes=1))])
    closing = door.admit([told(PaymentWindowClosed(), "2")])
    sweeper = PaymentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0))
    assert sweeper.once() == 2
    assert chunks(pool) == []
    found = {one.found: one for one in receipts(pool)}
    assert found["in_the_recording"].digests == tuple(before)
    assert found["in_the_call"].digests == (words.id, event(3, sealed).id)
    with transaction(pool) as connection:
        said = connection.execute(text("SELECT text FROM utterance ORDER BY occurred_at")).scalars().all()
        facts = connection.execute(text("SELECT facts FROM utterance WHERE text = '<PAYMENT>'")).scalar_one()
        originals = connection.execute(text("SELECT count(*) FROM sealed_entity")).scalar_one()
    assert said == ["hello there", "<PAYMENT>"]
    assert ([one["pseudonym"] for one in facts["spans"]], facts["places"], originals) == (["<PAYMENT>"], [], 0)

    late = event(5, utterance("and <CARD_1>", name="u9"), at=at)
    fold(pool, late, *closing)  # it was on its way while the window closed
    assert sweeper.once() == 1
    assert receipts(pool)[-1].digests == (late.id,)
    assert sweeper.once() == 0
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT settled_at IS NOT NULL FROM payment_window")).scalar_one()


async def test_a_window_of_which_nothing_was_kept_leaves_no_receipt(
    pool: Engine, keyring: Keyring, door: PaymentDoor
) -> None:
    fold(pool, *door.admit([told(PaymentWindowOpened(), "1"), told(PaymentWindowClosed(), "2")]))
    assert PaymentSweeper(engine=pool, keyring=keyring, settled_after=timedelta(0)).once() == 0
    assert receipts(pool) == []
