"""Sends records to Kafka; what `send` returns from is stored by the broker (at least once, in order for a key)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import murmur2

from governance.errors import InputError, TransientError

CONNECT_ATTEMPTS = 20
CONNECT_PAUSE_S = 0.25
# Within this the producer retries by itself, one batch for a partition at a time, so order holds.
SEND_WITHIN_MS = 10_000
REMEMBERED = 4_096  # keys whose digest is kept: the calls of an hour
POSITIVE = 0x7FFF_FFFF


@dataclass(frozen=True, slots=True)
class Record:
    """One record on its way; the key is the call id."""

    topic: str
    key: str
    value: bytes
    headers: list[tuple[str, bytes]]
    partition: int | None = None


def place(key: bytes, known: Sequence[int], there: Sequence[int]) -> int:  # noqa: ARG001 - aiokafka's signature
    """Give a key's partition as every client of Kafka does; of a live call it is not reckoned for each record."""
    return known[_digest(key) % len(known)]


@lru_cache(maxsize=REMEMBERED)
def _digest(key: bytes) -> int:
    return int(murmur2(key)) & POSITIVE


class EventBus:
    """A producer for one process; start it in the event loop that sends."""

    def __init__(self, *, bootstrap_servers: str, client_id: str) -> None:
        """Take the addresses; `start` connects."""
        self._bootstrap_servers = bootstrap_servers
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect, waiting a few seconds for a broker that is itself starting."""
        for attempt in range(CONNECT_ATTEMPTS):
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap_servers,
                client_id=self._client_id,
                acks="all",
                linger_ms=0,
                partitioner=place,
                request_timeout_ms=SEND_WITHIN_MS,
                # Not idempotent: the embedded broker refuses it, and ids are derived, so a double is dropped.
                enable_idempotence=False,
            )
            try:
                await producer.start()
            except (KafkaError, OSError):
                await producer.stop()
                if attempt + 1 == CONNECT_ATTEMPTS:
                    raise TransientError(f"no broker answers at {self._bootstrap_servers}") from None
                await asyncio.sleep(CONNECT_PAUSE_S)
            else:
                self._producer = producer
                return

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def send(
        self,
        topic: str,
        *,
        key: str,
        value: bytes,
        headers: list[tuple[str, bytes]],
        partition: int | None = None,
    ) -> None:
        """Store one record; raises TransientError when the broker did not take it in time."""
        await self.send_all([Record(topic, key, value, headers, partition)])

    async def send_all(self, records: Sequence[Record]) -> None:
        """Store records in their order, in as few requests as fit; raises after all have ended."""
        if self._producer is None:
            raise TransientError("the event bus is not connected")
        waiting: list[asyncio.Future[object]] = []
        failed: BaseException | None = None
        for record in records:
            try:
                # Returns once the record is buffered; the future it gives is done once it is stored.
                waiting.append(await self._buffer(self._producer, record))
            except KafkaError as error:
                failed = error
                break  # a later record must not pass an earlier one
        for one in waiting:  # one after the other: nearly always it is one, and a frame is sent 50 times a second
            try:
                await one
            except KafkaError as error:
                failed = failed or error
        if failed is None:
            return
        if isinstance(failed, MessageSizeTooLargeError):
            raise InputError("a record is larger than the broker takes") from None
        if isinstance(failed, KafkaError):
            raise TransientError(f"the broker did not store a record: {type(failed).__name__}") from None
        raise failed

    async def _buffer(self, producer: AIOKafkaProducer, record: Record) -> "asyncio.Future[object]":
        stored: asyncio.Future[object] = await producer.send(
            record.topic,
            key=record.key.encode(),
            value=record.value,
            headers=record.headers,
            partition=record.partition,
        )
        return stored
