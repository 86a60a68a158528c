"""A model that hears and speaks behind OpenAI Realtime or a compatible server: WS /v1/realtime by OpenAI's SDK.

The caller's words are judged before the model answers (`create_response` is off), and an answer that was cut is
truncated to what was played, which deletes the unheard rest from the model's memory too. Servers of the beta names
(speaches, some proxies) are understood.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import numpy as np
import soxr
from openai import AsyncOpenAI
from websockets.exceptions import WebSocketException

from governance.errors import TransientError
from infra.speech.bounded import Failures, answered, kind
from infra.speech.dialogues import (
    AssistantAudio,
    AssistantDone,
    AssistantSaid,
    CallerSaid,
    CallerStarted,
    DialogueEvent,
)
from infra.speech.openai_client import FAILURES
from infra.speech.ports import Samples
from schemas.speech import Usage
from schemas.turns import Provider

RATE = 24_000
BETA = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
}
HEARD = "conversation.item.input_audio_transcription"
ANY_FAILURE: Failures = (*FAILURES, WebSocketException)


class OpenAISpeechToSpeech:
    """Holds calls."""

    sample_rate = RATE

    def __init__(
        self, client: AsyncOpenAI, *, model: str, voice: str, transcription_model: str, region: str, timeout_ms: int,
        name: str = "openai",
    ) -> None:
        """The time bounds the opening, and the wait for the first and each next piece of an answer."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._voice = voice
        self._transcription_model = transcription_model
        self._timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int, instructions: str) -> "OpenAIDialogue":
        """Begin a call; raises TransientError."""
        return await answered(
            lambda: self._open(sample_rate, instructions), within_ms=self._timeout_ms, failures=ANY_FAILURE
        )

    async def _open(self, sample_rate: int, instructions: str) -> "OpenAIDialogue":
        stack = AsyncExitStack()
        connecting = self._client.realtime.connect(model=self.provider.model, max_retries=0)
        connection = await stack.enter_async_context(connecting)
        form: Any = {"type": "audio/pcm", "rate": RATE}
        detection: Any = {"type": "server_vad", "create_response": False, "interrupt_response": False}
        heard: Any = {"format": form, "transcription": {"model": self._transcription_model},
                      "turn_detection": detection}
        spoken: Any = {"format": form, "voice": self._voice}
        await connection.session.update(session={
            "type": "realtime", "model": self.provider.model, "instructions": instructions,
            "output_modalities": ["audio"], "audio": {"input": heard, "output": spoken},
        })
        return OpenAIDialogue(connection, stack, sample_rate=sample_rate, timeout_ms=self._timeout_ms)


class OpenAIDialogue:
    """One call's socket."""

    gated = True

    def __init__(self, connection: Any, stack: AsyncExitStack, *, sample_rate: int, timeout_ms: int) -> None:
        """Take an open connection."""
        self._connection = connection
        self._stack = stack
        self._timeout_ms = timeout_ms
        self._resampler = soxr.ResampleStream(sample_rate, RATE, 1, dtype="int16") if sample_rate != RATE else None
        self._heard: dict[str, str] = {}
        self._made: dict[str, int] = {}  # samples of each answer
        self._item = ""
        self._owed = False  # an answer was asked for and has not ended: a silent vendor is a failure

    async def hear(self, samples: Samples) -> None:
        """Send the caller's next audio."""
        ours = samples if self._resampler is None else self._resampler.resample_chunk(samples)
        if len(ours):
            audio = base64.b64encode(ours.astype("<i2").tobytes()).decode()
            await self._send(self._connection.input_audio_buffer.append(audio=audio))

    async def answer(self) -> None:
        """Ask for an answer: what the caller said may be said of it."""
        self._owed = True
        await self._send(self._connection.response.create())

    async def cut(self, item: str, *, played_ms: int) -> None:
        """Cancel, and truncate to what was played; more than was made would be refused."""
        if self._owed:
            await self._send(self._connection.response.cancel())
        made_ms = 1000 * self._made.get(item, 0) // RATE
        await self._send(self._connection.conversation.item.truncate(
            item_id=item, content_index=0, audio_end_ms=min(played_ms, made_ms)
        ))

    async def events(self) -> AsyncIterator[DialogueEvent]:
        """Give what the model says and heard."""
        while True:
            try:
                async with asyncio.timeout(self._timeout_ms / 1000 if self._owed else None):
                    event = await self._connection.recv()
            except TimeoutError:
                raise TransientError("timeout") from None
            except ANY_FAILURE as failed:
                raise TransientError(kind(failed)) from None
            told = self._read(BETA.get(event.type, event.type), event)
            if told is not None:
                yield told

    async def close(self) -> None:
        """Close the socket."""
        with suppress(*ANY_FAILURE):
            await self._stack.aclose()

    def _read(self, name: str, event: Any) -> DialogueEvent | None:
        match name:
            case "input_audio_buffer.speech_started":
                return CallerStarted()
            case "response.output_audio.delta":
                self._item = event.item_id
                samples = np.frombuffer(base64.b64decode(event.delta), dtype="<i2").astype(np.int16)
                self._made[self._item] = self._made.get(self._item, 0) + len(samples)
                return AssistantAudio(self._item, samples)
            case "response.output_audio_transcript.delta":
                return AssistantSaid(event.item_id, event.delta)
            case "response.done":
                self._owed = False
                response = event.response
                if response.status == "failed":
                    raise TransientError("failed")
                item, self._item = self._item, ""
                return AssistantDone(item, interrupted=response.status == "cancelled", usage=_usage(response.usage))
            case "error" if getattr(event.error, "code", None) != "response_cancel_not_active":
                raise TransientError("refused")
            case _:
                return self._heard_by(name, event)

    def _heard_by(self, name: str, event: Any) -> DialogueEvent | None:
        if name == f"{HEARD}.delta":
            self._heard[event.item_id] = self._heard.get(event.item_id, "") + (event.delta or "")
            return CallerSaid(event.item_id, self._heard[event.item_id], final=False)
        if name == f"{HEARD}.completed":
            self._heard.pop(event.item_id, None)
            return CallerSaid(event.item_id, event.transcript, final=True)
        return None

    async def _send(self, sending: Any) -> None:
        try:
            async with asyncio.timeout(self._timeout_ms / 1000):
                await sending
        except TimeoutError:
            raise TransientError("timeout") from None
        except ANY_FAILURE as failed:
            raise TransientError(kind(failed)) from None


def _usage(told: Any) -> Usage | None:
    if told is None:
        return None
    return Usage(input_tokens=told.input_tokens or 0, output_tokens=told.output_tokens or 0)
