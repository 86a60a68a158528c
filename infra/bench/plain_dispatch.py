"""The baseline of a dispatch: one aiokafka hop and the same HTTP send, nothing read, redacted, judged or recorded."""

import asyncio
import json
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra import clock
from infra.bench.figures import Spread, spread
from infra.bench.town import Town
from infra.webhooks.sender import Endpoint, Message, Sender

TOPIC = "bench.dispatch"
WARM = 5
SETTLED_S = 2.0  # every partition has its leader
WITHIN_S = 60.0


async def measure(bootstrap_servers: str, town: Town, endpoint: Endpoint, *, rate: int, count: int) -> Spread:
    """A time runs from handed to the broker to arrived at the receiver."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 4, 1)])
    await admin.close()
    await asyncio.sleep(SETTLED_S)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=0)
    await producer.start()
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap_servers)
    await consumer.start()
    sender = Sender()
    sending = asyncio.create_task(_send(consumer, sender, endpoint))
    names = [f"plain-{n}" for n in range(count + WARM)]
    began: dict[str, float] = {}
    try:
        await asyncio.sleep(1)
        start = time.perf_counter()
        for n, name in enumerate(names):
            await asyncio.sleep(max(start + n / rate - time.perf_counter(), 0))
            began[name] = time.perf_counter()
            await producer.send_and_wait(TOPIC, name.encode(), key=name.encode())
        await town.until(names, within_s=WITHIN_S)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await sender.stop()
        await consumer.stop()
        await producer.stop()
    return spread([town.at[name] - began[name] for name in names[WARM:]])


async def _send(consumer: AIOKafkaConsumer, sender: Sender, endpoint: Endpoint) -> None:
    async for record in consumer:
        name = record.value.decode()
        body = json.dumps({"subject": name}).encode()
        message = Message(id=name, type="bench", occurred_at=clock.now(), body=body)
        await sender.send(endpoint, message, at=clock.now())
