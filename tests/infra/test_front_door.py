"""What comes in at the front door is durable, sealed and ordered; what cannot be read leaves a digest only."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiokafka import ConsumerRecord
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import Engine

from infra import topics
from infra.clock import now
from infra.database import transaction
from infra.event_bus import EventBus
from infra.front_door import FrontDoor, event
from infra.keys import KeyDestroyed, Keyring
from schemas import codec
from schemas.base import Event
from schemas.calls import CallStarted
from schemas.deadletters import DeadLettered
from schemas.topics import CALL_DEADLETTERS, CALL_RAW
from schemas.turns import UtteranceFinalized
from tests.support.kafka import stored

pytestmark = pytest.mark.contract

SAID = "my card is 4111 1111 1111 1111"
NUMBER = "+15550100"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"


@pytest.fixture
async def door(broker: str, pool: Engine, keyring: Keyring) -> AsyncIterator[FrontDoor]:
    await topics.ensure(bootstrap_servers=broker, partitions=2, engine=pool)
    bus = EventBus(bootstrap_servers=broker, client_id="test")
    await bus.start()
    yield FrontDoor(bus=bus, keyring=keyring)
    await bus.stop()


def said(call_id: str, number: int, traceparent: str | None = None) -> Event:
    words = UtteranceFinalized(participant="caller", utterance=f"u{number}", text=SAID)
    return event(
        words, call_id=call_id, tenant="acme", source="/test", source_id=f"{call_id}/{number}", occurred_at=AT,
        traceparent=traceparent,
    )


def text_of(record: ConsumerRecord) -> bytes:
    return bytes(record.key + record.value + b"".join(name.encode() + value for name, value in record.headers))


async def test_a_value_on_the_topic_holds_no_clear_text_and_opens_to_its_event(
    door: FrontDoor, broker: str, keyring: Keyring
) -> None:
    started = event(
        CallStarted(channel="phone", caller=NUMBER), call_id="sealed", tenant="acme", source="/test",
        source_id="0", occurred_at=AT,
    )
    await door.accept([started, said("sealed", 1)])
    records = await stored(broker, CALL_RAW.name, 2, key="sealed")
    opened = []
    for record in records:
        assert b"4111" not in text_of(record)
        assert NUMBER.encode() not in text_of(record)
        assert b"text" not in record.value
        headers = codec.header_map(record.headers)
        value = keyring.open(
            key_id=headers["ce_keyid"], ciphertext=record.value, context=headers["ce_id"].encode()
        )
        opened.append(codec.read(headers, value))
    assert [one.model_copy(update={"traceparent": None}) for one in opened] == [started, said("sealed", 1)]


async def test_the_events_of_a_call_keep_their_order(door: FrontDoor, broker: str) -> None:
    sent = [said("ordered", number) for number in range(40)]
    await door.accept(sent[:25])
    await door.accept(sent[25:])
    found = await stored(broker, CALL_RAW.name, 40, key="ordered")
    assert [codec.header_map(record.headers)["ce_id"] for record in found] == [one.id for one in sent]


def test_what_a_channel_says_twice_is_the_same_event() -> None:
    assert said("c1", 1) == said("c1", 1)
    assert said("c1", 1).id != said("c1", 2).id


async def test_an_event_keeps_its_trace_and_one_without_gets_one(
    door: FrontDoor, broker: str, spans: InMemorySpanExporter
) -> None:
    await door.accept([said("traced", 1, PARENT), said("traced", 2)])
    first, second = await stored(broker, CALL_RAW.name, 2, key="traced")
    sent = [span for span in spans.get_finished_spans() if span.name == f"send {CALL_RAW.name}"]
    carried = [codec.header_map(one.headers)["traceparent"] for one in (first, second)]
    assert len(sent) == len(carried) == 2
    assert all(f"{span.context.span_id:016x}" in header for span, header in zip(sent, carried, strict=True))
    assert carried[0].split("-")[1] == PARENT.split("-")[1]
    assert sent[0].parent is not None
    assert f"{sent[0].parent.span_id:016x}" == PARENT.split("-")[2]
    assert sent[1].parent is None
    assert [name for name, _ in second.headers].count("traceparent") == 1


async def test_nothing_of_a_batch_is_sent_when_one_of_its_calls_was_forgotten(
    door: FrontDoor, broker: str, keyring: Keyring, pool: Engine
) -> None:
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant="acme", call_id="forgotten", at=now())
    with pytest.raises(KeyDestroyed):
        await door.accept([said("beside", 1), said("forgotten", 1)])
    await door.accept([said("beside", 2)])
    found = await stored(broker, CALL_RAW.name, 1, key="beside")
    assert codec.header_map(found[0].headers)["ce_id"] == said("beside", 2).id


async def test_a_dead_letter_holds_the_reason_and_only_a_digest_of_the_content(
    door: FrontDoor, broker: str
) -> None:
    content = f'{{"text": "{SAID}"}}'.encode()
    for _ in range(2):
        await door.dead_letter(
            topic="call.raw", call_id="unread", tenant="acme", reason="text: missing" + "." * 600, field="text",
            content=content,
        )
    records = await stored(broker, CALL_DEADLETTERS.name, 2, key="unread")
    assert all(b"4111" not in text_of(record) for record in records)
    once, again = (codec.read(codec.header_map(record.headers), record.value) for record in records)
    assert once.id == again.id
    assert isinstance(once.data, DeadLettered)
    assert (once.data.field, once.data.size) == ("text", len(content))
    assert once.data.sha256 == hashlib.sha256(content).hexdigest()
    assert len(once.data.reason) == 500


async def test_a_call_id_that_cannot_be_read_is_not_passed_on(door: FrontDoor, broker: str) -> None:
    await door.dead_letter(
        topic="call.raw", call_id=f"call {NUMBER}\n", tenant="acme", reason="call id", field="subject", content=b"x"
    )
    found = await stored(broker, CALL_DEADLETTERS.name, 1, key="unreadable")
    assert NUMBER.encode() not in text_of(found[0])
