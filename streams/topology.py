"""Every governance room bound to Faust, top to bottom in the order of the stair."""

from collections.abc import AsyncIterator, MutableMapping, Sequence

import faust

from streams.processor import Json, Processor, Room

Rooms = Sequence[tuple[Room, Processor]]


def bind(app: faust.App, rooms: Rooms, *, partitions: int) -> None:
    """Give each room its source topic, its table of state and its agent."""
    for room, processor in rooms:
        source = app.topic(
            room.source.name, key_type=str, value_type=bytes, value_serializer="raw", partitions=partitions,
        )
        table = app.Table(f"{room.name}-state", default=None, key_type=str, partitions=partitions)
        app.agent(source, name=room.name)(_agent(processor, table))


def _agent(processor: Processor, table: MutableMapping[str, Json]):  # type: ignore[no-untyped-def]  # Faust's own
    async def agent(stream: faust.Stream[bytes]) -> AsyncIterator[int]:
        async for event in stream.events():
            yield await processor.process(event, table)

    return agent
