"""The shell around a room: read, drop what is known, trace, ask the room, number its answer, publish, then remember.

Records that wait are answered together, so that a room under load sends once for many. The order of writes is what
makes at-least-once delivery harmless:
1. every answer is on the sink topic and acknowledged,
2. then the room's state (with the number of the event it answered) goes to its table,
3. then the source offset may be committed (Faust flushes the table's changelog before it commits).
A crash before 2 repeats the same answers with the same ids and numbers, which the next room drops as known;
a crash after 2 finds the event already answered. The caller does 2 and 3 with what `process` gives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

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
TOGETHER_S = 0.005  # what is decided does not wait longer than this for what is not
OUTSIDE = (TransientError, DBAPIError)
Json = dict[str, Any]
T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Kept:
    """The state a call's room is left with, by the arrival (its place among those given) that left it so."""

    place: str
    state: Json
    arrival: int


@dataclass(frozen=True, slots=True)
class Answered:
    """How many arrivals are answered, and what is to be remembered of them before their offsets are committed."""

    arrivals: int
    kept: list[Kept]


class Processor:
    """Runs one room over its source; one event at a time, so order per call is kept."""

    def __init__(self, room: Room, *, bus: EventBus, keyring: Keyring, dead_letters: DeadLetters) -> None:
        self._room = room
        self._bus = bus
        self._keyring = keyring
        self._dead_letters = dead_letters

    async def process(self, arrivals: Sequence[Arrival], table: Mapping[str, Json]) -> Answered:
        """Answer the first of the records, and more that go as quickly, durably; `table` is only read."""
        until = asyncio.get_running_loop().time() + TOGETHER_S
        kept: dict[str, Kept] = {}
        records = await self._patiently(partial(self._decided, arrivals[0], 0, table, kept))
        count = 1
        while count < len(arrivals) and asyncio.get_running_loop().time() < until:
            try:
                records += await self._decided(arrivals[count], count, table, kept)
            except OUTSIDE:
                break  # it is waited for when it comes first; what is decided goes out before
            count += 1
        try:
            await self._patiently(partial(self._bus.send_all, records))
        except InputError as wrong:
            if count > 1:  # one of them is too large: alone it is known which
                return await self.process(arrivals[:1], table)
            await self._patiently(partial(self._reject, arrivals[0], codec.Unreadable(str(wrong))))
            kept = {}
        return Answered(count, list(kept.values()))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        wait_s = RETRY_FIRST_S
        while True:
            try:
                return await work()
            except OUTSIDE as outside:
                log.warning("retrying in place", room=self._room.name, error=type(outside).__name__, wait_s=wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)

    async def _decided(
        self, arrival: Arrival, number: int, table: Mapping[str, Json], kept: dict[str, Kept]
    ) -> list[Record]:
        try:
            event = await self._read(arrival)
            place = f"{event.tenant}/{event.call_id}"  # a call id is a tenant's own
            before: Json = (kept[place].state if place in kept else table.get(place)) or {"in": 0, "out": 0, "room": {}}
            if event.sequence and event.sequence <= before["in"]:
                return []
            with telemetry.process_span(self._room.source.name, event=event, room=self._room.name) as traceparent:
                answer = await self._room.decide(before["room"], event)
                events = [
                    one.model_copy(update={"sequence": n, "traceparent": traceparent or one.traceparent})
                    for n, one in enumerate(answer.events, start=before["out"] + 1)
                ]
                records = [await self._record(one) for one in events]
        except InputError as wrong:
            return await self._reject(arrival, codec.Unreadable(str(wrong)))
        except codec.Unreadable as wrong:
            return await self._reject(arrival, wrong)
        if events or answer.state != before["room"]:
            kept[place] = Kept(place, {
                "in": max(event.sequence, before["in"]), "out": before["out"] + len(events), "room": answer.state,
            }, number)
        return records

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

    async def _record(self, event: Event) -> Record:
        value, key_id = codec.value_of(event), None
        if self._room.sink.sealed:
            if not self._keyring.holds(tenant=event.tenant, call_id=event.call_id):
                await asyncio.to_thread(self._keyring.ensure, tenant=event.tenant, call_id=event.call_id)
            sealed = self._keyring.seal(
                tenant=event.tenant, call_id=event.call_id, plaintext=value, context=event.id.encode()
            )
            value, key_id = sealed.ciphertext, sealed.key_id
        return Record(self._room.sink.name, event.call_id, value, codec.headers_of(event, key_id=key_id))

    async def _reject(self, arrival: Arrival, wrong: codec.Unreadable) -> list[Record]:
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
        return []
