"""Waits for the first of several pieces of work and ends the others: what is over for one side of a socket is over."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_of(work: Sequence[Coroutine[Any, Any, T]]) -> T:
    """Give what the first of them gives, or raise what it raises; of several at once the one named first counts."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
