"""The rounds of a room that looks at the database again and again; while it is away, the room waits."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError

from infra.outage import remedy

log = structlog.get_logger()


async def rounds(once: Callable[[], object], *, every_s: float, room: str) -> None:
    """Make rounds until cancelled, the first at once, each in a thread of its own."""
    while True:
        try:
            await asyncio.to_thread(once)
        except DBAPIError as outside:
            log.warning(
                "a room waits for the database", room=room, error=type(outside).__name__, remedy=remedy(outside)
            )
        await asyncio.sleep(every_s)
