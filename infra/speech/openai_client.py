"""The openai client as every adapter here opens it: another base URL, warm connections, no retries of its own."""

import openai
from openai import AsyncOpenAI

from infra.speech.bounded import Failures

FAILURES: Failures = (openai.OpenAIError, OSError)


def open_client(*, base_url: str, api_key: str, timeout_ms: int) -> AsyncOpenAI:
    """Open a client; it connects with the first request and keeps the connection."""
    return AsyncOpenAI(base_url=base_url, api_key=api_key, timeout=timeout_ms / 1000, max_retries=0)
