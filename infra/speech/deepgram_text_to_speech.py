"""A voice by Deepgram: Aura-2 on WS /v1/speak, linear16 as it is made, one socket for each phrase."""

from collections.abc import AsyncIterator

import numpy as np
from deepgram import AsyncDeepgramClient
from deepgram.speak.v1.types import SpeakV1Flushed, SpeakV1Text

from infra.speech.bounded import streamed
from infra.speech.closing import hurried
from infra.speech.deepgram_client import FAILURES
from infra.speech.ports import Samples
from schemas.turns import Provider

RATE = 24_000


class DeepgramTextToSpeech:
    """Speaks phrases."""

    sample_rate = RATE

    def __init__(
        self, client: AsyncDeepgramClient, *, model: str, region: str, timeout_ms: int, name: str = "deepgram"
    ) -> None:
        """Take an open client; the time bounds the wait for the first and for each next piece of audio."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._timeout_ms = timeout_ms

    def speak(self, text: str) -> AsyncIterator[Samples]:
        """Give the audio of a phrase as it arrives."""
        return streamed(lambda: self._ask(text), within_ms=self._timeout_ms, failures=FAILURES)

    async def close(self) -> None:
        """Nothing is held between phrases."""

    async def _ask(self, text: str) -> AsyncIterator[Samples]:
        connect = self._client.speak.v1.connect
        async with connect(model=self.provider.model, encoding="linear16", sample_rate=RATE) as opened:
            socket = hurried(opened)
            await socket.send_text(SpeakV1Text(text=text))
            await socket.send_flush()
            odd, flushed = b"", False
            async for message in socket:
                if isinstance(message, SpeakV1Flushed):
                    flushed = True
                    break
                if not isinstance(message, bytes):
                    continue
                data = odd + message
                whole = len(data) - len(data) % 2
                odd = data[whole:]
                if whole:
                    yield np.frombuffer(data[:whole], dtype="<i2").astype(np.int16)
            if not flushed:
                raise EOFError
            await socket.send_close()
