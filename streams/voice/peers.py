"""Misses a voice worker that was killed, so that its calls go to another at once and not when its session has run out.

Who is not there in two looks in a row is taken out of the group. A worker that lives and has lost the database alone
joins again by itself; it could not have carried its calls much further.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from governance.errors import TransientError

LOOK_EVERY_S = 0.3
MOST_TRIES = 20  # by then the group's own time has run out

log = structlog.get_logger()


class Presence(Protocol):
    """How a worker is seen, and sees."""

    @property
    def name(self) -> str:
        """Its own name."""

    def look(self) -> frozenset[str]:
        """Give who is there, itself too; raises DBAPIError."""

    def close(self) -> None:
        """Be seen no longer."""


class Peers:
    """What one worker knows of the others."""

    def __init__(
        self, presence: Presence, *, bury: Callable[[str], Awaitable[int]], every_s: float = LOOK_EVERY_S
    ) -> None:
        """`bury` takes one out of the group, and gives whether it was there."""
        self._presence = presence
        self._bury = bury
        self._every_s = every_s
        self._known: frozenset[str] = frozenset()
        self._missed: frozenset[str] = frozenset()
        self._tried: Counter[str] = Counter()

    async def run(self) -> None:
        """Be seen and look, until cancelled."""
        try:
            while True:
                await self.once()
                await asyncio.sleep(self._every_s)
        finally:
            self._presence.close()

    async def once(self) -> None:
        """Look once."""
        try:
            there = await asyncio.to_thread(self._presence.look)
        except DBAPIError as away:
            log.warning("other voice workers are not seen", error=type(away).__name__)
            there = frozenset()
        if self._presence.name not in there:  # who does not see itself sees nothing: nobody is missed then
            self._known = self._missed = frozenset()
            return
        gone = self._known - there
        for name in sorted(gone & self._missed):
            await self._take_out(name)
        self._missed = gone & self._known
        self._known |= there

    async def _take_out(self, name: str) -> None:
        try:
            members = await self._bury(name)
        except TransientError as failed:  # it is tried again with the next look
            log.warning("a voice worker that is gone was not taken out", worker=name, error=str(failed))
            self._tried[name] += 1
            if self._tried[name] < MOST_TRIES:
                return
            members = 0
        del self._tried[name]
        self._known -= {name}
        if members:  # one that ended in good order has left by itself
            log.warning("a voice worker is gone: its calls go to others", worker=name)
