"""A flight of the stair: rooms that answer one event after the other; their landings are written and not read between.

A room's own order and numbers are the same as if it read its landing: it gets what the room above it says, in that
order, and drops what it has answered. What all of them remember of a call is one value, so a crash never leaves one
room behind another: an event is answered by every room of the flight, or again by every one (ADR-0041).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.errors import InputError
from infra import telemetry
from infra.event_bus import Record
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from schemas.topics import Topic

Json = dict[str, Any]
Refused = tuple[str, str]  # a room, and the id of an event that it must not answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a room says to one event: its new state (JSON-plain) and the events to publish, in order."""

    state: Json
    events: list[Event] = field(default_factory=list)


Decide = Callable[[Json, Event], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Room:
    """What stands between two landings: it reads `source` and answers on `sink`."""

    name: str
    source: Topic
    sink: Topic
    decide: Decide


@dataclass(frozen=True, slots=True)
class Flight:
    """Rooms from the top down: each but the first reads what one above it says."""

    rooms: tuple[Room, ...]

    @property
    def name(self) -> str:
        """Its first and last room."""
        return "-".join(dict.fromkeys((self.rooms[0].name, self.rooms[-1].name)))

    @property
    def source(self) -> Topic:
        """The landing that is read."""
        return self.rooms[0].source

    def below(self, room: Room) -> list[Room]:
        """Give the rooms that read what a room says."""
        return [one for one in self.rooms[1:] if one.source == room.sink]


@dataclass(frozen=True, slots=True)
class Step:
    """What one room says to one event, as records to be stored."""

    room: Room
    event: Event
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that a room cannot answer; `content` is what lies on the landing."""

    room: Room
    wrong: codec.Unreadable
    content: bytes


class Steps:
    """Takes one event down a flight, in memory; whoever began it stores what is done, then the states."""

    def __init__(
        self, flight: Flight, states: Json, *, keyring: Keyring, refused: Mapping[Refused, str]
    ) -> None:
        """`states` are those of the call, by room; `refused` says why a room must not answer an event."""
        self.done: list[Step] = []
        self.rejected: list[Rejected] = []
        self.states = dict(states)
        self._flight = flight
        self._keyring = keyring
        self._refused = refused

    async def take(self, event: Event, *, content: bytes) -> None:
        """Let the first room answer, and the others what follows from it; raises what keeps a room from answering."""
        await self._answer(self._flight.rooms[0], event, content)

    async def _answer(self, room: Room, event: Event, content: bytes) -> None:
        before: Json = self.states.get(room.name) or {"in": 0, "out": 0, "room": {}}
        if event.sequence and event.sequence <= before["in"]:
            return
        if why := self._refused.get((room.name, event.id)):
            self.rejected.append(Rejected(room, codec.Unreadable(why), content))
            return
        try:
            with telemetry.process_span(room.source.name, event=event, room=room.name) as traceparent:
                answer = await room.decide(before["room"], event)
                events = [
                    one.model_copy(update={"sequence": n, "traceparent": traceparent or one.traceparent})
                    for n, one in enumerate(answer.events, start=before["out"] + 1)
                ]
                records = [await self._record(room.sink, one) for one in events]
        except InputError as wrong:
            self.rejected.append(Rejected(room, codec.Unreadable(str(wrong)), content))
            return
        except codec.Unreadable as wrong:
            self.rejected.append(Rejected(room, wrong, content))
            return
        if events or answer.state != before["room"]:
            self.states[room.name] = {
                "in": max(event.sequence, before["in"]), "out": before["out"] + len(events), "room": answer.state,
            }
        self.done.append(Step(room, event, records))
        for below in self._flight.below(room):
            for one, record in zip(events, records, strict=True):
                await self._answer(below, one, record.value)

    async def _record(self, sink: Topic, event: Event) -> Record:
        value, key_id = codec.value_of(event), None
        if sink.sealed:
            if not self._keyring.holds(tenant=event.tenant, call_id=event.call_id):
                await asyncio.to_thread(self._keyring.ensure, tenant=event.tenant, call_id=event.call_id)
            sealed = self._keyring.seal(
                tenant=event.tenant, call_id=event.call_id, plaintext=value, context=event.id.encode()
            )
            value, key_id = sealed.ciphertext, sealed.key_id
        return Record(sink.name, event.call_id, value, codec.headers_of(event, key_id=key_id))
