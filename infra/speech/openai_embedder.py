"""Embeddings behind any OpenAI-compatible server: POST /v1/embeddings, brought to length one."""

import asyncio
import math

from openai import AsyncOpenAI

from governance.errors import TransientError
from infra.speech import openai_client
from infra.speech.bounded import named
from infra.speech.openai_client import FAILURES
from schemas.turns import Provider


class OpenAIEmbedder:
    """Gives texts their places; asked once, never again in the same turn: the caller waits."""

    def __init__(
        self, client: AsyncOpenAI, *, model: str, region: str, timeout_ms: int, name: str = "openai"
    ) -> None:
        """Take an open client; the time bounds the whole question, which is worth no longer wait."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._within_s = timeout_ms / 1000

    async def embed(self, text: str) -> tuple[float, ...]:
        """Give a vector of length one; raises TransientError."""
        try:
            async with asyncio.timeout(self._within_s):
                answer = await self._client.embeddings.create(
                    model=self.provider.model, input=text, encoding_format="float"
                )
            vector = [float(number) for one in answer.data[:1] for number in one.embedding]
        except TimeoutError:
            raise TransientError("timeout") from None
        except FAILURES as failed:
            raise named(failed) from None
        length = math.sqrt(sum(number * number for number in vector))
        if not math.isfinite(length) or length == 0:
            raise TransientError("no direction")
        return tuple(number / length for number in vector)

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()
