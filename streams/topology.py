"""Every governance room bound to Faust, top to bottom in the order of the stair."""

from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import faust

from streams.processor import Arrival, Json, Processor, Room

Rooms = Sequence[tuple[Room, Processor]]


def bind(app: faust.App, rooms: Rooms, *, partitions: int, fatal: Callable[[Exception], NoReturn]) -> None:
    """Give each room its source topic, its table of state and its agent; `fatal` ends the process."""
    for room, processor in rooms:
        source = app.topic(
            room.source.name, key_type=bytes, key_serializer="raw",  # a key that is no text would be dropped unseen
            value_type=bytes, value_serializer="raw", partitions=partitions,
        )
        table = app.Table(f"{room.name}-state", default=None, key_type=str, partitions=partitions)
        app.agent(source, name=room.name)(_agent(processor, table, fatal))


def _agent(
    processor: Processor, table: MutableMapping[str, Json], fatal: Callable[[Exception], NoReturn]
) -> Callable[[faust.StreamT[bytes]], AsyncIterator[int]]:
    async def agent(stream: faust.StreamT[bytes]) -> AsyncIterator[int]:
        async for event in stream.events():
            headers: Any = event.headers  # a mapping or pairs, as the driver has them
            stored_at = datetime.fromtimestamp(event.message.timestamp, UTC)
            arrival = Arrival(event.value or b"", dict(headers or {}), stored_at)  # a record may have no value at all
            try:
                yield await processor.process(arrival, table)
            except Exception as broken:  # noqa: BLE001 - Faust acknowledges a record whose agent raised: it would be lost
                fatal(broken)

    return agent
