"""Wakes whoever waits for a change of handoffs: PostgreSQL LISTEN on one connection for all of a process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from psycopg import sql

from infra.read_handoffs import CHANNEL

log = structlog.get_logger()
RETRY_AFTER_S = 1.0
CONNECT_TIMEOUT_S = 10


class HandoffBell:
    """Rings for a tenant when one of its handoffs changed, and for all after a lost connection came back."""

    def __init__(self, *, url: str) -> None:
        """Take the database's address; `run` connects."""
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def waiter(
        self, tenant: str, *, call_id: str | None = None, bell: asyncio.Event | None = None
    ) -> Iterator[asyncio.Event]:
        """Give an event that is set at each change, and at what is said in a call, until the block ends."""
        bell = bell or asyncio.Event()
        places = [tenant] if call_id is None else [tenant, f"{tenant} {call_id}"]
        for place in places:
            self._waiting.setdefault(place, set()).add(bell)
        try:
            yield bell
        finally:
            for place in places:
                mine = self._waiting[place]
                mine.discard(bell)
                if not mine:
                    del self._waiting[place]

    async def run(self) -> None:
        """Listen until cancelled; a database that is away is tried again."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as outside:
                log.warning("handoff changes are not heard of", error=type(outside).__name__)
            await asyncio.sleep(RETRY_AFTER_S)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
        )
        async with connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            for place in list(self._waiting):
                self._ring(place)  # what changed while nobody listened
            async for heard in connection.notifies():
                self._ring(heard.payload)

    def _ring(self, place: str) -> None:
        for bell in self._waiting.get(place, ()):
            bell.set()
