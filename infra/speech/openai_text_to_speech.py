"""A voice behind any OpenAI-compatible server: POST /v1/audio/speech, raw PCM at 24 kHz as it is made."""

from collections.abc import AsyncIterator

import numpy as np
from openai import AsyncOpenAI

from governance.errors import TransientError
from infra.speech.bounded import streamed
from infra.speech.openai_client import FAILURES
from infra.speech.ports import Samples
from schemas.turns import Provider

NO_SOUND = ("text/", "application/json", "application/xml", "application/xhtml")
PCM_RATE = 24_000  # what `pcm` means on this endpoint: 16 bit little-endian, one channel, no header


class OpenAITextToSpeech:
    """Speaks phrases."""

    sample_rate = PCM_RATE

    def __init__(
        self, client: AsyncOpenAI, *, model: str, voice: str, region: str, timeout_ms: int, name: str = "openai"
    ) -> None:
        """Take an open client; the time bounds the wait for the first and for each next piece of audio."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._voice = voice
        self._timeout_ms = timeout_ms

    def speak(self, text: str) -> AsyncIterator[Samples]:
        """Give the audio of a phrase as it arrives."""
        return streamed(lambda: self._ask(text), within_ms=self._timeout_ms, failures=FAILURES)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _ask(self, text: str) -> AsyncIterator[Samples]:
        create = self._client.audio.speech.with_streaming_response.create
        async with create(
            model=self.provider.model, voice=self._voice, input=text, response_format="pcm"
        ) as response:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind.startswith(NO_SOUND):
                raise TransientError("an answer that is no sound")
            odd = b""  # half a sample, when a chunk ends within one
            async for chunk in response.iter_bytes():
                data = odd + chunk
                whole = len(data) - len(data) % 2
                odd = data[whole:]
                if whole:
                    yield np.frombuffer(data[:whole], dtype="<i2").astype(np.int16)
