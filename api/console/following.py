"""Keeps a page true while it is open: looks again when the desk's bell rings, and now and then without one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from nicegui import background_tasks, ui

from api.console.persons import Visit


def follow(visit: Visit, look: Callable[[], Awaitable[None]], *, every_s: float) -> None:
    """Look again until the window is closed; a bell says that something changed, what it is the API says."""

    async def again() -> None:
        with visit.parts.bell.waiter(visit.who.tenant) as bell:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), every_s)
                bell.clear()
                await look()

    following = background_tasks.create(again(), name="following")
    ui.context.client.on_delete(following.cancel)
