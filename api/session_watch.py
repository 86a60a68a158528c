"""Which sessions hold something open in this process, and when one of them is over: one look a second for all."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter

from sqlalchemy.exc import DBAPIError

from infra.clock import now
from infra.login_sessions import LoginSessions, Named

EVERY_S = 1.0


class SessionWatch:
    """Waits for sessions to end, however they do: logged out, ended everywhere, too old, not used for too long."""

    def __init__(self, sessions: LoginSessions) -> None:
        """Take where sessions are kept."""
        self._sessions = sessions
        self._over: dict[Named, asyncio.Event] = {}
        self._holders: Counter[Named] = Counter()
        self._somebody = asyncio.Event()

    @contextmanager
    def over(self, session: Named) -> Iterator[asyncio.Event]:
        """Give what is set once the session is over, while the block lasts."""
        event = self._over.setdefault(session, asyncio.Event())
        self._holders[session] += 1
        self._somebody.set()
        try:
            yield event
        finally:
            self._holders[session] -= 1
            if not self._holders[session]:
                del self._holders[session], self._over[session]

    async def run(self) -> None:
        """Look until cancelled; while nobody holds anything open there is nothing to ask."""
        while True:
            if not self._over:
                self._somebody.clear()
                await self._somebody.wait()
            await asyncio.sleep(EVERY_S)
            await self._look()

    async def _look(self) -> None:
        waiting = [session for session, event in self._over.items() if not event.is_set()]
        for tenant, mine in groupby(sorted(waiting, key=attrgetter("tenant")), key=attrgetter("tenant")):
            names = [one.session for one in mine]
            try:
                over = await asyncio.to_thread(self._sessions.over, tenant, names, at=now())
            except DBAPIError:
                continue  # asked again at the next look
            for name in over:
                event = self._over.get(Named(tenant, name))
                if event is not None:
                    event.set()
