"""Lets what comes to the broker within a few milliseconds go together: each request costs both sides the same.

Whoever comes first goes at once; who comes sooner after that than EVERY_S waits for the rest of it. With one caller
nobody waits, as her frames are further apart.
"""

import asyncio

EVERY_S = 0.008


class Pace:
    """One process's; `turn` is awaited before a record is sent."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        """Take the time between two requests."""
        self._every_s = every_s
        self._next = 0.0  # loop time
        self._gate: asyncio.Event | None = None

    async def turn(self) -> None:
        """Return when it is time to send."""
        loop = asyncio.get_running_loop()
        if self._gate is None:
            now = loop.time()
            if now >= self._next:
                self._next = now + self._every_s
                return
            self._gate = asyncio.Event()
            loop.call_at(self._next, self._open, self._gate)
        await self._gate.wait()

    def _open(self, gate: asyncio.Event) -> None:
        self._gate = None
        self._next = asyncio.get_running_loop().time() + self._every_s
        gate.set()
