"""Reads the foot of the stair for the endpoints: each event that one is to have becomes a delivery, once.

Deliveries and positions are one transaction: a crash leaves both or neither, and read again an event is the same row.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from infra import audit_store, key_gate
from infra.clock import now
from infra.database import transaction
from infra.keys import KeyDestroyed, Keyring
from infra.webhooks import deliveries
from infra.webhooks.sender import Endpoint
from schemas import codec
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES

log = structlog.get_logger()
CONSUMER = "webhooks"
GROUP = f"callwarden-{CONSUMER}"
SOURCES = (CALL_GOVERNED.name, CALL_OUTCOMES.name)
BATCH = 256
WITHIN_MS = 50
RETRY_S = 0.5
Batch = Mapping[TopicPartition, Sequence[ConsumerRecord]]
T = TypeVar("T")


class WebhookPlanner:
    """Consumes call.governed and call.outcomes; `incarnations` tells which life of each topic the offsets belong to."""

    def __init__(
        self, *, bootstrap_servers: str, engine: Engine, keyring: Keyring, incarnations: Mapping[str, str],
        endpoints: Sequence[Endpoint], planned: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `planned` is called once there is something to deliver."""
        self._servers = bootstrap_servers
        self._engine = engine
        self._keyring = keyring
        self._incarnations = incarnations
        self._endpoints = endpoints
        self._planned = planned
        self._since: Mapping[str, datetime] = {}
        self._ours: set[TopicPartition] = set()
        self._moving = asyncio.Lock()

    async def register(self) -> None:
        """Make the endpoints known; what is stored from now on is told to them."""
        self._since = await self._until_done(self._register)

    async def run(self) -> None:
        """Plan until cancelled; an outside that fails is waited for, nothing is skipped."""
        if not self._since:
            await self.register()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, group_id=GROUP, enable_auto_commit=False, auto_offset_reset="earliest",
            fetch_max_wait_ms=WITHIN_MS, session_timeout_ms=6000, heartbeat_interval_ms=1000,
            max_poll_interval_ms=600_000,
        )
        consumer.subscribe(list(SOURCES), listener=_Moves(self, consumer))
        await consumer.start()
        try:
            while True:
                await self._take(consumer)
        finally:
            await consumer.stop()

    async def resume(self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> None:
        """Seek to where the database says."""
        async with self._moving:
            self._ours.clear()
            known = await self._until_done(self._positions)
            try:
                for place in assigned:
                    at = known.get((place.topic, place.partition))
                    if at is None:
                        await consumer.seek_to_beginning(place)
                    else:
                        consumer.seek(place, at)
                    self._ours.add(place)
            except IllegalStateError:
                log.info("partitions moved again while their positions were read")

    async def release(self) -> None:
        """Let the batch that is being written end, so that who takes over reads its position."""
        async with self._moving:
            self._ours.clear()

    async def _take(self, consumer: AIOKafkaConsumer) -> None:
        async with self._moving:
            batch = await consumer.getmany(timeout_ms=WITHIN_MS, max_records=BATCH)
            ours = {place: records for place, records in batch.items() if place in self._ours}
            planned = await self._until_done(lambda: self._plan(ours)) if ours else 0
        if planned:
            self._planned()
        if ours:
            try:
                await consumer.commit()  # for operators' lag tools; nothing depends on it
            except KafkaError as outside:
                log.info("offsets not shown to the broker", error=type(outside).__name__)

    def _register(self) -> Mapping[str, datetime]:
        with transaction(self._engine) as connection:
            deliveries.register(connection, self._keyring, self._endpoints, at=now())
            return deliveries.known_since(connection)

    def _positions(self) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], int] = {}
        with transaction(self._engine) as connection:
            for topic in SOURCES:
                here = audit_store.positions(connection, consumer=CONSUMER, incarnation=self._incarnations[topic])
                found |= {place: at for place, at in here.items() if place[0] == topic}
        return found

    def _plan(self, batch: Batch) -> int:
        """One transaction: the deliveries of a batch and the positions behind it."""
        wanted = [pair for records in batch.values() for record in records for pair in self._wanted(record)]
        with transaction(self._engine) as connection:
            gone = key_gate.forgotten(connection, {(event.tenant, event.call_id) for _, event in wanted})
            for endpoint, event in wanted:
                if (event.tenant, event.call_id) not in gone:
                    self._deliver(connection, endpoint, event)
            for place, records in batch.items():
                audit_store.advance(
                    connection, consumer=CONSUMER, incarnation=self._incarnations[place.topic], topic=place.topic,
                    partition=place.partition, next_offset=records[-1].offset + 1,
                )
        return len(wanted)

    def _wanted(self, record: ConsumerRecord) -> list[tuple[Endpoint, Event]]:
        try:
            event = codec.read(codec.header_map(record.headers), record.value or b"")
        except codec.Unreadable:
            return []  # the recorder reads the same and keeps an entry of it
        stored_at = datetime.fromtimestamp(record.timestamp / 1000, tz=UTC)
        return [
            (one, event) for one in self._endpoints
            if deliveries.wanted(one, event) and stored_at >= self._since[one.name]
        ]

    def _deliver(self, connection: Connection, endpoint: Endpoint, event: Event) -> None:
        try:
            deliveries.plan(connection, self._keyring, endpoint, event, at=now())
        except KeyDestroyed:
            log.info("an event of a forgotten call is told to nobody", endpoint=endpoint.name)

    async def _until_done(self, work: Callable[[], T]) -> T:
        while True:
            try:
                return await asyncio.to_thread(work)
            except DBAPIError as outside:
                log.warning("webhooks wait for the database", error=type(outside).__name__)
                await asyncio.sleep(RETRY_S)


class _Moves(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Tells the planner which partitions it owns now."""

    def __init__(self, planner: WebhookPlanner, consumer: AIOKafkaConsumer) -> None:
        self._planner = planner
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:  # noqa: ARG002 - all are sought again
        """Let the batch that is being written end."""
        await self._planner.release()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Go on where the database says."""
        await self._planner.resume(self._consumer, assigned)
