"""Time enters by the front door: a deadline that is due comes in at call.raw; an API's unsent event, too."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import TransientError
from infra import clock, deadlines, outbox
from infra.database import transaction
from infra.front_door import FrontDoor, event
from infra.keys import KeyDestroyed
from schemas.base import Event
from schemas.calls import DeadlinePassed

log = structlog.get_logger()
LOOK_EVERY_S = 0.2
AT_ONCE = 100


class Timekeeper:
    """Sends due deadlines and left-over outbox rows; a crash between sending and marking repeats the same event id."""

    def __init__(self, *, engine: Engine, door: FrontDoor) -> None:
        self._engine = engine
        self._door = door

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.once()
            except (DBAPIError, TransientError) as outside:
                log.warning("deadlines wait for the outside", error=type(outside).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def once(self) -> int:
        """Send what is due now; gives how many."""
        now = clock.now()
        due, waiting = await asyncio.to_thread(self._waiting, now)
        arrivals = [_passed(one, now) for one in due] + [one for _, one in waiting]
        if arrivals:
            await self._send(arrivals)
            await asyncio.to_thread(self._mark, due, [row for row, _ in waiting], now)
        return len(arrivals)

    async def _send(self, arrivals: list[Event]) -> None:
        try:
            await self._door.accept(arrivals)
        except KeyDestroyed:  # nothing was sent: what belongs to a forgotten call is left out
            for one in arrivals:
                with suppress(KeyDestroyed):
                    await self._door.accept([one])

    def _waiting(self, now: datetime) -> tuple[list[deadlines.Due], list[tuple[str, Event]]]:
        with transaction(self._engine) as connection:
            return deadlines.due(connection, now=now, limit=AT_ONCE), outbox.unsent(connection, limit=AT_ONCE)

    def _mark(self, due: list[deadlines.Due], sent: list[str], now: datetime) -> None:
        with transaction(self._engine) as connection:
            deadlines.mark_sent(connection, [one.deadline for one in due], at=now)
            outbox.mark_sent(connection, sent, at=now)


def _passed(due: deadlines.Due, now: datetime) -> Event:
    # It occurs now and not at `due_at`: where a channel's clock is slow, the answer's own deadline would be past, too.
    return event(
        DeadlinePassed(deadline=due.deadline, why=due.why, about=due.about),
        call_id=due.call_id, tenant=due.tenant, source="/callwarden/deadlines", source_id=due.deadline,
        occurred_at=now,
    )
