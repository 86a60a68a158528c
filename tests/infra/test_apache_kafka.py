"""Apache Kafka as one node keeps what it was given over stops and crashes, at the same address."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.apache_kafka import ApacheKafka
from infra.event_bus import EventBus
from tests.support.kafka import stored

pytestmark = pytest.mark.fault

TOPIC = "test.kept"


async def test_what_is_stored_survives_a_stop_and_a_crash(apache_kafka: ApacheKafka) -> None:
    address = apache_kafka.bootstrap_servers
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    bus = EventBus(bootstrap_servers=address, client_id="test")
    await bus.start()
    await bus.send(TOPIC, key="c1", value=b"first", headers=[])
    apache_kafka.stop()
    assert apache_kafka.pid is None
    apache_kafka.restart()
    await bus.send(TOPIC, key="c1", value=b"after a stop", headers=[])
    apache_kafka.kill()
    apache_kafka.restart()
    await bus.send(TOPIC, key="c1", value=b"after a crash", headers=[])
    await bus.stop()
    assert apache_kafka.bootstrap_servers == address
    values = [record.value for record in await stored(address, TOPIC, 3)]
    assert values == [b"first", b"after a stop", b"after a crash"]
