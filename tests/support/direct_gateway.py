"""The real end of direct lines at a gateway, over loopback, and what workers told it."""

import asyncio
from types import TracebackType
from typing import Self

from api.direct_lines import DirectLines
from api.metrics import Metrics
from infra.direct_line import Head

HERE = "127.0.0.1"


class DirectGateway:
    """Listens while it is open."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[tuple[Head, bytes]] = asyncio.Queue()
        self.lines = DirectLines(
            host=HERE, take=lambda head, value: self.taken.put_nowait((head, value)), metrics=Metrics()
        )

    async def __aenter__(self) -> Self:
        await self.lines.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, place: TracebackType | None
    ) -> None:
        await self.lines.stop()

    async def taken_next(self) -> tuple[Head, bytes]:
        """Give the next that a worker told."""
        async with asyncio.timeout(60):
            return await self.taken.get()

    async def has(self, *calls: tuple[str, str], be: bool = True) -> None:
        """Wait until a worker is connected for each of the calls, or for none."""
        async with asyncio.timeout(60):
            while any(self.lines.has(call) is not be for call in calls):
                await asyncio.sleep(0)
