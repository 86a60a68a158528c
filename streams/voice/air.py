"""Kafka as the voice sessions' transport: frames in by consumer group (frames out: `streams.voice.outlet`).

A plain consumer and not Faust: frames are a real-time transport. They need no table, no changelog and no replay; what
is old is skipped, and what came of a call is on call.raw.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra import audio_seal
from infra.direct_line import Head
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.two_ways import TwoWays
from schemas import codec
from schemas.audio import AudioRecord
from schemas.topics import AUDIO_IN

GROUP = "callwarden-voice"
STALE_MS = 5_000  # nobody waits for an answer to older speech
STALE_CONTROL_MS = 60_000  # a call, a key or an agent who joins is waited for longer; that a call is over is never old
POLL_MS = 200
LOST_AFTER_MS = 6_000  # Kafka takes no less unless group.min.session.timeout.ms says so
HEARTBEATS = 5  # so many are missed before a worker counts as lost
HEARTBEAT_MS = 500  # with one a worker hears that calls of another are its own now
RETRY_S = 0.5

log = structlog.get_logger()


class KafkaInlet:
    """Brings the records of this worker's share of calls."""

    def __init__(
        self, *, bootstrap_servers: str, name: str, fetch_wait_ms: int, keyring: Keyring, door: FrontDoor,
        now_ms: Callable[[], int], handle: Callable[[AudioRecord], Awaitable[None]],
        hand: Callable[[AudioRecord], None], moved: Callable[[frozenset[str]], Awaitable[None]],
        lost_after_ms: int = LOST_AFTER_MS,
    ) -> None:
        """`name` is the worker's in its group, and in no other; `hand` takes records of calls that are hosted already.

        `moved` is told the calls whose partitions went to another worker, which takes over after `lost_after_ms`.
        """
        self._keyring = keyring
        self._door = door
        self._now_ms = now_ms
        self._handle = handle
        self._hand = hand
        self._moved = moved
        self._partition_of: dict[str, int] = {}
        self._ways: dict[tuple[str, str], TwoWays[AudioRecord]] = {}  # of the calls that are this worker's, by tenant
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, group_id=GROUP, client_id=name,
            auto_offset_reset="earliest", enable_auto_commit=True, auto_commit_interval_ms=1_000,
            fetch_max_wait_ms=fetch_wait_ms,
            # A worker that joins takes what is over and above an equal share; the other calls stay where they are.
            partition_assignment_strategy=(StickyPartitionAssignor,),
            session_timeout_ms=lost_after_ms,
            heartbeat_interval_ms=min(HEARTBEAT_MS, max(100, lost_after_ms // HEARTBEATS)),
        )

    def partition_of(self, call_id: str) -> int | None:
        """Give the partition of call.audio.in that a call's records come from."""
        return self._partition_of.get(call_id)

    async def start(self) -> None:
        """Join the group; raises TransientError where no broker answers."""
        self._consumer.subscribe([AUDIO_IN.name], listener=_Moves(self))
        try:
            await self._consumer.start()
        except (KafkaError, OSError):
            raise TransientError("no broker answers") from None

    async def stop(self) -> None:
        """Leave the group."""
        await self._consumer.stop()

    async def run(self) -> None:
        """Bring records until cancelled."""
        while True:
            try:
                batch = await self._consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as outside:
                log.warning("callers are not heard", error=type(outside).__name__)
                await asyncio.sleep(RETRY_S)
                continue
            for records in batch.values():
                for record in records:
                    await self._take(record)

    async def keep(self, partitions: frozenset[int]) -> None:
        """Let go of the calls of other partitions."""
        gone = frozenset(call for call, at in self._partition_of.items() if at not in partitions)
        for call in gone:
            del self._partition_of[call]
        self._ways = {call: ways for call, ways in self._ways.items() if call[1] not in gone}
        await self._moved(gone)

    def direct(self, headers: Head, value: bytes) -> None:
        """Take a record that came over a direct line; where it cannot be heard at once, the log brings it."""
        ways = self._ways.get((headers.get("tenant", ""), headers.get("call", "")))
        if ways is None or headers.get("leg") or not self._keyring.holds_id(headers.get("ce_keyid", "")):
            return
        try:
            opened = audio_seal.unseal(self._keyring, headers, value, direction="in")
        except (InputError, ValidationError) as wrong:
            log.warning("a record of a direct line cannot be read", error=type(wrong).__name__)
            return
        for each in ways.direct(opened.number, opened):
            self._hand(each)

    async def _take(self, record: ConsumerRecord) -> None:
        headers: dict[str, str] = {}
        try:
            headers = codec.header_map(record.headers)
            if self._stale(record, headers.get("kind", "")):
                return
            if self._came_directly(headers):
                return
            # What comes directly meanwhile waits its turn.
            opened = await audio_seal.unseal_aside(self._keyring, headers, record.value or b"", direction="in")
        except DBAPIError as away:  # what is said meanwhile is not heard; a worker that ended would lose every call
            log.warning("an audio record cannot be opened now", error=type(away).__name__, offset=record.offset)
            return
        except (InputError, ValidationError, codec.Unreadable) as wrong:
            await self._bury(record, headers, wrong)
            return
        for each in self._due(opened, record.partition):
            await self._handle(each)

    def _came_directly(self, headers: Head) -> bool:
        """Whether what the log has now was heard over a direct line."""
        call = (headers.get("tenant", ""), headers.get("call", ""))
        ways = None if headers.get("leg") or headers.get("kind") == "start" else self._ways.get(call)
        came = ways is not None and ways.came_directly(audio_seal.number_of(headers))
        if came and headers.get("kind") == "stop":
            self._forget(call)
        return came

    def _due(self, opened: AudioRecord, partition: int) -> list[AudioRecord]:
        """Give what is to be heard now that the log has this record."""
        if opened.leg:  # an agent may say that she is there when the call is over
            return [opened]
        call = (opened.tenant, opened.call_id)
        known = None if opened.kind == "start" else self._ways.get(call)
        ways = TwoWays[AudioRecord]() if known is None else known
        if opened.kind == "stop":
            self._forget(call)
        else:
            self._partition_of[opened.call_id], self._ways[call] = partition, ways
        return ways.logged(opened.number, opened)

    def _forget(self, call: tuple[str, str]) -> None:
        self._partition_of.pop(call[1], None)
        self._ways.pop(call, None)

    async def _bury(self, record: ConsumerRecord, headers: Mapping[str, str], wrong: Exception) -> None:
        log.warning("an audio record cannot be read", error=type(wrong).__name__, offset=record.offset)
        try:
            await self._door.dead_letter(
                topic=AUDIO_IN.name, call_id=headers.get("call", ""), tenant=headers.get("tenant") or "default",
                reason=f"an audio record cannot be read: {type(wrong).__name__}", field=None,
                content=record.value or b"",
            )
        except TransientError as outside:
            log.warning("a dead letter was given up", error=str(outside), offset=record.offset)

    def _stale(self, record: ConsumerRecord, kind: str) -> bool:
        return stale(kind, age_ms=self._now_ms() - record.timestamp)


def stale(kind: str, *, age_ms: int) -> bool:
    """Tell whether a record came too late to be taken."""
    return kind != "stop" and age_ms > (STALE_MS if kind == "media" else STALE_CONTROL_MS)


class _Moves(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, inlet: KafkaInlet) -> None:
        self._inlet = inlet

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Wait for the assignment: most partitions come back, and their calls must not be cut off."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Keep the calls of what is ours now."""
        await self._inlet.keep(frozenset(place.partition for place in assigned))
