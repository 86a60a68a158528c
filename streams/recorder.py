"""What was decided goes to the store: rows, audit entries and positions of a batch in one transaction.

Positions live in the database, so a batch is there exactly once whatever is killed when: a crash before the commit
leaves nothing, a crash after it is seen in the positions at the next assignment. A plain consumer and not Faust,
because one needs batches and seeks here, and no state between them (ADR-0007).
"""

import asyncio
from collections.abc import Collection, Mapping

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from pydantic import ValidationError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError

from governance.errors import InvariantError
from infra import audit_store, clock, key_gate, read_model, telemetry
from infra.database import transaction
from infra.keys import KeyDestroyed, Keyring
from schemas import codec
from schemas.audit import Draft, Source
from schemas.base import Event
from schemas.topics import CALL_DEADLETTERS, CALL_EMERGENCIES, CALL_GOVERNED, CALL_OUTCOMES
from streams import entries
from streams.placed import Batch, Places

log = structlog.get_logger()
CONSUMER = "records"
SOURCES = (CALL_GOVERNED.name, CALL_OUTCOMES.name, CALL_EMERGENCIES.name, CALL_DEADLETTERS.name)
BATCH = 256
WITHIN_MS = 50
FETCH_BYTES = 1 << 16  # what comes within WITHIN_MS is fetched together
# What an event may hold and no column or entry can: it must not hold up everything after it.
UNSTORABLE = (DataError, ValidationError)


class Recorder:
    """Consumes the foot of the stair; `incarnations` tells which life of each topic the offsets belong to."""

    def __init__(
        self, *, bootstrap_servers: str, engine: Engine, keyring: Keyring, incarnations: Mapping[str, str]
    ) -> None:
        self._servers = bootstrap_servers
        self._engine = engine
        self._keyring = keyring
        self._incarnations = incarnations
        self._places = Places(reader=CONSUMER, engine=engine, topics=SOURCES, incarnations=incarnations)

    async def run(self) -> None:
        """Record until cancelled; an outside that fails is waited for, nothing is skipped."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, group_id=f"callwarden-{CONSUMER}", enable_auto_commit=False,
            auto_offset_reset="earliest", fetch_max_wait_ms=WITHIN_MS, fetch_min_bytes=FETCH_BYTES,
            session_timeout_ms=6000, heartbeat_interval_ms=1000, max_poll_interval_ms=600_000,
        )
        self._places.follow(consumer)
        await consumer.start()
        try:
            while True:
                if await self._take(consumer):
                    await self._places.show()
                    # What arrives meanwhile goes together: a transaction costs as much for one event as for many.
                    await asyncio.sleep(WITHIN_MS / 1000)
        finally:
            await consumer.stop()

    async def _take(self, consumer: AIOKafkaConsumer) -> bool:
        async with self._places.moving:
            ours = self._places.ours(await consumer.getmany(timeout_ms=WITHIN_MS, max_records=BATCH))
            if ours:
                await self._places.until_done(lambda: self._record_all(ours))
                self._places.written(ours)
            return bool(ours)

    def _record_all(self, batch: Batch) -> None:
        try:
            self._record(batch, one_by_one=False)
        except UNSTORABLE as wrong:
            # The database's own message may repeat the value.
            log.error("a record that no table takes; the batch is written one by one", error=type(wrong).__name__)
            try:
                self._record(batch, one_by_one=True)
            except DataError as still:  # a value, not an outage: it would fail for ever
                raise InvariantError(f"a batch that no table takes: {type(still).__name__}") from None

    def _record(self, batch: Batch, *, one_by_one: bool) -> None:
        """One transaction: everything of the batch, or nothing; one by one, what cannot be stored is told apart."""
        drafts: dict[str, list[Draft]] = {}
        events: list[Event] = []
        with transaction(self._engine) as connection:
            gone = key_gate.forgotten(connection, {_named(one) for records in batch.values() for one in records})
            for place, records in batch.items():
                for draft in self._gap(place, records[0].offset):
                    drafts.setdefault(draft.tenant, []).append(draft)
                for record in records:
                    entry, event = self._read(place, record, gone=gone, alone=one_by_one)
                    if event is not None and one_by_one:
                        entry = self._alone(connection, place, record, event, entry)
                    elif event is not None:
                        events.append(event)
                    drafts.setdefault(entry.tenant, []).append(entry)
            self._places.advance(connection, batch)
            read_model.apply_all(connection, events)
            # Tenants in one order for every writer, so that two never wait for each other's heads.
            for tenant in sorted(drafts):
                audit_store.append(connection, tenant, drafts[tenant], clock.now())

    def _read(
        self, place: TopicPartition, record: ConsumerRecord, *, gone: Collection[key_gate.Named], alone: bool
    ) -> tuple[Draft, Event | None]:
        """Give the entry of a record, and the event where the read model takes it."""
        src = self._source(place, record.offset)
        try:
            event = codec.read(codec.header_map(record.headers), record.value or b"")
        except codec.Unreadable as wrong:
            log.error("an unreadable record below redaction", topic=place.topic, field=wrong.field)
            return self._unreadable(src, record), None
        if (event.tenant, event.call_id) in gone:
            return entries.forgotten(event, src=src, keyring=self._keyring), None
        with telemetry.process_span(place.topic, event=event, room="audit"):
            try:
                return entries.draft(event, src=src, keyring=self._keyring), event
            except KeyDestroyed:
                return entries.forgotten(event, src=src, keyring=self._keyring), None
            except UNSTORABLE:
                if not alone:
                    raise
                return self._unreadable(src, record), None

    def _alone(
        self, connection: Connection, place: TopicPartition, record: ConsumerRecord, event: Event, entry: Draft
    ) -> Draft:
        """Fold one event that may be the one that cannot be stored; gives its entry, or one that says so."""
        try:
            with connection.begin_nested():
                read_model.apply(connection, event)
        except UNSTORABLE:
            return self._unreadable(self._source(place, record.offset), record)
        return entry

    def _unreadable(self, src: Source, record: ConsumerRecord) -> Draft:
        return entries.unreadable(src=src, content=record.value or b"", at=clock.now(), keyring=self._keyring)

    def _source(self, place: TopicPartition, offset: int) -> Source:
        return Source(
            cluster="callwarden", topic_id=self._incarnations[place.topic], partition=place.partition, offset=offset
        )

    def _gap(self, place: TopicPartition, offset: int) -> list[Draft]:
        expected = self._places.expected(place)
        if expected is None or offset <= expected:
            return []
        log.error("records were skipped", topic=place.topic, expected=expected, got=offset)
        src = self._source(place, offset)
        return [entries.gap(src=src, expected=expected, at=clock.now(), keyring=self._keyring)]


def _named(record: ConsumerRecord) -> key_gate.Named:
    try:
        headers = codec.header_map(record.headers)
    except codec.Unreadable:
        return "", ""
    return headers.get("ce_tenant", ""), headers.get("ce_subject", "")
