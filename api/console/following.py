"""Keeps a page true while it is open: by a stream of the API, or by looks when the desk's bell rings."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress

from nicegui import Client, background_tasks, ui

from api.console.asking import Refused
from api.console.persons import Visit
from api.console.streaming import Told

AGAIN_AFTER_S = 2.0
OVER = "over"  # the event with which a stream says that nothing more will come
SESSION_OVER = "session_over"  # whoever asks again is told what to do
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
    """Follow a stream of the API until it says that it is over, or the window ends; of a refusal `miss` is told.

    One that ends without that word has fallen behind or was cut off: it is asked for again.
    """

    async def again() -> None:
        over = False
        while not over:
            try:
                async with aclosing(visit.ask.follow(path)) as stream:
                    async for told in stream:
                        await hear([one for one in told if one.name != SESSION_OVER])
                        over = over or any(one.name == OVER for one in told)
            except Refused as refused:
                await miss(refused)
                if not refused.away:
                    return
            await asyncio.sleep(AGAIN_AFTER_S)

    return _until_closed(background_tasks.create(again(), name="listening"), client)


def _until_closed(task: "asyncio.Task[None]", client: Client) -> "asyncio.Task[None]":
    client.on_delete(task.cancel)
    return task
