"""The shell around a room: read, drop what is known, trace, ask the room, number its answer, publish, then remember.

The order of writes is what makes at-least-once delivery harmless:
1. every answer is on the sink topic and acknowledged,
2. then the room's state (with the number of the event it answered) goes to its table,
3. then the source offset may be committed (Faust flushes the table's changelog before it commits).
A crash before 2 repeats the same answers with the same ids and numbers, which the next room drops as known;
a crash after 2 finds the event already answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra import telemetry
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from schemas.topics import Topic

log = structlog.get_logger()
RETRY_FIRST_S = 0.1
RETRY_MOST_S = 5.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a room says to one event: its new state (JSON-plain) and the events to publish, in order."""

    state: Json
    events: list[Event] = field(default_factory=list)


Decide = Callable[[Json, Event], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Room:
    """One landing: reads `source`, answers on `sink`."""

    name: str
    source: Topic
    sink: Topic
    decide: Decide


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as the wire gives it."""

    value: bytes
    headers: Mapping[str, bytes]
    stored_at: datetime | None = None  # by the broker's clock: the same however often it is delivered


class DeadLetters(Protocol):
    """Where unreadable inputs are kept: only their digest and size leave."""

    async def dead_letter(
        self, *, topic: str, call_id: str, tenant: str, reason: str, field: str | None, content: bytes,
        at: datetime | None,
    ) -> None:
        """Durable once it returns."""


class Processor:
    """Runs one room over its source; one event at a time per partition, so order per call is kept."""

    def __init__(self, room: Room, *, bus: EventBus, keyring: Keyring, dead_letters: DeadLetters) -> None:
        self._room = room
        self._bus = bus
        self._keyring = keyring
        self._dead_letters = dead_letters

    async def process(self, arrival: Arrival, table: MutableMapping[str, Json]) -> int:
        """Answer one record durably; gives how many events it published."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                return await self._once(arrival, table)
            except InputError as wrong:
                return await self._reject(arrival, codec.Unreadable(str(wrong)))
            except codec.Unreadable as wrong:
                return await self._reject(arrival, wrong)
            except (TransientError, DBAPIError) as outside:
                log.warning("retrying in place", room=self._room.name, error=type(outside).__name__, wait_s=wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)

    async def _once(self, arrival: Arrival, table: MutableMapping[str, Json]) -> int:
        event = await self._read(arrival)
        place = f"{event.tenant}/{event.call_id}"  # a call id is a tenant's own
        kept: Json = table.get(place) or {"in": 0, "out": 0, "room": {}}
        if event.sequence and event.sequence <= kept["in"]:
            return 0
        with telemetry.process_span(self._room.source.name, event=event, room=self._room.name) as traceparent:
            answer = await self._room.decide(kept["room"], event)
            events = [
                one.model_copy(update={"sequence": kept["out"] + n, "traceparent": traceparent or one.traceparent})
                for n, one in enumerate(answer.events, start=1)
            ]
            await self._publish(events)
        if events or answer.state != kept["room"]:
            table[place] = {
                "in": max(event.sequence, kept["in"]), "out": kept["out"] + len(events), "room": answer.state,
            }
        return len(events)

    async def _read(self, arrival: Arrival) -> Event:
        headers = codec.header_map(arrival.headers)
        if not self._room.source.sealed:
            return codec.read(headers, arrival.value)
        key_id = headers.get("ce_keyid")
        if not key_id:
            raise codec.Unreadable("the value is not sealed: publish through POST /v1/events", "ce_keyid")
        if not key_id.isprintable():  # the database refuses to look for a NUL, however often it is asked
            raise codec.Unreadable("ce_keyid is no key id", "ce_keyid")
        context = headers.get("ce_id", "").encode()
        # With the key in memory this is a matter of microseconds; a thread would cost a hundred times that.
        if self._keyring.holds_id(key_id):
            opened = self._keyring.open(key_id=key_id, ciphertext=arrival.value, context=context)
        else:
            opened = await asyncio.to_thread(
                self._keyring.open, key_id=key_id, ciphertext=arrival.value, context=context
            )
        return codec.read(headers, opened)

    async def _publish(self, events: list[Event]) -> None:
        records = []
        for event in events:
            value, key_id = codec.value_of(event), None
            if self._room.sink.sealed:
                if not self._keyring.holds(tenant=event.tenant, call_id=event.call_id):
                    await asyncio.to_thread(self._keyring.ensure, tenant=event.tenant, call_id=event.call_id)
                sealed = self._keyring.seal(
                    tenant=event.tenant, call_id=event.call_id, plaintext=value, context=event.id.encode()
                )
                value, key_id = sealed.ciphertext, sealed.key_id
            headers = codec.headers_of(event, key_id=key_id)
            records.append(Record(self._room.sink.name, event.call_id, value, headers))
        await self._bus.send_all(records)

    async def _reject(self, arrival: Arrival, wrong: codec.Unreadable) -> int:
        log.warning("dead letter", room=self._room.name, reason=wrong.reason, field=wrong.field)
        try:
            headers = codec.header_map(arrival.headers)
        except codec.Unreadable:
            headers = {}
        await self._dead_letters.dead_letter(
            topic=self._room.source.name, call_id=headers.get("ce_subject") or "unknown",
            tenant=headers.get("ce_tenant") or "default", reason=wrong.reason, field=wrong.field,
            content=arrival.value, at=arrival.stored_at,
        )
        return 0
