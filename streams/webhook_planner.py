"""Reads the foot of the stair for the endpoints: each event that one is to have becomes a delivery, once.

Deliveries and positions are one transaction: a crash leaves both or neither, and read again an event is the same row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from sqlalchemy import Connection, Engine

from infra import key_gate
from infra.clock import now
from infra.database import transaction
from infra.keys import KeyDestroyed, Keyring
from infra.webhooks import deliveries
from infra.webhooks.sender import Endpoint
from schemas import codec
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES
from streams.placed import Batch, Places

log = structlog.get_logger()
CONSUMER = "webhooks"
GROUP = f"callwarden-{CONSUMER}"
SOURCES = (CALL_GOVERNED.name, CALL_OUTCOMES.name)
BATCH = 256
WITHIN_MS = 50
FETCH_BYTES = 1 << 16  # what comes within WITHIN_MS is fetched together


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
        self._places = Places(reader=CONSUMER, engine=engine, topics=SOURCES, incarnations=incarnations)
        self._endpoints = endpoints
        self._planned = planned
        self._since: Mapping[str, datetime] = {}

    async def register(self) -> None:
        """Make the endpoints known; what is stored from now on is told to them."""
        self._since = await self._places.until_done(self._register)

    async def run(self) -> None:
        """Plan until cancelled; an outside that fails is waited for, nothing is skipped."""
        if not self._since:
            await self.register()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, group_id=GROUP, enable_auto_commit=False, auto_offset_reset="earliest",
            fetch_max_wait_ms=WITHIN_MS, fetch_min_bytes=FETCH_BYTES, session_timeout_ms=6000,
            heartbeat_interval_ms=1000, max_poll_interval_ms=600_000,
        )
        self._places.follow(consumer)
        await consumer.start()
        try:
            while True:
                await self._take(consumer)
        finally:
            await consumer.stop()

    async def _take(self, consumer: AIOKafkaConsumer) -> None:
        async with self._places.moving:
            ours = self._places.ours(await consumer.getmany(timeout_ms=WITHIN_MS, max_records=BATCH))
            planned = await self._places.until_done(lambda: self._plan(ours)) if ours else 0
        if planned:
            self._planned()
        if ours:
            await self._places.show()

    def _register(self) -> Mapping[str, datetime]:
        with transaction(self._engine) as connection:
            deliveries.register(connection, self._keyring, self._endpoints, at=now())
            return deliveries.known_since(connection)

    def _plan(self, batch: Batch) -> int:
        """One transaction: the deliveries of a batch and the positions behind it."""
        wanted = [pair for records in batch.values() for record in records for pair in self._wanted(record)]
        with transaction(self._engine) as connection:
            gone = key_gate.forgotten(connection, {(event.tenant, event.call_id) for _, event in wanted})
            for endpoint, event in wanted:
                if (event.tenant, event.call_id) not in gone:
                    self._deliver(connection, endpoint, event)
            self._places.advance(connection, batch)
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
