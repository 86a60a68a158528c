"""Who may decode now: a request waits for its turn, and one whose client has gone is not decoded at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from infra.local_models.errors import ApiError

GONE = 499  # nginx's "client closed request"; nobody reads it


class Client(Protocol):
    """Who asked; Starlette's request is one."""

    async def is_disconnected(self) -> bool:
        """Whether nobody waits for the answer any more."""


def gone() -> ApiError:
    """Give the answer to a client that has left."""
    return ApiError(GONE, "the client has closed the request", code="client_closed_request")


class Turns:
    """As many decodes at once as there are workers; interims that were given up would otherwise delay a final."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self, client: Client) -> AsyncIterator[None]:
        """Hold one of the places; raises ApiError when the client has left meanwhile."""
        async with self._free:
            if await client.is_disconnected():
                raise gone()
            yield
