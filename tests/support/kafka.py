"""Real brokers for tests, one of each for a session: the embedded one, and Apache Kafka where Java and Maven are."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import apache_kafka as kafka
from infra import embedded_broker as embedded
from infra.apache_kafka import ApacheKafka
from infra.embedded_broker import EmbeddedBroker
from tests.support.require import require


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
