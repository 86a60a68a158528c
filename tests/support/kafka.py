"""Real brokers for tests, one of each for a session: the embedded one, and Apache Kafka where Java and Maven are."""

import asyncio
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from infra import apache_kafka as kafka
from infra import embedded_broker as embedded
from infra.apache_kafka import ApacheKafka
from infra.embedded_broker import EmbeddedBroker
from tests.support.require import require

READ_WITHIN_S = 30


@pytest.fixture(scope="session")
def kafka_libs() -> Path:
    """Give the folder of Kafka's jars; test processes that run at once fill it once."""
    require("java")
    require("mvn")
    kafka.CACHE.parent.mkdir(parents=True, exist_ok=True)
    with (kafka.CACHE.parent / "kafka-libs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return kafka.copy_libs()


@pytest.fixture(scope="session")
def apache_kafka(kafka_libs: Path) -> Iterator[ApacheKafka]:
    """Run Apache Kafka; a test that kills it must restart it."""
    directory = Path(tempfile.mkdtemp(prefix="callwarden-kafka-"))
    node = kafka.start(directory, kafka_libs)
    yield node
    node.kill()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """Run the embedded broker."""
    broker = embedded.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded", "apache"])
def broker(request: pytest.FixtureRequest) -> str:
    """Give the address of each broker in turn."""
    name = {"embedded": "embedded_broker", "apache": "apache_kafka"}[request.param]
    running: EmbeddedBroker | ApacheKafka = request.getfixturevalue(name)
    return running.bootstrap_servers


async def stored(broker: str, topic: str, count: int, *, key: str | None = None) -> list[ConsumerRecord]:
    """Read a topic from its beginning until it gave so many records (of one key, where the topic is shared)."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest", fetch_max_wait_ms=10)
    await consumer.start()
    found: list[ConsumerRecord] = []
    try:
        while len(found) < count:
            record = await asyncio.wait_for(consumer.getone(), READ_WITHIN_S)
            if key is None or record.key == key.encode():
                found.append(record)
    finally:
        await consumer.stop()
    return found
