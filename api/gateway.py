"""The voice gateway of one process: it owns one partition of call.audio.out and brings its records to the sockets."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from api.direct_lines import DirectLines
from api.metrics import Metrics
from api.own_partition import OwnPartition
from api.pace import Pace
from api.play_queue import PlayQueue
from governance.errors import InputError, TransientError
from infra import audio_seal, topics
from infra.direct_line import HEARD_ALREADY_EVERY_S, Head
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.payment_watch import PaymentWatch
from infra.two_ways import TwoWays
from schemas import codec
from schemas.audio import AudioRecord
from schemas.topics import AUDIO_IN, AUDIO_OUT

log = structlog.get_logger()
RENEW_EVERY_S = 3.0
EMBEDDED_FETCH_WAIT_MS = 10  # the embedded broker lets a fetch wait its full time even when data is there
FETCH_WAIT_MS = 500
POLL_MS = 1000
RETRY_S = 1.0


class CallConnected(InputError):
    """The call has its audio open here already."""


class Gateway:
    """Opens and closes the audio of calls; `run` must run while calls do."""

    def __init__(
        self, *, bus: EventBus, keyring: Keyring, pool: Engine, metrics: Metrics, bootstrap_servers: str, owner: str,
        embedded: bool, direct_line: str,
    ) -> None:
        """Take the parts; `owner` names this process among gateways, `direct_line` is where workers find it."""
        self._bus = bus
        self._keyring = keyring
        self._watch = PaymentWatch(engine=pool, keyring=keyring)
        self._servers = bootstrap_servers
        self._metrics = metrics
        self._lease = OwnPartition(pool=pool, owner=owner)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, client_id=f"gateway-{owner}", enable_auto_commit=False,
            fetch_max_wait_ms=EMBEDDED_FETCH_WAIT_MS if embedded else FETCH_WAIT_MS,
        )
        self._partition: int | None = None
        self._pace, self._slow_pace = Pace(), Pace(every_s=HEARD_ALREADY_EVERY_S)
        self._calls: dict[tuple[str, str, str], PlayQueue] = {}  # tenant, call, and leg where it is an agent's
        self._ways: dict[tuple[str, str], TwoWays[AudioRecord]] = {}
        self.lines = DirectLines(host=direct_line, take=self._direct, metrics=metrics)

    @property
    def partition(self) -> int | None:
        """The partition of call.audio.out that is this gateway's now."""
        return self._partition

    async def start(self) -> None:
        """Connect, listen and take a partition; raises TransientError where the broker does not answer."""
        try:
            await self._consumer.start()
        except (KafkaError, OSError):
            raise TransientError("no broker answers") from None
        await self.lines.start()
        await self._own()

    async def stop(self) -> None:
        """End every call here and free the partition."""
        for queue in self._calls.values():
            queue.end("going away")
        await self.lines.stop()
        await self._consumer.stop()
        try:
            await asyncio.to_thread(self._lease.give_back)
        except DBAPIError as outside:
            log.warning("a gateway's partition stays leased until it runs out", error=type(outside).__name__)

    async def run(self) -> None:
        """Bring records to sockets and keep the lease, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._keep())
            tasks.create_task(self._watch.run())

    async def open(self, *, tenant: str, call_id: str, leg: str = "") -> PlayQueue:
        """Give the queue of a call, or of an agent's leg of it; raises CallConnected where it has one."""
        if (tenant, call_id, leg) in self._calls:
            raise CallConnected("the audio of this call is connected already")
        queue = self._calls[tenant, call_id, leg] = PlayQueue()
        if not leg:
            self._ways[tenant, call_id] = TwoWays()
        self._metrics.socket(1)
        try:
            # Made before the first frame, so that sealing one never asks the database.
            await asyncio.to_thread(self._keyring.ensure, tenant=tenant, call_id=call_id)
        except BaseException:
            self.close(tenant=tenant, call_id=call_id, leg=leg)
            raise
        return queue

    def close(self, *, tenant: str, call_id: str, leg: str = "") -> None:
        """Forget a call, or an agent's leg of it."""
        if self._calls.pop((tenant, call_id, leg), None) is not None:
            self._metrics.socket(-1)
        if not leg:
            self._ways.pop((tenant, call_id), None)
            self.lines.forget((tenant, call_id))

    def is_heard(self, tenant: str, call_id: str, leg: str) -> bool:
        """Whether who hosts a call hears it without the log; of an agent's leg nobody does."""
        return not leg and self.lines.has((tenant, call_id))

    def tell(self, record: AudioRecord) -> Record | None:
        """Send a record of a caller to who hosts her call; gives what is to be stored, or None where nobody heard it.

        Who hosts a call is told before the log has the record, and hears nothing twice (`infra.two_ways`).
        """
        if not self.is_heard(record.tenant, record.call_id, record.leg):
            return None
        under = self._watch.key_of(tenant=record.tenant, call_id=record.call_id)
        if not self._keyring.holds(tenant=record.tenant, call_id=under):
            return None
        headers, value = audio_seal.seal(self._keyring, record, direction="in", under=under)
        if not self.lines.send((record.tenant, record.call_id), codec.header_map(headers), value):
            return None
        return Record(AUDIO_IN.name, record.call_id, value, headers)

    async def store(self, records: Sequence[Record]) -> None:
        """Store what was told already; nobody waits for it, so that it leaves with what others have said."""
        await self._slow_pace.turn()
        await self._bus.send_all(records)
        for _ in records:
            self._metrics.audio("in")

    async def send(self, record: AudioRecord, *, traceparent: str | None = None) -> None:
        """Store one record of a caller; returns once the broker has it, which slows a fast socket down."""
        under = self._watch.key_of(tenant=record.tenant, call_id=record.call_id)
        if not self._keyring.holds(tenant=record.tenant, call_id=under):
            try:  # once a minute it is read again
                await asyncio.to_thread(self._keyring.ensure, tenant=record.tenant, call_id=under)
            except DBAPIError as away:
                log.warning("the key of a call cannot be read now", call=record.call_id, error=type(away).__name__)
                if record.kind in ("media", "mark"):
                    return  # as if the line had lost it: the call goes on when the database is back
                raise TransientError("the key of a call cannot be read now") from None
        headers, value = audio_seal.seal(self._keyring, record, direction="in", under=under)
        if traceparent is not None:
            headers.append(("traceparent", traceparent.encode()))
        await self._pace.turn()
        await self._bus.send(AUDIO_IN.name, key=record.call_id, value=value, headers=headers)
        self._metrics.audio("in")

    async def _listen(self) -> None:
        while True:
            if self._partition is None:
                await asyncio.sleep(RETRY_S)
                continue
            try:
                batch: Mapping[TopicPartition, list[ConsumerRecord]] = await self._consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as outside:
                log.warning("audio to callers is not heard of", error=type(outside).__name__)
                await asyncio.sleep(RETRY_S)
                continue
            for records in batch.values():
                for record in records:
                    await self._deliver(record)

    async def _deliver(self, record: ConsumerRecord) -> None:
        try:
            headers = codec.header_map(record.headers)
            tenant, call_id = headers.get("tenant", ""), headers.get("call", "")
            leg = headers.get("leg", "")
            queue = self._calls.get((tenant, call_id, leg))
            if queue is None:
                return  # its socket is closed
            ways = None if leg else self._ways.get((tenant, call_id))
            if ways is not None and ways.came_directly(audio_seal.number_of(headers)):
                return
            # What comes directly meanwhile waits its turn.
            opened = await audio_seal.unseal_aside(self._keyring, headers, record.value or b"", direction="out")
        except (InputError, ValidationError, codec.Unreadable, DBAPIError) as wrong:
            log.error("a record to a caller cannot be read", error=type(wrong).__name__, offset=record.offset)
            return
        for each in [opened] if ways is None else ways.logged(opened.number, opened):
            self._put(queue, each)

    def _direct(self, headers: Head, value: bytes) -> None:
        """Take a record that came over a direct line; where it cannot be opened at once, the log brings it."""
        call = (headers.get("tenant", ""), headers.get("call", ""))
        queue, ways, held = self._calls.get((*call, "")), self._ways.get(call), headers.get("ce_keyid", "")
        if queue is None or ways is None or headers.get("leg") or not self._keyring.holds_id(held):
            return
        try:
            opened = audio_seal.unseal(self._keyring, headers, value, direction="out")
        except (InputError, ValidationError) as wrong:
            log.error("a record of a direct line cannot be read", error=type(wrong).__name__, call=call[1])
            return
        for each in ways.direct(opened.number, opened):
            self._put(queue, each)

    def _put(self, queue: PlayQueue, opened: AudioRecord) -> None:
        self._metrics.audio("out")
        if not queue.put(opened):
            self._metrics.overrun()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                if self._partition is None:
                    await self._own()
                elif not await asyncio.to_thread(self._lease.renew, self._partition):
                    self._lose()
            except (DBAPIError, KafkaError, TransientError) as outside:
                # Nobody else can take the lease either while the database is away.
                log.warning("a gateway's lease waits for the outside", error=type(outside).__name__)

    async def _own(self) -> None:
        known = await topics.places(bootstrap_servers=self._servers, names=[AUDIO_OUT.name])
        partition = await asyncio.to_thread(self._lease.take, len(known)) if known else None
        if partition is None:
            log.warning("no partition of call.audio.out is free: audio is refused here until one is")
            return
        place = TopicPartition(AUDIO_OUT.name, partition)
        self._consumer.assign([place])
        await self._consumer.seek_to_end(place)
        await self._consumer.position(place)  # the end as of now: what comes for the first call is read
        self._partition = partition

    def _lose(self) -> None:
        log.error("another gateway has this one's partition: its calls end")
        self._partition = None
        for queue in self._calls.values():
            queue.end("the gateway lost its place")
