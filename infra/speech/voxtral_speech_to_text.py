"""Recognition by Voxtral realtime on vLLM: WS /v1/realtime, its own event names, one socket for each utterance.

The names are not OpenAI's: `transcription.delta` appends, the model stands on the top level of `session.update`.
"""

import asyncio
import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import soxr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from governance.errors import TransientError
from infra.speech import closing
from infra.speech.bounded import UNREADABLE, Failures, answered, kind
from infra.speech.ports import Samples
from schemas.speech import Transcript
from schemas.turns import Provider

RATE = 16_000
FAILURES: Failures = (WebSocketException, OSError, TransientError)
BROKEN: Failures = (WebSocketException, OSError, *UNREADABLE)


class VoxtralSpeechToText:
    """Transcribes calls."""

    def __init__(
        self, *, base_url: str, api_key: str, model: str, region: str, timeout_ms: int, name: str = "voxtral"
    ) -> None:
        """`base_url` is the server's `/v1`; the time bounds the opening and the wait for a final transcript."""
        self.provider = Provider(name=name, model=model, region=region)
        self.timeout_ms = timeout_ms
        self._url = f"{base_url.replace('http', 'ws', 1)}/realtime"
        self._key = api_key

    async def open(self, *, sample_rate: int) -> "VoxtralRecogniser":
        """Begin a call; sockets are opened by utterances."""
        return VoxtralRecogniser(self, sample_rate=sample_rate)

    async def close(self) -> None:
        """Nothing is held between utterances."""

    async def connect(self) -> ClientConnection:
        """Open a socket and start a transcription; raises TransientError."""
        return await answered(self._connect, within_ms=self.timeout_ms, failures=FAILURES)

    async def _connect(self) -> ClientConnection:
        key = {"Authorization": f"Bearer {self._key}"}
        socket = await connect(self._url, additional_headers=key, close_timeout=closing.WITHIN_S)
        await socket.send(json.dumps({"type": "session.update", "model": self.provider.model}))
        await socket.send(json.dumps({"type": "input_audio_buffer.commit"}))
        return socket


class VoxtralRecogniser:
    """One call's utterances."""

    def __init__(self, speech: VoxtralSpeechToText, *, sample_rate: int) -> None:
        """Take the adapter and the rate of the call's audio."""
        self._speech = speech
        self._rate = sample_rate

    def begin(
        self, *, digits: bool, heard: Callable[[Transcript], None]  # noqa: ARG002 - named by the port
    ) -> "VoxtralListening":
        """Start an utterance."""
        return VoxtralListening(self._speech, sample_rate=self._rate, heard=heard)

    async def close(self) -> None:
        """Nothing is held between utterances."""


class VoxtralListening:
    """One utterance; what it is fed waits where the socket is not open yet."""

    def __init__(
        self, speech: VoxtralSpeechToText, *, sample_rate: int, heard: Callable[[Transcript], None]
    ) -> None:
        """Open the socket."""
        self._speech = speech
        self._heard = heard
        self._resampler = soxr.ResampleStream(sample_rate, RATE, 1, dtype="int16") if sample_rate != RATE else None
        self._text = ""
        self._audio: asyncio.Queue[Samples | None] = asyncio.Queue()
        self._work = asyncio.create_task(self._transcribe())

    async def feed(self, samples: Samples) -> None:
        """Send the next audio."""
        self._audio.put_nowait(samples)

    def settle(self) -> None:
        """The model streams: an end that is only suspected cannot be asked for."""

    async def finish(self) -> Transcript:
        """End the audio and wait for the rest of the text; raises TransientError."""
        self._audio.put_nowait(None)
        try:
            async with asyncio.timeout(self._speech.timeout_ms / 1000):
                return await self._work
        except TimeoutError:
            raise TransientError("timeout") from None

    async def drop(self) -> None:
        """Close the socket."""
        self._work.cancel()
        with suppress(asyncio.CancelledError, TransientError):
            await self._work

    async def _transcribe(self) -> Transcript:
        try:
            socket = await self._speech.connect()
            async with socket:
                sending = asyncio.create_task(self._send(socket))
                try:
                    async for message in socket:
                        if self._take(json.loads(message)):
                            return Transcript(text=self._text.strip())
                finally:
                    sending.cancel()
        except BROKEN as failed:
            raise TransientError(kind(failed)) from None
        raise TransientError("closed")

    def _take(self, event: dict[str, Any]) -> bool:
        match event.get("type"):
            case "transcription.delta":
                self._text += str(event.get("delta", ""))
                self._heard(Transcript(text=self._text.strip()))
            case "transcription.done":
                self._text = str(event.get("text") or self._text)
                return True
            case "error":
                raise TransientError("refused")
        return False

    async def _send(self, socket: ClientConnection) -> None:
        with suppress(WebSocketException):
            while (samples := await self._audio.get()) is not None:
                await self._append(socket, samples, last=False)
            if self._resampler is not None:
                await self._append(socket, np.zeros(0, dtype=np.int16), last=True)
            await socket.send(json.dumps({"type": "input_audio_buffer.commit", "final": True}))

    async def _append(self, socket: ClientConnection, samples: Samples, *, last: bool) -> None:
        ours = samples if self._resampler is None else self._resampler.resample_chunk(samples, last=last)
        if len(ours):
            audio = base64.b64encode(ours.astype("<i2").tobytes()).decode()
            await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": audio}))
