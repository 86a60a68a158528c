"""Finds a running call that a worker meets in the middle: how it began, and the sound without words on record."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError
from infra import audio_seal
from infra.call_memory import CallMemory, remember
from infra.keys import Keyring
from schemas import codec
from schemas.audio import AudioRecord
from schemas.topics import AUDIO_IN
from streams.voice.start import Start

WITHIN_S = 3.0
POLL_MS = 100
EARLIER = timedelta(seconds=10)  # clocks of gateways and brokers differ
LONGEST_SPEECH = timedelta(seconds=30)  # older sound is not heard again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recalled:
    """A running call: its start, its record so far, and frames that came after the last words on record."""

    start: Start = field(default_factory=Start)
    memory: CallMemory = field(default_factory=CallMemory)
    frames: tuple[AudioRecord, ...] = ()


class Recall(Protocol):
    """Finds what there is to know of the call of a record."""

    async def __call__(self, first: AudioRecord) -> Recalled:
        """Bounded in time; empty where nothing is found."""


class KafkaRecall:
    """Reads the call's partition of call.audio.in and its rows of the read model."""

    def __init__(self, *, bootstrap_servers: str, fetch_wait_ms: int, keyring: Keyring, engine: Engine) -> None:
        """Take where to look."""
        self._servers = bootstrap_servers
        self._fetch_wait_ms = fetch_wait_ms
        self._keyring = keyring
        self._engine = engine

    async def find(self, first: AudioRecord, *, partition: int, now: datetime) -> Recalled:
        """Look for the call of `first`, the first record of it that this worker has."""
        memory = await self._memory(first)
        place = TopicPartition(AUDIO_IN.name, partition)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, client_id="callwarden-voice-recall", enable_auto_commit=False,
            fetch_max_wait_ms=self._fetch_wait_ms,
        )
        start, frames = Start(), []
        try:
            async with asyncio.timeout(WITHIN_S):
                await consumer.start()
                consumer.assign([place])
                start = await self._start(consumer, place, first, memory)
                frames = await self._frames(consumer, place, first, memory, now)
        except (KafkaError, OSError, TimeoutError, InputError, ValidationError) as wrong:
            log.warning("a running call was not found whole", call=first.call_id, error=type(wrong).__name__)
        finally:
            await consumer.stop()
        return Recalled(start, memory, tuple(frames))

    async def _memory(self, first: AudioRecord) -> CallMemory:
        try:
            return await asyncio.to_thread(remember, self._engine, tenant=first.tenant, call_id=first.call_id)
        except DBAPIError as away:
            log.warning("a call goes on without its memory", call=first.call_id, error=type(away).__name__)
            return CallMemory()

    async def _start(
        self, consumer: AIOKafkaConsumer, place: TopicPartition, first: AudioRecord, memory: CallMemory
    ) -> Start:
        await _seek(consumer, place, memory.started_at - EARLIER if memory.started_at else None)
        async for record in self._of_call(consumer, place, first, kinds=("start",)):
            return Start.model_validate_json(record.payload or b"{}")
        log.warning("the start of a running call was not found", call=first.call_id)
        return Start()

    async def _frames(
        self, consumer: AIOKafkaConsumer, place: TopicPartition, first: AudioRecord, memory: CallMemory, now: datetime
    ) -> list[AudioRecord]:
        since = max(memory.heard_at or now - LONGEST_SPEECH, now - LONGEST_SPEECH)
        await _seek(consumer, place, since - EARLIER)
        found = {
            record.number: record async for record in self._of_call(consumer, place, first, kinds=("media",))
            if record.number < first.number and record.offset_ms >= memory.heard_ms
        }
        return [found[number] for number in sorted(found)]

    async def _of_call(
        self, consumer: AIOKafkaConsumer, place: TopicPartition, first: AudioRecord, *, kinds: tuple[str, ...]
    ) -> AsyncIterator[AudioRecord]:
        """The call's records up to the end of the partition as it is now."""
        end = (await consumer.end_offsets([place]))[place]
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=POLL_MS)).get(place, []):
                headers = codec.header_map(record.headers)
                mine = headers.get("call") == first.call_id and headers.get("tenant") == first.tenant
                if mine and headers.get("kind") in kinds and not headers.get("leg"):
                    yield await asyncio.to_thread(
                        audio_seal.unseal, self._keyring, headers, record.value or b"", direction="in"
                    )


async def _seek(consumer: AIOKafkaConsumer, place: TopicPartition, at: datetime | None) -> None:
    """Go to the first record of an instant; to the first of all where there is none or the broker knows no instants."""
    found = None
    if at is not None:
        found = (await consumer.offsets_for_times({place: int(at.timestamp() * 1000)})).get(place)
    if found is None:
        await consumer.seek_to_beginning(place)
    else:
        consumer.seek(place, found.offset)
