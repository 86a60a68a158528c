"""The openai client as every adapter here opens it: another base URL, warm connections, no retries of its own."""

import asyncio
from contextlib import suppress

import httpx2  # the transport of the openai library
import openai
from openai import AsyncOpenAI

from infra.speech.bounded import Failures

# The library passes on what its transport raises in mid-stream, and does not check what it is given: an answer of
# another shape shows as JSON that cannot be read, or as a field that is not there.
FAILURES: Failures = (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, AttributeError, TypeError)


WARM_WITHIN_S = 2.0
KEPT_S = 60.0  # the library drops an idle connection after 5 s, and a caller may speak for longer
MOST_CONNECTIONS, MOST_IDLE = 1_000, 100  # as the library has them


def open_client(*, base_url: str, api_key: str, timeout_ms: int) -> AsyncOpenAI:
    """Open a client; it connects with the first request, or when it is warmed, and keeps the connection."""
    limits = httpx2.Limits(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_IDLE, keepalive_expiry=KEPT_S
    )
    return AsyncOpenAI(
        base_url=base_url, api_key=api_key, timeout=timeout_ms / 1000, max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(limits=limits),
    )


async def warm(client: AsyncOpenAI) -> None:
    """Ask for the list of models, whatever is answered: handshake and encryption are done before a caller waits."""
    with suppress(*FAILURES):
        async with asyncio.timeout(WARM_WITHIN_S):  # the library bounds each read alone
            await client.models.with_raw_response.list()
