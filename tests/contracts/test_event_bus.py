"""The event bus and the topics keep their promises on both brokers."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from sqlalchemy import Engine

from governance.errors import InputError, TransientError
from infra import embedded_broker as embedded
from infra import topics
from infra.child_process import free_port
from infra.event_bus import EventBus, Record
from schemas.topics import TOPICS, Topic
from tests.support.kafka import stored

pytestmark = pytest.mark.contract

NAMES = itertools.count()
PARTITIONS = 3


@pytest.fixture
async def topic(broker: str, pool: Engine) -> str:
    """Make a topic of this test's own."""
    made = Topic(f"test.bus.{next(NAMES)}", (), retention_ms=3_600_000)
    await topics.ensure(bootstrap_servers=broker, partitions=PARTITIONS, engine=pool, topics=[made])
    return made.name


@pytest.fixture
async def bus(broker: str) -> AsyncIterator[EventBus]:
    opened = EventBus(bootstrap_servers=broker, client_id="test")
    await opened.start()
    yield opened
    await opened.stop()


async def test_what_send_returns_from_is_on_the_topic(bus: EventBus, broker: str, topic: str) -> None:
    await bus.send(topic, key="c1", value=b"sealed", headers=[("ce_id", b"e1"), ("ce_type", b"t")])
    record = (await stored(broker, topic, 1))[0]
    assert (record.key, record.value) == (b"c1", b"sealed")
    assert list(record.headers) == [("ce_id", b"e1"), ("ce_type", b"t")]


async def test_a_call_keeps_its_order_and_its_partition(bus: EventBus, broker: str, topic: str) -> None:
    sent = [Record(topic, f"c{number % 5}", str(number).encode(), []) for number in range(200)]
    await bus.send_all(sent)
    found = await stored(broker, topic, 200)
    for call in {record.key for record in sent}:
        of_call = [record for record in found if record.key == call.encode()]
        assert [record.value for record in of_call] == [one.value for one in sent if one.key == call]
        assert len({record.partition for record in of_call}) == 1


async def test_a_record_goes_to_the_partition_it_names(bus: EventBus, broker: str, topic: str) -> None:
    await bus.send_all([Record(topic, "c1", b"a", [], partition) for partition in range(PARTITIONS)])
    assert {record.partition for record in await stored(broker, topic, PARTITIONS)} == set(range(PARTITIONS))


async def test_senders_at_once_lose_nothing(bus: EventBus, broker: str, topic: str) -> None:
    sends = (bus.send(topic, key=f"c{number}", value=str(number).encode(), headers=[]) for number in range(100))
    await asyncio.gather(*sends)
    assert {record.value for record in await stored(broker, topic, 100)} == {str(n).encode() for n in range(100)}


async def test_a_record_too_large_is_refused_and_the_bus_goes_on(bus: EventBus, broker: str, topic: str) -> None:
    with pytest.raises(InputError, match="larger"):
        await bus.send(topic, key="c1", value=bytes(3_000_000), headers=[])
    await bus.send(topic, key="c1", value=b"next", headers=[])
    assert [record.value for record in await stored(broker, topic, 1)] == [b"next"]


async def test_a_bus_that_is_stopped_says_so(broker: str) -> None:
    bus = EventBus(bootstrap_servers=broker, client_id="test")
    await bus.start()
    await bus.stop()
    with pytest.raises(TransientError, match="not connected"):
        await bus.send("call.raw", key="c1", value=b"", headers=[])


async def test_no_broker_is_a_transient_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.event_bus.CONNECT_ATTEMPTS", 2)
    with pytest.raises(TransientError, match="no broker answers"):
        await EventBus(bootstrap_servers=f"127.0.0.1:{free_port()}", client_id="test").start()


async def test_a_broker_that_goes_away_is_a_transient_error() -> None:
    broker = embedded.start()
    bus = EventBus(bootstrap_servers=broker.bootstrap_servers, client_id="test")
    await bus.start()
    await bus.send("call.raw", key="c1", value=b"kept", headers=[])
    broker.process.kill()
    with pytest.raises(TransientError, match="did not store"):
        await bus.send("call.raw", key="c1", value=b"lost", headers=[])
    await bus.stop()
    broker.stop()


async def test_every_topic_is_made_with_its_partitions_and_retention(broker: str, pool: Engine) -> None:
    ours = [replace(topic, name=f"test.{next(NAMES)}.{topic.name}") for topic in TOPICS]
    await topics.ensure(bootstrap_servers=broker, partitions=PARTITIONS, engine=pool, topics=ours)
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    try:
        made = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics()}
        asked = await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in ours]
        )
    finally:
        await admin.close()
    assert {topic.name: made.get(topic.name) for topic in ours} == {topic.name: PARTITIONS for topic in ours}
    kept = {of[3]: {entry[0]: entry[1] for entry in of[4]} for answer in asked for of in answer.resources}
    for topic in ours:
        assert kept[topic.name]["retention.ms"] == str(topic.retention_ms)


async def test_making_topics_again_or_at_once_begins_no_new_life(broker: str, pool: Engine) -> None:
    made = [Topic(f"test.once.{next(NAMES)}", (), retention_ms=3_600_000) for _ in range(2)]
    ensured = (
        topics.ensure(bootstrap_servers=broker, partitions=1, engine=pool, topics=made) for _ in range(4)
    )
    await asyncio.gather(*ensured)
    first = topics.incarnations(pool)
    assert set(first) == {topic.name for topic in made}
    await topics.ensure(bootstrap_servers=broker, partitions=1, engine=pool, topics=made)
    assert topics.incarnations(pool) == first


async def test_a_topic_made_anew_begins_a_new_life(broker: str, pool: Engine) -> None:
    made = [Topic(f"test.anew.{next(NAMES)}", (), retention_ms=3_600_000)]
    await topics.ensure(bootstrap_servers=broker, partitions=1, engine=pool, topics=made)
    first = topics.incarnations(pool)
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.delete_topics([made[0].name])
    while made[0].name in await admin.list_topics():
        await asyncio.sleep(0.05)
    await admin.close()
    await topics.ensure(bootstrap_servers=broker, partitions=1, engine=pool, topics=made)
    assert topics.incarnations(pool) != first


async def test_another_cluster_is_another_life_and_coming_back_is_the_old_one(
    embedded_broker: embedded.EmbeddedBroker, pool: Engine
) -> None:
    made = [Topic(f"test.cluster.{next(NAMES)}", (), retention_ms=3_600_000)]
    other = embedded.start()
    lives = []
    for address in (embedded_broker.bootstrap_servers, other.bootstrap_servers, embedded_broker.bootstrap_servers):
        await topics.ensure(bootstrap_servers=address, partitions=1, engine=pool, topics=made)
        lives.append(topics.incarnations(pool))
    other.stop()
    assert lives[0] == lives[2] != lives[1]


async def test_before_any_topic_is_made_no_life_is_known(pool: Engine) -> None:
    with pytest.raises(TransientError, match="callwarden topics"):
        topics.incarnations(pool)
