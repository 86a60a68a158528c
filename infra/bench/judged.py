"""Reads call.governed as anyone downstream would, and notes when each utterance was judged."""

import asyncio
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer

from infra.topics import places
from schemas.base import derived_id
from schemas.topics import CALL_GOVERNED

FETCH_WAIT_MS = 10


class Judged:
    """A consumer of its own, without a group, from now on."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, fetch_max_wait_ms=FETCH_WAIT_MS, enable_auto_commit=False
        )
        self._at: dict[str, float] = {}
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Read from the end of every partition."""
        await self._consumer.start()
        wanted = await places(bootstrap_servers=self._bootstrap_servers, names=(CALL_GOVERNED.name,))
        self._consumer.assign(wanted)
        await self._consumer.seek_to_end(*wanted)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._consumer.stop()

    async def times(self, event_ids: Iterable[str], *, within_s: float) -> list[float]:
        """Give when each accepted utterance was judged (perf_counter); raises TimeoutError."""
        wanted = [derived_id(one, "redaction", 0) for one in event_ids]
        async with asyncio.timeout(within_s):
            for one in wanted:
                while one not in self._at:
                    self._news.clear()
                    await self._news.wait()
        return [self._at[one] for one in wanted]

    async def _read(self) -> None:
        async for one in self._consumer:
            now = time.perf_counter()
            self._at.setdefault(dict(one.headers)["ce_id"].decode(), now)
            self._news.set()
