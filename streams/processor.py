"""The shell around a flight of rooms: read, drop what is known, ask the rooms, number their answers, publish, remember.

Records that wait are answered together, so that a flight under load sends once for many. The order of writes is what
makes at-least-once delivery harmless:
1. every answer of every room is on its sink topic and acknowledged,
2. then the states of the rooms (with the number of the event each answered) go to the flight's table, as one value,
3. then the source offset may be committed (Faust flushes the table's changelog before it commits).
A crash before 2 repeats the same answers with the same ids and numbers, which readers drop as known;
a crash after 2 finds the event already answered. The caller does 2 and 3 with what `process` gives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from streams.flight import Flight, Json, Refused, Step, Steps
from streams.states import place_of

log = structlog.get_logger()
RETRY_FIRST_S = 0.1
RETRY_MOST_S = 5.0
TOGETHER_S = 0.005  # what is decided does not wait longer than this for what is not
OUTSIDE = (TransientError, DBAPIError)
T = TypeVar("T")


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
    """The states that a call's rooms are left with, by the arrival (its place among those given) that left them so."""

    place: str
    state: Json
    arrival: int


@dataclass(frozen=True, slots=True)
class Answered:
    """How many arrivals are answered, and what is to be remembered of them before their offsets are committed."""

    arrivals: int
    kept: list[Kept]


class Processor:
    """Runs one flight over its source; one event at a time, so order per call is kept."""

    def __init__(self, flight: Flight, *, bus: EventBus, keyring: Keyring, dead_letters: DeadLetters) -> None:
        self._flight = flight
        self._bus = bus
        self._keyring = keyring
        self._dead_letters = dead_letters

    async def process(self, arrivals: Sequence[Arrival], table: Mapping[str, Json]) -> Answered:
        """Answer the first of the records, and more that go as quickly, durably; `table` is only read."""
        until = asyncio.get_running_loop().time() + TOGETHER_S
        kept: dict[str, Kept] = {}
        steps = await self._patiently(partial(self._decided, arrivals[0], 0, table, kept))
        count = 1
        while count < len(arrivals) and asyncio.get_running_loop().time() < until:
            try:
                steps += await self._decided(arrivals[count], count, table, kept)
            except OUTSIDE:
                break  # it is waited for when it comes first; what is decided goes out before
            count += 1
        try:
            await self._send([record for step in steps for record in step.records])
        except InputError:  # one of them is too large: step by step it is known which
            return await self._alone(arrivals[0], table)
        return Answered(count, list(kept.values()))

    async def _alone(self, arrival: Arrival, table: Mapping[str, Json]) -> Answered:
        """Answer a record without the answers that the broker does not take: what they answer is a dead letter."""
        too_large: dict[Refused, str] = {}
        while True:
            kept: dict[str, Kept] = {}
            steps = await self._patiently(partial(self._decided, arrival, 0, table, kept, too_large))
            try:
                for step in steps:
                    await self._send(step.records)
            except InputError as wrong:
                too_large[step.room.name, step.event.id] = str(wrong)
            else:
                return Answered(1, list(kept.values()))

    async def _send(self, records: list[Record]) -> None:
        await self._patiently(partial(self._bus.send_all, records))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        wait_s = RETRY_FIRST_S
        while True:
            try:
                return await work()
            except OUTSIDE as outside:
                log.warning("retrying in place", rooms=self._flight.name, error=type(outside).__name__, wait_s=wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)

    async def _decided(
        self, arrival: Arrival, number: int, table: Mapping[str, Json], kept: dict[str, Kept],
        too_large: Mapping[Refused, str] | None = None,
    ) -> list[Step]:
        """What every room says to one record; in `kept` the states after it."""
        try:
            event = await self._read(arrival)
        except InputError as wrong:
            return await self._reject(arrival, codec.Unreadable(str(wrong)))
        except codec.Unreadable as wrong:
            return await self._reject(arrival, wrong)
        place = place_of(event.tenant, event.call_id)
        before = kept[place].state if place in kept else table.get(place) or {}
        steps = Steps(self._flight, before, keyring=self._keyring, refused=too_large or {})
        await steps.take(event, content=arrival.value)
        for one in steps.rejected:
            await self._dead_letter(
                one.room.source.name, event.call_id, event.tenant, one.wrong, content=one.content, at=arrival.stored_at
            )
        if steps.states != before:
            kept[place] = Kept(place, steps.states, number)
        return steps.done

    async def _read(self, arrival: Arrival) -> Event:
        headers = codec.header_map(arrival.headers)
        if not self._flight.source.sealed:
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

    async def _reject(self, arrival: Arrival, wrong: codec.Unreadable) -> list[Step]:
        try:
            headers = codec.header_map(arrival.headers)
        except codec.Unreadable:
            headers = {}
        await self._dead_letter(
            self._flight.source.name, headers.get("ce_subject") or "unknown", headers.get("ce_tenant") or "default",
            wrong, content=arrival.value, at=arrival.stored_at,
        )
        return []

    async def _dead_letter(
        self, topic: str, call_id: str, tenant: str, wrong: codec.Unreadable, *, content: bytes, at: datetime | None
    ) -> None:
        log.warning("dead letter", topic=topic, reason=wrong.reason, field=wrong.field)
        await self._dead_letters.dead_letter(
            topic=topic, call_id=call_id, tenant=tenant, reason=wrong.reason, field=wrong.field, content=content, at=at
        )
