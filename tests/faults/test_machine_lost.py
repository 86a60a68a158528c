"""A broker of three machines: what was accepted survives the loss of one, and one alone accepts nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import Engine

from governance.errors import TransientError
from infra import topics
from infra.apache_kafka import ApacheKafka
from infra.event_bus import EventBus, Record
from schemas.topics import CALL_RAW

pytestmark = pytest.mark.fault
WITHIN_S = 90


def records(*numbers: int) -> list[Record]:
    return [Record(CALL_RAW.name, f"call-{n}", f"{n}".encode(), []) for n in numbers]


async def made(servers: str, pool: Engine) -> None:
    """Make the topic, once all three are there."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await topics.ensure(bootstrap_servers=servers, partitions=4, engine=pool, replicas=3, topics=[CALL_RAW])
            except TransientError:
                await asyncio.sleep(0.5)
            else:
                return


async def accepted(bus: EventBus, sent: Sequence[Record]) -> None:
    """Send until they are stored, as whoever was refused does."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await bus.send_all(sent)
            except TransientError:
                await asyncio.sleep(0.5)
            else:
                return


async def read(servers: str, wanted: set[bytes]) -> None:
    consumer = AIOKafkaConsumer(CALL_RAW.name, bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(WITHIN_S):
            while wanted:
                wanted.discard((await consumer.getone()).value)
    finally:
        await consumer.stop()


async def test_of_three_machines_one_may_be_lost_and_one_alone_accepts_nothing(
    kafka_cluster: list[ApacheKafka], pool: Engine
) -> None:
    _, second, third = kafka_cluster
    servers = ",".join(node.bootstrap_servers for node in kafka_cluster)
    await made(servers, pool)
    bus = EventBus(bootstrap_servers=servers, client_id="test")
    await bus.start()
    try:
        await bus.send_all(records(*range(20)))
        third.kill()
        await accepted(bus, records(*range(20, 40)))
        second.kill()
        with pytest.raises(TransientError):
            await bus.send_all(records(*range(40, 60)))
        second.restart()
        await accepted(bus, records(*range(60, 80)))
        await read(servers, {f"{n}".encode() for n in (*range(40), *range(60, 80))})
    finally:
        await bus.stop()


async def test_a_broker_of_one_machine_says_that_it_cannot_hold_a_topic_twice(
    apache_kafka: ApacheKafka, pool: Engine
) -> None:
    wanted = replace(CALL_RAW, name="held.twice")
    with pytest.raises(TransientError, match="CALLWARDEN_REPLICAS"):
        await topics.ensure(
            bootstrap_servers=apache_kafka.bootstrap_servers, partitions=1, engine=pool, replicas=2, topics=[wanted]
        )
