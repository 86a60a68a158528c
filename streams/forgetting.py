"""Lets go of what the rooms remember of calls whose words are gone: out of memory, and a tombstone on the changelog.

The tables themselves are asked, not a list of erasures: what was restored from a changelog, or written by an event that
was on its way, goes at the next look. A tombstone is stored before the memory is emptied, so a crash between the two
repeats it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka.partitioner import DefaultPartitioner
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from infra import words_gone
from infra.database import transaction
from infra.key_gate import Named
from streams import states

log = structlog.get_logger()
LOOK_EVERY_S = 60.0
STORED_WITHIN_S = 30.0
OUTSIDE = (DBAPIError, TimeoutError)  # the last one: no broker stores a tombstone
_PARTITION_OF = DefaultPartitioner()


class StateForgetter:
    """Looks again and again; `tables` are those of the rooms, as Faust has them."""

    def __init__(self, *, engine: Engine, tables: Sequence[Any], partitions: int) -> None:
        """Take the tables with the number of their partitions."""
        self._engine = engine
        self._tables = tables
        self._partitions = list(range(partitions))

    async def run(self) -> None:
        """Look until cancelled; a database or a broker that does not answer is waited for."""
        while True:
            try:
                if forgotten := await self.once():
                    log.info("states of calls were forgotten", states=forgotten)
            except OUTSIDE as outside:
                log.warning("forgetting states waits", error=type(outside).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def once(self) -> int:
        """Forget what is to be forgotten now; gives how many states that were."""
        held = {tuple(place.split("/", 1)) for table in self._tables for place in table.data}
        gone = await asyncio.to_thread(self._gone, [one for one in held if len(one) == 2])
        forgotten = [(table, one) for table in self._tables for one in gone if states.place_of(*one) in table.data]
        for table, (tenant, call_id) in forgotten:
            place = states.place_of(tenant, call_id)
            # In the partition that the call's records lie in, which is where its state was written.
            partition = _PARTITION_OF(call_id.encode(), self._partitions, self._partitions)
            stored = table.send_changelog(partition, place, None, value_serializer="raw")
            await asyncio.wait_for(stored, STORED_WITHIN_S)
            table.data.pop(place, None)
        return len(forgotten)

    def _gone(self, held: Sequence[Any]) -> frozenset[Named]:
        with transaction(self._engine) as connection:
            return words_gone.among(connection, held)
