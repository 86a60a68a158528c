"""The second baseline: the same number of hops without any work, aiokafka alone, each hop its topic and consumer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.bench.figures import Spread, spread
from infra.bench.sentences import SENTENCES

HOPS = 4  # intake, redaction, turns, policy
TOPICS = tuple(f"bench.hop-{n}" for n in range(HOPS + 1))
PARTITIONS = 4
WARM = 50
WITHIN_S = 30.0
SETTLED_S = 2.0  # every partition has its leader; every hop reads


async def measure(bootstrap_servers: str, *, rate: int, seconds: int) -> Spread:
    """Send at a rate; a time runs from stored on the first topic to read from the last."""
    await _make_topics(bootstrap_servers)
    await asyncio.sleep(SETTLED_S)
    count = rate * seconds + WARM
    stored: dict[bytes, float] = {}
    read: dict[bytes, float] = {}
    async with _producer(bootstrap_servers) as first, _consumer(bootstrap_servers, TOPICS[-1]) as last:
        hops = [asyncio.create_task(_hop(bootstrap_servers, *pair)) for pair in pairwise(TOPICS)]
        reading = asyncio.create_task(_read(last, read, count))
        sends: list[asyncio.Task[None]] = []
        try:
            await asyncio.sleep(SETTLED_S)
            began = time.perf_counter()
            for n in range(count):
                await asyncio.sleep(max(began + n / rate - time.perf_counter(), 0))
                sends.append(asyncio.create_task(_send(first, n, stored)))
            await asyncio.gather(*sends)
            await asyncio.wait_for(reading, WITHIN_S)
        finally:
            for task in (*hops, reading):
                task.cancel()
            await asyncio.gather(*hops, reading, return_exceptions=True)
    measured = [read[key] - at for key, at in stored.items() if int(key) >= WARM]
    return spread(measured)


async def _send(producer: AIOKafkaProducer, n: int, stored: dict[bytes, float]) -> None:
    key, value = str(n).encode(), SENTENCES[n % len(SENTENCES)].encode()
    await producer.send_and_wait(TOPICS[0], value, key=f"call-{n % 20}".encode(), headers=[("id", key)])
    stored[key] = time.perf_counter()


async def _hop(bootstrap_servers: str, source: str, sink: str) -> None:
    async with _producer(bootstrap_servers) as producer, _consumer(bootstrap_servers, source) as consumer:
        async for one in consumer:
            await producer.send_and_wait(sink, one.value, key=one.key, headers=list(one.headers))


async def _read(consumer: AIOKafkaConsumer, read: dict[bytes, float], count: int) -> None:
    async for one in consumer:
        read[dict(one.headers)["id"]] = time.perf_counter()
        if len(read) == count:
            return


@asynccontextmanager
async def _producer(bootstrap_servers: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=0)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def _consumer(bootstrap_servers: str, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest", fetch_max_wait_ms=10
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _make_topics(bootstrap_servers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in TOPICS])
    finally:
        await admin.close()
