"""The openai client as every adapter here opens it: another base URL, warm connections, no retries of its own."""

import httpx2  # the transport of the openai library
import openai
from openai import AsyncOpenAI

from infra.speech.bounded import Failures

# The library passes on what its transport raises in mid-stream, and does not check what it is given: an answer of
# another shape shows as JSON that cannot be read, or as a field that is not there.
FAILURES: Failures = (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, AttributeError, TypeError)


def open_client(*, base_url: str, api_key: str, timeout_ms: int) -> AsyncOpenAI:
    """Open a client; it connects with the first request and keeps the connection."""
    return AsyncOpenAI(base_url=base_url, api_key=api_key, timeout=timeout_ms / 1000, max_retries=0)
