"""A member of a consumer group whose process is gone is taken out by another, long before its session runs out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer

from governance.errors import TransientError
from infra import topics
from infra.apache_kafka import ApacheKafka
from infra.dead_members import bury
from schemas.topics import AUDIO_IN

pytestmark = pytest.mark.flow

GROUP = "dead-members-test"
HOURS_MS = 1_700_000  # no session of this test runs out by itself; the broker takes no more than half an hour
NOBODY = "127.0.0.1:9"


@asynccontextmanager
async def member(servers: str, name: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        AUDIO_IN.name, bootstrap_servers=servers, group_id=GROUP, client_id=name, session_timeout_ms=HOURS_MS,
        heartbeat_interval_ms=100, enable_auto_commit=False, rebalance_timeout_ms=HOURS_MS,
        request_timeout_ms=HOURS_MS + 1_000,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def share(partitions: int, *members: AIOKafkaConsumer) -> None:
    while not all(held := [len(one.assignment()) for one in members]) or sum(held) != partitions:
        await asyncio.sleep(0.05)


async def test_what_the_dead_one_held_goes_to_the_living(apache_kafka: ApacheKafka, pool: object) -> None:
    servers = apache_kafka.bootstrap_servers
    await topics.ensure(bootstrap_servers=servers, partitions=2, engine=pool)  # type: ignore[arg-type]  # an Engine
    known = len(await topics.places(bootstrap_servers=servers, names=[AUDIO_IN.name]))
    async with member(servers, "living") as living, member(servers, "dead") as dead:
        await share(known, living, dead)
        # As a process that was killed: nothing more comes from it, not even that it leaves.
        dead._coordinator._heartbeat_task.cancel()
        assert await bury(servers, GROUP, "nobody") == 0
        assert await bury(servers, GROUP, "dead") == 1
        await share(known, living)
        assert await bury(servers, GROUP, "dead") == 0


async def test_a_broker_that_does_not_answer_is_named() -> None:
    with pytest.raises(TransientError, match="did not take a member"):
        await bury(NOBODY, GROUP, "dead")
