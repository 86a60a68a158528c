"""call.audio.in and call.audio.out become recordings: sealed chunks and positions in one transaction.

What a crash leaves is a prefix of the audio, never a record twice and never a gap: positions move with the chunks.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from pydantic import ValidationError
from sqlalchemy import Connection, Engine

from governance.errors import InputError
from infra import (
    audio_seal,
    key_gate,
    payment_windows,
    recording_consents,
    recording_gaps,
    recordings,
)
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.payment_windows import Call, Kept
from infra.recording_chunks import Chunk, cut
from infra.recording_consents import Agreed
from infra.recording_plan import sounding
from schemas import codec
from schemas.audio import BRIEFING, AudioRecord
from schemas.recordings import AbsentBecause, Direction
from schemas.topics import AUDIO_IN, AUDIO_OUT
from streams.placed import Batch, Places

log = structlog.get_logger()
CONSUMER = "recording"
GROUP = f"callwarden-{CONSUMER}"
DIRECTIONS: dict[str, audio_seal.Direction] = {AUDIO_IN.name: "in", AUDIO_OUT.name: "out"}
KEPT = {"media", "dtmf"}
CHUNK_S = 2.0
MOST_RECORDS = 20_000
FETCH_MS = 100
FETCH_BYTES, FETCH_WAIT_MS = 1 << 20, 500


class SoundRecorder:
    """Consumes the audio topics; `incarnations` tells which life of each topic the offsets belong to."""

    def __init__(
        self, *, bootstrap_servers: str, engine: Engine, keyring: Keyring, incarnations: Mapping[str, str],
        chunk_s: float = CHUNK_S, keeps_unknown: bool = True,
    ) -> None:
        """Take the parts; a chunk holds at most what came in `chunk_s`.

        `keeps_unknown`: whether a call is recorded of which no door noted whether it may be.
        """
        self._keeps_unknown = keeps_unknown
        self._servers = bootstrap_servers
        self._engine = engine
        self._keyring = keyring
        self._incarnations = incarnations
        self._chunk_s = chunk_s
        self._places = Places(reader=CONSUMER, engine=engine, topics=DIRECTIONS, incarnations=incarnations)

    async def run(self) -> None:
        """Record until cancelled; an outside that fails is waited for, nothing is skipped."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, group_id=GROUP, enable_auto_commit=False, auto_offset_reset="earliest",
            session_timeout_ms=6000, heartbeat_interval_ms=1000, max_poll_interval_ms=600_000,
            # Chunks are made every CHUNK_S: to be told of each frame at once would cost the broker a request a frame.
            fetch_min_bytes=FETCH_BYTES, fetch_max_wait_ms=FETCH_WAIT_MS,
        )
        self._places.follow(consumer)
        await consumer.start()
        try:
            while True:
                await asyncio.sleep(self._chunk_s)
                await self._take(consumer)
        finally:
            await consumer.stop()

    async def _take(self, consumer: AIOKafkaConsumer) -> None:
        async with self._places.moving:
            taken: dict[TopicPartition, list[ConsumerRecord]] = {}
            while sum(map(len, taken.values())) < MOST_RECORDS:
                batch = await consumer.getmany(timeout_ms=FETCH_MS)
                if not batch:
                    break
                for place, records in self._places.ours(batch).items():
                    taken.setdefault(place, []).extend(records)
            if not taken:
                return
            await self._places.until_done(lambda: self._record(taken))
        await self._places.show()

    def _record(self, batch: Batch) -> None:
        with transaction(self._engine) as connection:
            for place, records in batch.items():
                self._keep(connection, place, records)
            self._places.advance(connection, batch)

    def _keep(self, connection: Connection, place: TopicPartition, records: Sequence[ConsumerRecord]) -> None:
        direction = DIRECTIONS[place.topic]
        kept: dict[tuple[str, str, str, int, str], list[tuple[ConsumerRecord, AudioRecord]]] = {}
        read = [(record, opened) for record in records if (opened := self._open(record, direction)) is not None]
        calls = {(one.tenant, one.call_id) for _, one in read}
        windows = payment_windows.of_calls(connection, calls)
        agreed = recording_consents.of_calls(connection, calls)
        left_out: dict[tuple[Call, str, AbsentBecause], list[AudioRecord]] = {}
        stopped: set[Call] = set()
        for record, opened in read:
            call = (opened.tenant, opened.call_id)
            why = self._absent(windows, agreed, call, _arrived_at(record)) if opened.kind in KEPT else None
            if why is not None:
                left_out.setdefault((call, opened.leg, why), []).append(opened)
                continue
            if direction == "in" and opened.kind == "stop":
                stopped.add(call)
            if opened.kind in KEPT:
                key = (opened.tenant, opened.call_id, opened.encoding, opened.sample_rate, opened.leg)
                mine = kept.setdefault(key, [])
                if not mine or mine[-1][1].number != opened.number:  # a producer that tried again sent it twice
                    mine.append((record, opened))
        gone = key_gate.forgotten(connection, {key[:2] for key in kept})
        kept = {key: mine for key, mine in kept.items() if key[:2] not in gone}
        chunks = [
            one for key, mine in kept.items()
            if (one := self._cut(mine, place, _direction(direction, leg=key[-1]))) is not None
        ]
        for tenant, call_id in {(one.tenant, one.call_id) for one in chunks}:
            recordings.begin(connection, tenant=tenant, call_id=call_id, at=now())
        recordings.keep(connection, chunks)
        for (call, leg, because), frames in left_out.items():
            recordings.begin(connection, tenant=call[0], call_id=call[1], at=now())
            gaps = sounding(frames)
            recording_gaps.leave_out(connection, call, _direction(direction, leg=leg), gaps, because=because)
        for tenant, call_id in sorted(stopped):  # of a call that was begun only now, too
            recordings.stopped(connection, tenant=tenant, call_id=call_id, at=now())

    def _absent(
        self, windows: Mapping[Call, Sequence[Kept]], agreed: Mapping[Call, Agreed], call: Call, at: datetime
    ) -> AbsentBecause | None:
        if payment_windows.covering(windows, call, at):
            return "payment"
        kept = recording_consents.may_keep(agreed, call, at, unknown=self._keeps_unknown)
        return None if kept else "not_consented"

    def _cut(
        self, records: Sequence[tuple[ConsumerRecord, AudioRecord]], place: TopicPartition, direction: Direction
    ) -> Chunk | None:
        first = f"{self._incarnations[place.topic]}/{place.partition}/{records[0][0].offset}"
        arrived_ms = (records[0][0].timestamp, records[-1][0].timestamp)
        try:
            return cut(
                [one for _, one in records], direction=direction, place=first, keyring=self._keyring, at=now(),
                arrived_ms=arrived_ms,
            )
        except InputError as wrong:  # the call was forgotten: nothing more of it may be kept
            log.warning("audio of a call was refused", call=records[0][1].call_id, error=type(wrong).__name__)
            return None

    def _open(self, record: ConsumerRecord, direction: audio_seal.Direction) -> AudioRecord | None:
        try:
            headers = codec.header_map(record.headers)
            if headers.get("leg") and not headers.get("utterance", "").startswith(BRIEFING):
                return None  # what an agent says is kept as the caller hears it
            return audio_seal.unseal(self._keyring, headers, record.value or b"", direction=direction)
        except (InputError, ValidationError, codec.Unreadable) as wrong:
            # The voice worker reads the same record and keeps the dead letter.
            log.warning("an audio record cannot be recorded", error=type(wrong).__name__, offset=record.offset)
            return None


def _direction(of_topic: audio_seal.Direction, *, leg: str) -> Direction:
    return "briefing" if leg else of_topic


def _arrived_at(record: ConsumerRecord) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, tz=UTC)
