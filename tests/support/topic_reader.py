"""Reads what lies on a topic now, for tests."""

from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer

from infra import topics
from schemas import codec


@dataclass(frozen=True)
class Read:
    """One record."""

    key: str
    headers: dict[str, str]
    value: bytes


async def read_all(bootstrap_servers: str, topic: str) -> list[Read]:
    """Give every record of a topic up to its end."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, fetch_max_wait_ms=10)
    await consumer.start()
    try:
        places = await topics.places(bootstrap_servers=bootstrap_servers, names=[topic])
        consumer.assign(places)
        found: list[Read] = []
        for place in places:
            await consumer.seek_to_beginning(place)
            end = (await consumer.end_offsets([place]))[place]
            while await consumer.position(place) < end:
                for records in (await consumer.getmany(place, timeout_ms=100)).values():
                    found += [
                        Read((each.key or b"").decode(), codec.header_map(each.headers), each.value or b"")
                        for each in records
                    ]
        return found
    finally:
        await consumer.stop()
