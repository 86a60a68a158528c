"""Calls dispatch endpoints for what lies on call.emergencies, each in a task of its own, and reports what came of it.

A plain consumer of its own: a request leaves when it arrives, whatever a batch or a slow endpoint does meanwhile. An
offset is committed once every request up to it has an outcome on call.raw; until then a crash sends it again with the
same webhook-id.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, OffsetAndMetadata, TopicPartition
from aiokafka.errors import KafkaError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra import clock, telemetry
from infra.access_log import AccessLog
from infra.dispatch_message import Opened, Outgoing, message, opened
from infra.front_door import FrontDoor, event
from infra.keys import KeyDestroyed, Keyring
from infra.tokens import Principal
from infra.webhooks.sender import Attempt, Endpoint, Sender
from schemas import codec
from schemas.base import Data, Event, derived_id
from schemas.emergencies import (
    DispatchDelivered,
    DispatchFailed,
    DispatchRequested,
    DispatchSupplemented,
    EmergencyStoodDown,
    SealedDetail,
)
from schemas.topics import CALL_EMERGENCIES

log = structlog.get_logger()
GROUP = "callwarden-dispatch"
SOURCE = "/callwarden/dispatch"
RELEASED = "dispatch.released"
POLL_MS = 200
RETRY_FIRST_S, RETRY_MOST_S = 0.1, 5.0
RELEASE_WITHIN_S = 1.0  # a dispatch does not wait longer for the record of what it may tell
TOO_LATE = timedelta(minutes=15)  # what lay so long must be looked at by a person, and is not sent out any more
SAID_AGAIN = 3  # tries of what has no ladder of its own: a detail, a stand-down
SAID_AGAIN_S = 1.0
Outcome = Literal["refused", "failed", "timeout", "unknown_endpoint", "too_late"]
NOTHING: Opened = {}


class Dispatcher:
    """Reads the climbs; `endpoints` are known by the names that policies give them."""

    def __init__(
        self, *, bootstrap_servers: str, door: FrontDoor, keyring: Keyring, engine: Engine, sender: Sender,
        endpoints: Mapping[str, Endpoint],
    ) -> None:
        self._servers = bootstrap_servers
        self._door = door
        self._keyring = keyring
        self._engine = engine
        self._sender = sender
        self._endpoints = endpoints
        self._going: dict[TopicPartition, dict[int, asyncio.Task[None]]] = {}

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Send until cancelled; `ready` is set once it reads."""
        consumer = AIOKafkaConsumer(
            CALL_EMERGENCIES.name, bootstrap_servers=self._servers, group_id=GROUP, enable_auto_commit=False,
            auto_offset_reset="earliest", session_timeout_ms=6000, heartbeat_interval_ms=1000,
        )
        await consumer.start()
        try:
            if ready is not None:
                ready.set()
            while True:
                for place, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    going = self._going.setdefault(place, {})
                    for record in records:
                        going[record.offset] = asyncio.create_task(self._take(record))
                await self._commit(consumer)
        finally:
            tasks = [one for going in self._going.values() for one in going.values()]
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await consumer.stop()

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        done: dict[TopicPartition, OffsetAndMetadata] = {}
        for place, going in self._going.items():
            last = None
            for offset in sorted(going):
                if not going[offset].done():
                    break
                going.pop(offset).result()  # a fault of ours ends the worker, and the record is read again
                last = offset
            if last is not None and place in consumer.assignment():
                done[place] = OffsetAndMetadata(last + 1, "")
        if done:
            try:
                await consumer.commit(done)
            except KafkaError as outside:  # it is sent again with the same webhook-id
                log.info("offsets not committed", error=type(outside).__name__)

    async def _take(self, record: ConsumerRecord) -> None:
        try:
            one = codec.read(codec.header_map(record.headers), record.value or b"")
        except codec.Unreadable as wrong:
            log.error("an unreadable record of a climb", field=wrong.field)
            return
        late = clock.now() - datetime.fromtimestamp(record.timestamp / 1000, UTC) > TOO_LATE
        match one.data:
            case DispatchRequested() as data:
                with telemetry.process_span(CALL_EMERGENCIES.name, event=one, room="dispatch"):
                    await self._call(one, data, data.endpoint, data.message, data.details, late=late)
            case DispatchSupplemented() as data:
                await self._call(one, data, data.endpoint, one.id, data.details, late=late)
            case EmergencyStoodDown(tell=tell) as data:
                calls = (self._call(one, data, name, derived_id(one.id, name, 0), (), late=late) for name in tell)
                await asyncio.gather(*calls)
            case _:
                return

    async def _call(
        self, one: Event, data: Outgoing, name: str, message_id: str, details: tuple[SealedDetail, ...], *, late: bool
    ) -> None:
        dispatch = data.dispatch if isinstance(data, DispatchRequested) else message_id
        endpoint = self._endpoints.get(name)
        if endpoint is None or late:
            outcome: Outcome = "too_late" if late else "unknown_endpoint"
            await self._tell(one, dispatch, DispatchFailed(
                emergency=data.emergency, drill=data.drill, dispatch=dispatch, endpoint=name, outcome=outcome
            ))
            return
        released = await self._release(one, name, details) if details and not data.drill else NOTHING
        if not released and isinstance(data, DispatchSupplemented):
            await self._tell(one, dispatch, DispatchFailed(
                emergency=data.emergency, drill=data.drill, dispatch=dispatch, endpoint=name, outcome="failed",
                error="release",
            ))
            return
        told = message(one, data, message_id=message_id, released=released)
        attempt = await self._sender.send(endpoint, told, at=clock.now())
        if not isinstance(data, DispatchRequested):
            for _ in range(SAID_AGAIN - 1):
                if attempt.outcome in ("delivered", "refused"):
                    break
                await asyncio.sleep(SAID_AGAIN_S)
                attempt = await self._sender.send(endpoint, told, at=clock.now())
        names = tuple(detail.pseudonym for detail in details) if released else ()
        await self._tell(one, dispatch, _outcome(data, dispatch, name, attempt, names))

    async def _release(self, one: Event, name: str, details: tuple[SealedDetail, ...]) -> Opened:
        """Open what is released once that is in the audit log; nothing where it cannot be."""
        try:
            async with asyncio.timeout(RELEASE_WITHIN_S):
                return await asyncio.to_thread(self._recorded, one, name, details)
        except (TimeoutError, InputError, DBAPIError) as wrong:
            log.error("a dispatch leaves without its details", error=type(wrong).__name__, endpoint=name)
            return NOTHING

    def _recorded(self, one: Event, name: str, details: tuple[SealedDetail, ...]) -> Opened:
        for detail in details:
            self._keyring.forget(detail.key_id)  # what another process destroyed may still be held here
        told = opened(self._keyring, one, details)
        facts = {
            "reveal": one.id, "endpoint": name, "pseudonyms": " ".join(detail.pseudonym for detail in details),
            "entities": " ".join(detail.entity for detail in details),
        }
        who = Principal(subject=f"dispatch/{name}", tenant=one.tenant, role="channel")
        # Of the message and not of this process: sent again after a crash, it is the same entry.
        access = AccessLog(engine=self._engine, keyring=self._keyring, instance=f"dispatch/{one.id}")
        access.revealed(who, RELEASED, call=one.call_id, facts=facts, at=one.occurred_at)
        return told

    async def _tell(self, one: Event, dispatch: str, data: Data) -> None:
        told = event(
            data, call_id=one.call_id, tenant=one.tenant, source=SOURCE, source_id=f"{dispatch}/{data.type}",
            occurred_at=clock.now(), traceparent=one.traceparent,
        )
        wait_s = RETRY_FIRST_S
        while True:
            try:
                with suppress(KeyDestroyed):  # the call was forgotten meanwhile
                    await self._door.accept([told])
                break
            except (TransientError, DBAPIError) as outside:
                log.warning("what came of a dispatch waits", error=type(outside).__name__, wait_s=wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)


def _outcome(
    data: Outgoing, dispatch: str, name: str, attempt: Attempt, released: tuple[str, ...]
) -> DispatchDelivered | DispatchFailed:
    if attempt.outcome == "delivered":
        return DispatchDelivered(
            emergency=data.emergency, drill=data.drill, dispatch=dispatch, endpoint=name,
            status=attempt.status or 0, took_ms=round(attempt.took_ms, 1), released=released,
        )
    return DispatchFailed(
        emergency=data.emergency, drill=data.drill, dispatch=dispatch, endpoint=name, outcome=attempt.outcome,
        error=attempt.error, status=attempt.status, released=released,
    )
