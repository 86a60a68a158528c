"""A voice behind any OpenAI-compatible server: POST /v1/audio/speech, as it is made, however the server sends it."""

from collections.abc import AsyncIterator

from openai import AsyncOpenAI

from governance.errors import TransientError
from infra.speech import openai_client
from infra.speech.bounded import streamed
from infra.speech.openai_client import FAILURES
from infra.speech.ports import Samples
from infra.speech.sound import RATE, Sound
from schemas.turns import Provider


class OpenAITextToSpeech:
    """Speaks phrases."""

    sample_rate = RATE

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
        return streamed(lambda: self._ask(text), within_ms=self._timeout_ms, failures=(*FAILURES, TransientError))

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _ask(self, text: str) -> AsyncIterator[Samples]:
        create = self._client.audio.speech.with_streaming_response.create
        async with create(
            model=self.provider.model, voice=self._voice, input=text, response_format="pcm"
        ) as response:
            sound = Sound(content_type=response.headers.get("content-type", ""))
            async for chunk in response.iter_bytes():
                if len(samples := sound.push(chunk)):
                    yield samples
                sound.check()
            if len(samples := sound.end()):
                yield samples
