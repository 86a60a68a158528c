"""Hears a running call beside the worker that has it: its records of the audio topics, from now on, opened."""

import asyncio
from collections.abc import AsyncGenerator

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra import audio_seal, topics
from infra.audio_seal import Direction
from infra.clock import now
from infra.keys import Keyring
from schemas import codec
from schemas.audio import AudioRecord
from schemas.topics import AUDIO_IN, AUDIO_OUT

log = structlog.get_logger()
DIRECTIONS: dict[str, Direction] = {AUDIO_IN.name: "in", AUDIO_OUT.name: "out"}
EMBEDDED_FETCH_WAIT_MS = 10  # the embedded broker lets a fetch wait its full time even when data is there
FETCH_WAIT_MS = 500
POLL_MS = 200
LATE_MS = 2_000  # older sound is passed over: nobody talks with the past
Heard = tuple[Direction, AudioRecord]


class CallSound:
    """Gives the records of calls; each follower has a connection of its own, so that a slow one holds nobody up."""

    def __init__(self, *, bootstrap_servers: str, keyring: Keyring, embedded: bool) -> None:
        """Take where to look and who opens what is found."""
        self._servers = bootstrap_servers
        self._keyring = keyring
        self._wait_ms = EMBEDDED_FETCH_WAIT_MS if embedded else FETCH_WAIT_MS

    async def follow(
        self, *, tenant: str, call_id: str, answers: bool, payments: bool, partition: int | None = None
    ) -> AsyncGenerator[Heard | None, None]:
        """Give None once it listens, then what comes until closed; raises TransientError without a broker.

        `answers`: also what the caller hears, where her gateway reads it (`partition`); None: all of the topic is read.
        `payments`: also what is said in a payment window, which is sealed under another key than the call's.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers, client_id="callwarden-listening", enable_auto_commit=False,
            fetch_max_wait_ms=self._wait_ms,
        )
        try:
            own = await asyncio.to_thread(self._keyring.ensure, tenant=tenant, call_id=call_id)
            await consumer.start()
            places = await self._places(call_id, answers=answers, partition=partition)
            consumer.assign(places)
            await consumer.seek_to_end(*places)
            for place in places:
                await consumer.position(place)  # the end as of now, not as of the first fetch
            yield None
            while True:
                for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                    for record in records:
                        heard = await self._read(record, tenant, call_id, own=None if payments else own)
                        if heard is not None:
                            yield heard
        except (KafkaError, OSError):
            raise TransientError("no broker answers") from None
        finally:
            await consumer.stop()

    async def _places(self, call_id: str, *, answers: bool, partition: int | None) -> list[TopicPartition]:
        names = [AUDIO_IN.name, AUDIO_OUT.name] if answers else [AUDIO_IN.name]
        known = await topics.places(bootstrap_servers=self._servers, names=names)
        inward = sorted(one.partition for one in known if one.topic == AUDIO_IN.name)
        mine = DefaultPartitioner()(call_id.encode(), inward, inward)  # as a producer places a key
        wanted = {AUDIO_IN.name: mine, AUDIO_OUT.name: partition}
        return [one for one in known if wanted[one.topic] in (None, one.partition)]

    async def _read(self, record: ConsumerRecord, tenant: str, call_id: str, *, own: str | None) -> Heard | None:
        if record.key != call_id.encode():
            return None
        direction = DIRECTIONS[record.topic]
        try:
            headers = codec.header_map(record.headers)
            late = headers.get("kind") == "media" and now().timestamp() * 1000 - record.timestamp > LATE_MS
            window = own is not None and headers.get("kind") == "media" and headers.get("ce_keyid") != own
            if headers.get("tenant") != tenant or late or window:
                return None
            value = record.value or b""
            return direction, await audio_seal.unseal_aside(self._keyring, headers, value, direction=direction)
        except (InputError, ValidationError, codec.Unreadable, DBAPIError) as wrong:
            log.warning("a record of a call cannot be heard", error=type(wrong).__name__, offset=record.offset)
            return None
