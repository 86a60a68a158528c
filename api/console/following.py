"""Keeps a page true while it is open: by a stream of the API, or by looks when the desk's bell rings."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress

from nicegui import Client, background_tasks, ui

from api.console.asking import Refused
from api.console.persons import Visit
from api.console.streaming import Told

AGAIN_AFTER_S = 2.0
Hear = Callable[[Sequence[Told]], Awaitable[None]]
Miss = Callable[[Refused], Awaitable[None]]


def follow(visit: Visit, look: Callable[[], Awaitable[None]], *, every_s: float) -> None:
    """Look again until the window is closed; a bell says that something changed, what it is the API says."""

    async def again() -> None:
        with visit.parts.bell.waiter(visit.who.tenant) as bell:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), every_s)
                bell.clear()
                await look()

    _until_closed(background_tasks.create(again(), name="following"), ui.context.client)


def listen(visit: Visit, path: str, hear: Hear, miss: Miss, *, client: Client) -> "asyncio.Task[None]":
    """Follow a stream of the API until it or the window ends; of one that breaks off `miss` is told."""

    async def again() -> None:
        while True:
            try:
                async with aclosing(visit.ask.follow(path)) as stream:
                    async for told in stream:
                        await hear(told)
            except Refused as refused:
                await miss(refused)
                if not refused.away:
                    return
            else:
                return
            await asyncio.sleep(AGAIN_AFTER_S)

    return _until_closed(background_tasks.create(again(), name="listening"), client)


def _until_closed(task: "asyncio.Task[None]", client: Client) -> "asyncio.Task[None]":
    client.on_delete(task.cancel)
    return task
