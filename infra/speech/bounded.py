"""Bounds every question to a provider: one deadline for it all, one more try where the first failed at once.

What is refused (status 4xx) is not asked again, nor who has asked to be left alone for a while.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

from governance.errors import TransientError
from infra.speech.retry_after import TurnedAway, asked_to_wait_ms, status_of

ATTEMPTS = 2
RETRY_PAUSE_S = 0.05
AGAIN = (408, 409, 425)  # what a server says that would take the same question another time

T = TypeVar("T")
Failures = tuple[type[Exception], ...]
# What reading an answer of another shape raises: who talks nonsense has failed, as who hangs up has.
UNREADABLE: Failures = (ValueError, TypeError, AttributeError, LookupError)


async def answered(ask: Callable[[], Awaitable[T]], *, within_ms: int, failures: Failures) -> T:
    """Give the answer; raises TransientError once the time is up or both tries failed. A timeout is not tried again."""
    try:
        async with asyncio.timeout(within_ms / 1000):
            for attempt in range(ATTEMPTS):
                try:
                    return await ask()
                except failures as failed:
                    if attempt + 1 == ATTEMPTS or refused(failed):
                        raise named(failed) from None
                    await asyncio.sleep(RETRY_PAUSE_S)
    except TimeoutError:
        raise TransientError("timeout") from None
    raise TransientError("no attempt was made")


async def streamed(
    ask: Callable[[], AsyncIterator[T]], *, within_ms: int, failures: Failures
) -> AsyncIterator[T]:
    """Pass an answer on piece by piece, each within the time; tried again only before its first piece."""
    deadline = asyncio.get_running_loop().time() + within_ms / 1000
    begun = False
    for attempt in range(ATTEMPTS):
        try:
            async with aclosing(_closing(ask())) as pieces:
                while True:
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(pieces, None)
                    if piece is None:
                        return
                    begun = True
                    yield piece
                    deadline = asyncio.get_running_loop().time() + within_ms / 1000
        except TimeoutError:
            raise TransientError("timeout") from None
        except failures as failed:
            if begun or attempt + 1 == ATTEMPTS or refused(failed):
                raise named(failed) from None
            await asyncio.sleep(RETRY_PAUSE_S)


def refused(failed: Exception) -> bool:
    """Tell whether it is so again at once: wrong, not allowed, one too many, or somebody who asks for time."""
    status = status_of(failed)
    return (status is not None and 400 <= status < 500 and status not in AGAIN) or asked_to_wait_ms(failed) > 0


def kind(failed: Exception) -> str:
    """Name a failure by its class and status: a provider's message may repeat what was sent, ours never does."""
    if isinstance(failed, TransientError):
        return str(failed)
    status = status_of(failed)
    return f"{type(failed).__name__} {status}" if status is not None else type(failed).__name__


def named(failed: Exception) -> TransientError:
    """Give a failure as the chain takes it, with what its sender said about coming again."""
    if isinstance(failed, TransientError):
        return failed
    status = status_of(failed)
    if status is None:
        return TransientError(kind(failed))
    return TurnedAway(kind(failed), status_code=status, wait_ms=asked_to_wait_ms(failed))


async def _closing(pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    async for piece in pieces:
        yield piece


async def taking(pieces: AsyncIterator[T], *, whole_ms: int) -> AsyncGenerator[T, None]:
    """Pass pieces on while the waiting for them takes no longer than this in all; the consumer takes her time."""
    loop, left_s = asyncio.get_running_loop(), whole_ms / 1000
    async with aclosing(_closing(pieces)) as waiting:
        while True:
            began = loop.time()
            try:
                async with asyncio.timeout(left_s):
                    piece = await anext(waiting, None)
            except TimeoutError:
                raise TransientError("timeout") from None
            left_s -= loop.time() - began
            if piece is None:
                return
            yield piece


async def whole(answer: Awaitable[T], *, whole_ms: int) -> T:
    """Wait for an answer no longer than this; raises TransientError."""
    try:
        async with asyncio.timeout(whole_ms / 1000):
            return await answer
    except TimeoutError:
        raise TransientError("timeout") from None
