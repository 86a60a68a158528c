"""A reader's partitions, and their positions: in the database, in the transaction of what was written."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from infra import audit_store
from infra.database import transaction
from infra.outage import remedy

log = structlog.get_logger()
T = TypeVar("T")
Batch = Mapping[TopicPartition, Sequence[ConsumerRecord]]
RETRY_FIRST_S, RETRY_MOST_S = 0.2, 5.0


class Places(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One reader's partitions; `moving` is held while a batch is fetched and written, so that none moves meanwhile."""

    def __init__(
        self, *, reader: str, engine: Engine, topics: Iterable[str], incarnations: Mapping[str, str],
    ) -> None:
        """`reader` names the positions, `incarnations` which life of each topic they belong to."""
        self.moving = asyncio.Lock()
        self._reader = reader
        self._engine = engine
        self._incarnations = {topic: incarnations[topic] for topic in topics}
        # Of each partition that is ours and was sought: the next offset, None where the first may be any.
        self._next: dict[TopicPartition, int | None] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self._broken: Exception | None = None

    def follow(self, consumer: AIOKafkaConsumer) -> None:
        """Subscribe a consumer to the topics."""
        self._consumer = consumer
        consumer.subscribe(list(self._incarnations), listener=self)

    def ours(self, batch: Batch) -> Batch:
        """Give what of a batch comes from partitions that were sought; raises what kept them from being sought.

        Without a position from the database a partition begins where the broker believes; that is passed over.
        """
        if self._broken:
            raise self._broken
        return {place: records for place, records in batch.items() if place in self._next}

    def expected(self, place: TopicPartition) -> int | None:
        """Tell the offset that comes next in a partition, where that is known."""
        return self._next.get(place)

    def written(self, batch: Batch) -> None:
        """Expect what comes behind a batch whose transaction is committed."""
        self._next |= {place: records[-1].offset + 1 for place, records in batch.items()}

    def advance(self, connection: Connection, batch: Batch) -> None:
        """Write the positions behind a batch."""
        for place, records in batch.items():
            audit_store.advance(
                connection, consumer=self._reader, incarnation=self._incarnations[place.topic], topic=place.topic,
                partition=place.partition, next_offset=records[-1].offset + 1,
            )

    async def until_done(self, work: Callable[[], T]) -> T:
        """Do work in a thread; a database that does not answer is waited for."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                return await asyncio.to_thread(work)
            except DBAPIError as outside:
                log.warning(
                    "a reader waits for the database", reader=self._reader, error=type(outside).__name__,
                    remedy=remedy(outside),
                )
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)

    async def show(self) -> None:
        """Commit to the broker as well: for operators' lag tools and the drain; nothing depends on it."""
        try:
            if self._consumer is not None:
                await self._consumer.commit()
        except KafkaError as outside:
            log.info("offsets not shown to the broker", error=type(outside).__name__)

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:  # noqa: ARG002 - all are sought again
        """Let the batch that is being written end, so that who takes over reads its position."""
        async with self.moving:
            self._next.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Go on where the database says."""
        async with self.moving:
            self._next.clear()
            try:
                known = await self.until_done(self._known)
                for place in assigned:
                    at = known.get((place.topic, place.partition))
                    await self._seek(place, at)
                    self._next[place] = at
            except IllegalStateError:
                log.info("partitions moved again while their positions were read", reader=self._reader)
            except Exception as broken:  # noqa: BLE001 - the consumer would only log it, and nothing be read any more
                self._broken = broken

    async def _seek(self, place: TopicPartition, at: int | None) -> None:
        assert self._consumer is not None  # noqa: S101 - only its own consumer tells it
        if at is None:
            await self._consumer.seek_to_beginning(place)
        else:
            self._consumer.seek(place, at)

    def _known(self) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], int] = {}
        with transaction(self._engine) as connection:
            for topic, incarnation in self._incarnations.items():
                here = audit_store.positions(connection, consumer=self._reader, incarnation=incarnation)
                found |= {place: at for place, at in here.items() if place[0] == topic}
        return found
