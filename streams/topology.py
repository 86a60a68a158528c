"""Every flight of governance rooms bound to Faust, top to bottom in the order of the stair."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, cast

import faust
from faust.types.tables import TableT

from streams.flight import Flight, Json
from streams.processor import Arrival, Processor

Flights = Sequence[tuple[Flight, Processor]]
Table = MutableMapping[str, Json]
Stream = faust.Stream[bytes]
Inbox = asyncio.Queue[faust.EventT[bytes]]
WAITING_MOST = 64  # records read ahead of the one being answered
HOUR_MS = "3600000"
# What a state was before, and that it was forgotten, is cleaned away in hours: a log at Kafka's own settings waits for
# a week, or for half of it to be old. Only a topic that is made from now on takes them.
SOON_CLEANED = {
    "segment.ms": HOUR_MS, "max.compaction.lag.ms": HOUR_MS, "delete.retention.ms": HOUR_MS,
    "min.cleanable.dirty.ratio": "0.1",
}


def bind(
    app: faust.App, flights: Flights, *, partitions: int, fatal: Callable[[Exception], NoReturn]
) -> list[TableT[str, Json]]:
    """Give each flight its source, its table of states and its agent; `fatal` ends the process. Gives the tables."""
    tables: list[TableT[str, Json]] = []
    for flight, processor in flights:
        source = app.topic(
            flight.source.name, key_type=bytes, key_serializer="raw",  # a key that is no text would be dropped unseen
            value_type=bytes, value_serializer="raw", partitions=partitions,
        )
        table = app.Table(
            f"{flight.name}-state", default=None, key_type=str, partitions=partitions, extra_topic_configs=SOON_CLEANED
        )
        app.agent(source, name=flight.name)(_agent(app, processor, table, fatal))
        tables.append(table)
    return tables


def _agent(
    app: faust.App, processor: Processor, table: Table, fatal: Callable[[Exception], NoReturn]
) -> Callable[[faust.StreamT[Any]], Awaitable[None]]:
    async def agent(stream: faust.StreamT[Any]) -> None:
        unanswered: Stream = cast(Any, stream).noack()  # the interface of Faust leaves it out
        inbox: Inbox = asyncio.Queue(WAITING_MOST)
        reading = asyncio.create_task(_or_end(_read(unanswered, inbox), fatal))
        try:
            await _or_end(_answer(app, unanswered, inbox, processor, table), fatal)
        finally:
            reading.cancel()

    return agent


async def _or_end(work: Awaitable[None], fatal: Callable[[Exception], NoReturn]) -> None:
    try:
        await work
    except Exception as broken:  # noqa: BLE001 - Faust would go on with the next record: this one would be lost
        fatal(broken)


async def _read(stream: Stream, inbox: Inbox) -> None:
    async for event in stream.events():
        await inbox.put(event)


async def _answer(
    app: faust.App, stream: Stream, inbox: Inbox, processor: Processor, table: Table
) -> None:
    held: list[faust.EventT[bytes]] = []
    while True:
        if not held:
            held.append(await inbox.get())
        while not inbox.empty() and len(held) < WAITING_MOST:
            held.append(inbox.get_nowait())
        # What was read before a rebalance is delivered again, to whoever has its partition now.
        held = [one for one in held if one.message.generation_id == app.consumer_generation_id]
        if not held:
            continue
        answered = await processor.process([_arrival(one) for one in held], table)
        for kept in answered.kept:
            stream._set_current_event(held[kept.arrival])  # noqa: SLF001 - its partition is where the changelog goes
            table[kept.place] = kept.state
        for one in held[: answered.arrivals]:
            await stream.ack(one)
        del held[: answered.arrivals]


def _arrival(event: faust.EventT[bytes]) -> Arrival:
    headers: Any = event.headers  # a mapping or pairs, as the driver has them
    stored_at = datetime.fromtimestamp(event.message.timestamp, UTC)
    return Arrival(event.value or b"", dict(headers or {}), stored_at)  # a record may have no value at all
