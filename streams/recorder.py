"""What was decided goes to the store: rows, audit entries and positions of a batch in one transaction.

Positions live in the database, so a batch is there exactly once whatever is killed when: a crash before the commit
leaves nothing, a crash after it is seen in the positions at the next assignment. A plain consumer and not Faust,
because one needs batches and seeks here, and no state between them (ADR-0007).
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from pydantic import ValidationError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError

from infra import audit_store, clock, key_gate, read_model, telemetry
from infra.database import transaction
from infra.keys import KeyDestroyed, Keyring
from infra.outage import remedy
from schemas import codec
from schemas.audit import Draft, Source
from schemas.base import Event
from schemas.topics import CALL_DEADLETTERS, CALL_EMERGENCIES, CALL_GOVERNED, CALL_OUTCOMES
from streams import entries

log = structlog.get_logger()
CONSUMER = "records"
SOURCES = (CALL_GOVERNED.name, CALL_OUTCOMES.name, CALL_EMERGENCIES.name, CALL_DEADLETTERS.name)
BATCH = 256
WITHIN_MS = 50
FETCH_BYTES = 1 << 16  # what comes within WITHIN_MS is fetched together
RETRY_FIRST_S, RETRY_MOST_S = 0.2, 5.0
# What an event may hold and no column or entry can: it must not hold up everything after it.
UNSTORABLE = (DataError, ValidationError)
Batch = Mapping[TopicPartition, Sequence[ConsumerRecord]]
T = TypeVar("T")


class Recorder:
    """Consumes the foot of the stair; `incarnations` tells which life of each topic the offsets belong to."""

    def __init__(
        self, *, bootstrap_servers: str, engine: Engine, keyring: Keyring, incarnations: Mapping[str, str]
    ) -> None:
        self._servers = bootstrap_servers
        self._engine = engine
        self._keyring = keyring
        self._incarnations = incarnations
        # Of each partition that is ours and was sought: the next offset, None where the first may be any.
        self._next: dict[TopicPartition, int | None] = {}
        self._moving = asyncio.Lock()
        self._broken: Exception | None = None

    async def run(self) -> None:
        """Record until cancelled; an outside that fails is waited for, nothing is skipped."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, group_id=f"callwarden-{CONSUMER}", enable_auto_commit=False,
            auto_offset_reset="earliest", fetch_max_wait_ms=WITHIN_MS, fetch_min_bytes=FETCH_BYTES,
            session_timeout_ms=6000, heartbeat_interval_ms=1000, max_poll_interval_ms=600_000,
        )
        consumer.subscribe(list(SOURCES), listener=_Positions(self, consumer))
        await consumer.start()
        try:
            while True:
                if await self._take(consumer):
                    await _show_progress(consumer)
                    # What arrives meanwhile goes together: a transaction costs as much for one event as for many.
                    await asyncio.sleep(WITHIN_MS / 1000)
        finally:
            await consumer.stop()

    async def resume(self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> None:
        """Seek to where the database says; the broker's own offsets are only what operators look at."""
        async with self._moving:
            try:
                known = await _until_done(self._positions)
                for place in assigned:
                    at = known.get((place.topic, place.partition))
                    if at is None:
                        await consumer.seek_to_beginning(place)
                    else:
                        consumer.seek(place, at)
                    self._next[place] = at
            except IllegalStateError:
                log.info("partitions moved again while their positions were read")
            except Exception as broken:  # noqa: BLE001 - the consumer would only log it, and nothing be recorded any more
                self._broken = broken

    async def release(self, revoked: Collection[TopicPartition]) -> None:
        """Let the batch that is being written end, so that who takes over reads its position."""
        async with self._moving:
            for place in revoked:
                self._next.pop(place, None)

    async def _take(self, consumer: AIOKafkaConsumer) -> bool:
        # The consumer moves partitions in a task of its own: never between a fetch and its commit. Without a position
        # from the database a partition begins where the broker believes; that is passed over, `resume` seeks after it.
        async with self._moving:
            if self._broken:
                raise self._broken
            batch = await consumer.getmany(timeout_ms=WITHIN_MS, max_records=BATCH)
            ours = {place: records for place, records in batch.items() if place in self._next}
            if ours:
                await self._record_all(ours)
                self._next |= {place: records[-1].offset + 1 for place, records in ours.items()}
            return bool(ours)

    def _positions(self) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], int] = {}
        with transaction(self._engine) as connection:
            for topic, incarnation in self._incarnations.items():
                here = audit_store.positions(connection, consumer=CONSUMER, incarnation=incarnation)
                found |= {place: at for place, at in here.items() if place[0] == topic}
        return found

    async def _record_all(self, batch: Batch) -> None:
        try:
            await _until_done(lambda: self._record(batch, one_by_one=False))
        except UNSTORABLE as wrong:
            # The database's own message may repeat the value.
            log.error("a record that no table takes; the batch is written one by one", error=type(wrong).__name__)
            await _until_done(lambda: self._record(batch, one_by_one=True))

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
                audit_store.advance(
                    connection, consumer=CONSUMER, incarnation=self._incarnations[place.topic], topic=place.topic,
                    partition=place.partition, next_offset=records[-1].offset + 1,
                )
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
        expected = self._next.get(place)
        if expected is None or offset <= expected:
            return []
        log.error("records were skipped", topic=place.topic, expected=expected, got=offset)
        src = self._source(place, offset)
        return [entries.gap(src=src, expected=expected, at=clock.now(), keyring=self._keyring)]


class _Positions(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Tells the recorder which partitions it owns now."""

    def __init__(self, recorder: Recorder, consumer: AIOKafkaConsumer) -> None:
        self._recorder = recorder
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Let the batch that is being written end, so that who takes over reads its position."""
        await self._recorder.release(revoked)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Go on where the database says."""
        await self._recorder.resume(self._consumer, assigned)


def _named(record: ConsumerRecord) -> key_gate.Named:
    try:
        headers = codec.header_map(record.headers)
    except codec.Unreadable:
        return "", ""
    return headers.get("ce_tenant", ""), headers.get("ce_subject", "")


async def _show_progress(consumer: AIOKafkaConsumer) -> None:
    # Only what operators' lag tools read; a failure loses nothing.
    try:
        await consumer.commit()
    except KafkaError as outside:
        log.info("offsets not shown to the broker", error=type(outside).__name__)


async def _until_done(work: Callable[[], T]) -> T:
    wait_s = RETRY_FIRST_S
    while True:
        try:
            return await asyncio.to_thread(work)
        except DataError:
            raise  # a value, not an outage: it would fail for ever
        except DBAPIError as outside:
            log.warning(
                "the database does not answer, trying the same again", error=type(outside).__name__,
                remedy=remedy(outside),
            )
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_MOST_S)
