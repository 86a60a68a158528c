"""Faust's wire to Kafka, made to keep what at-least-once delivery needs (Faust 0.15 does not): see ADR-0005.

Two things are put right, both seen to lose events when a worker was killed:
- a record is given to a room only when the one before it was: Faust takes a jump of offsets for a compacted topic and
  counts what lies between as done, but its own seek after a rebalance makes such jumps;
- `flush` before a commit returns when the tables' changelogs are stored: Faust's own gives up after 100 ms.
"""

import asyncio

import aiokafka
import structlog
import uvloop
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Producer, Transport
from faust.types import TP
from faust.types.tuples import FutureMessage, Message
from mode import ServiceT

from governance.errors import TransientError

log = structlog.get_logger()
FETCH_WAIT_MS = 200  # Faust fixes 1500: so long would each question behind a fetch wait, in every rebalance
EMBEDDED_FETCH_WAIT_MS = 10  # the embedded broker lets a fetch wait its full time even when data is there
READ_WITHIN_S = 1.0
SEEK_AGAIN_S = 1.0  # meanwhile what was fetched before the seek is passed over


class SureProducer(Producer):
    """Sends changelogs; nothing given to it is forgotten by `flush`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._unsent: set[FutureMessage] = set()
        self._lost: str | None = None

    def send_soon(self, fut: FutureMessage) -> None:
        """Take a record to be sent."""
        self._unsent.add(fut)
        fut.add_done_callback(self._ended)
        super().send_soon(fut)

    async def flush(self) -> None:
        """Return once everything taken until now is stored; raises TransientError where something never will be."""
        given = set(self._unsent)
        await super().flush()
        if given:
            await asyncio.wait(given)
        if self._lost:
            raise TransientError(f"a room's state could not be stored: {self._lost}")

    def _ended(self, fut: FutureMessage) -> None:
        self._unsent.discard(fut)
        if not fut.cancelled() and (failed := fut.exception()) is not None:
            self._lost = type(failed).__name__


class _WaitingThread(AIOKafkaConsumerThread):
    """Faust's consumer thread with a fetch wait of our own, which no setting reaches."""

    fetch_wait_ms = FETCH_WAIT_MS

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_consumer(loop)
        consumer._fetch_max_wait_ms = self.fetch_wait_ms  # noqa: SLF001 - no setting reaches it
        return consumer


class _QuickThread(_WaitingThread):
    fetch_wait_ms = EMBEDDED_FETCH_WAIT_MS


class SureConsumer(Consumer):
    """Reads each source topic without a hole, from the committed offset on."""

    Thread: type[AIOKafkaConsumerThread] = _WaitingThread

    def __post_init__(self) -> None:
        super().__post_init__()
        self._due: dict[TP, int] = {}  # the offset that comes next; none before the partition was sought
        self._sought_at: dict[TP, float] = {}

    async def perform_seek(self) -> None:
        """Go back to the committed offsets."""
        self._due.clear()
        self._sought_at.clear()
        await super().perform_seek()
        sources = [tp for tp in self.assignment() if self.app.topics.acks_enabled_for(tp.topic)]
        self._due = {tp: offset for tp in sources if (offset := self._committed_offset[tp])}
        if new := [tp for tp in sources if tp not in self._due]:
            # All in one question: each waits behind a fetch on the same connection, 1.5 s where nothing comes.
            self._due |= await self.earliest_offsets(*new)

    def topic_partitions(self, topic: str) -> int | None:
        """Give how many partitions a topic has; not known while fewer are seen than every topic here has."""
        # Of a changelog that was just made Faust sees some partitions first, and ends the worker for the difference.
        seen = super().topic_partitions(topic)
        return None if seen is not None and seen < self.app.conf.topic_partitions else seen

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget where they were."""
        for tp in revoked:
            self._due.pop(tp, None)
        await super().on_partitions_revoked(revoked)

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                await asyncio.sleep(0)
                async for tp, message in self.getmany(timeout=READ_WITHIN_S):
                    if self.app.topics.acks_enabled_for(message.topic):
                        await self._give(tp, message)
                    else:
                        await self._restore(tp, message)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.transport.app.should_stop:
                raise

    async def _give(self, tp: TP, message: Message) -> None:
        due = self._due.get(tp)
        if due is None or message.offset < due:
            return
        if message.offset > due:
            await self._go_back(tp, due)
            return
        given = asyncio.ensure_future(self.callback(message))
        try:
            await asyncio.sleep(0)  # its first step, mostly all of it: waiting for the first of two takes four tasks
            if not given.done():
                await self.wait_first(given, self.suspend_flow.wait())
            else:
                given.result()
        finally:
            given.cancel()
        if self._due.get(tp) == due and not self.suspend_flow.is_set():
            self._due[tp] = due + 1

    async def _restore(self, tp: TP, message: Message) -> None:
        # A changelog, which is compacted: holes in it are right.
        read = self._read_offset[tp]
        if read is None or message.offset >= read:
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
            self._read_offset[tp] = message.offset

    async def _go_back(self, tp: TP, due: int) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._sought_at.get(tp, -SEEK_AGAIN_S) < SEEK_AGAIN_S:
            return
        self._sought_at[tp] = now
        earliest = await self._earliest(tp)
        if earliest > due:
            log.error("records were gone before they were read", topic=tp.topic, expected=due, got=earliest)
        self._due[tp] = max(due, earliest)
        await self._seek(tp, self._due[tp])

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        # Its own loop would be the standard library's, which needs more of a core for each socket.
        return self.Thread(self, loop=self.loop, thread_loop=uvloop.new_event_loop(), beacon=self.beacon)

    async def _earliest(self, tp: TP) -> int:
        found: int = (await self.earliest_offsets(tp))[tp]
        return found


class _QuickConsumer(SureConsumer):
    Thread = _QuickThread


class SureTransport(Transport):
    """Kafka as the stair needs it."""

    Consumer = SureConsumer
    Producer = SureProducer


class QuickTransport(SureTransport):
    """The same for the embedded broker."""

    Consumer = _QuickConsumer
