"""A model that hears and speaks behind OpenAI Realtime or a compatible server: WS /v1/realtime by OpenAI's SDK.

The house decides when a turn has ended (`turn_detection` is off) and judges the words before it asks for an answer. An
answer that was cut is truncated to what was played, which deletes the unheard rest from the model's memory too. Servers
of the beta names (speaches, some proxies) are understood.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import Any, Literal

import numpy as np
import soxr
from openai import AsyncOpenAI
from websockets.exceptions import WebSocketException

from governance.errors import TransientError
from infra.speech import closing
from infra.speech.bounded import UNREADABLE, Failures, answered, kind
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
from infra.speech.refusal import Refused, by_the_vendor, judgement
from schemas.speech import Usage
from schemas.turns import Provider

RATE = 24_000
BETA = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
}
HEARD = "conversation.item.input_audio_transcription"
# What came too late to matter: an answer that had just ended, a sound that was too short to be an utterance.
HARMLESS = ("response_cancel_not_active", "input_audio_buffer_commit_empty")
ANY_FAILURE: Failures = (*FAILURES, WebSocketException, *UNREADABLE)


class OpenAISpeechToSpeech:
    """Holds calls."""

    sample_rate = RATE

    def __init__(
        self, client: AsyncOpenAI, *, model: str, voice: str, transcription_model: str | None, region: str,
        timeout_ms: int, name: str = "openai",
    ) -> None:
        """Without a `transcription_model` the vendor writes down nothing of the caller."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._voice = voice
        self._transcription_model = transcription_model
        self.timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int, instructions: str) -> "OpenAIDialogue":
        """Begin a call; raises TransientError."""
        return await answered(
            lambda: self._open(sample_rate, instructions), within_ms=self.timeout_ms, failures=ANY_FAILURE
        )

    async def close(self) -> None:
        """Give connections back."""
        await self._client.close()

    async def _open(self, sample_rate: int, instructions: str) -> "OpenAIDialogue":
        stack = AsyncExitStack()
        quick: Any = {"close_timeout": closing.WITHIN_S}  # passed on, though the library's type does not name it
        connecting = self._client.realtime.connect(
            model=self.provider.model, max_retries=0, websocket_connection_options=quick
        )
        connection = await stack.enter_async_context(connecting)
        form: Any = {"type": "audio/pcm", "rate": RATE}
        writes: Any = {"model": self._transcription_model} if self._transcription_model else None
        heard: Any = {"format": form, "transcription": writes, "turn_detection": None}
        spoken: Any = {"format": form, "voice": self._voice}
        await connection.session.update(session={
            "type": "realtime", "model": self.provider.model, "instructions": instructions,
            "output_modalities": ["audio"], "audio": {"input": heard, "output": spoken},
        })
        return OpenAIDialogue(connection, stack, sample_rate=sample_rate, timeout_ms=self.timeout_ms)


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
        self._again = False  # the next one was asked for while one that was cut had not ended
        self._committed: list[str] = []  # the utterances' items, as the vendor names them
        self._unwanted: set[int] = set()  # those that were no turns

    async def hear(self, samples: Samples) -> None:
        """Send the caller's next audio."""
        ours = samples if self._resampler is None else self._resampler.resample_chunk(samples)
        if len(ours):
            audio = base64.b64encode(ours.astype("<i2").tobytes()).decode()
            await self._send(self._connection.input_audio_buffer.append(audio=audio))

    async def commit(self) -> None:
        """Make what was heard an utterance."""
        await self._send(self._connection.send({"type": "input_audio_buffer.commit"}))

    async def forget(self, nth: int) -> None:
        """Delete an utterance, also one whose name the vendor has not told yet; with 0 clear what was not committed."""
        if nth == 0:
            await self._send(self._connection.input_audio_buffer.clear())
        elif nth <= len(self._committed):
            await self._send(self._connection.conversation.item.delete(item_id=self._committed[nth - 1]))
        else:
            self._unwanted.add(nth)

    async def note(self, role: Literal["user", "assistant"], text: str) -> None:
        """Put it into the conversation."""
        content = {"type": "input_text" if role == "user" else "output_text", "text": text}
        item: Any = {"type": "message", "role": role, "content": [content]}
        await self._send(self._connection.conversation.item.create(item=item))

    async def answer(self) -> None:
        """Ask for an answer: what the caller said may be said of it."""
        if self._owed:  # two answers at once would be refused
            self._again = True
            return
        self._owed = True
        await self._send(self._connection.response.create())

    async def cut(self, item: str, *, played_ms: int) -> None:
        """Cancel, and truncate to what was played; more than was made would be refused."""
        self._again = False
        if self._owed:
            await self._send(self._connection.response.cancel())
        if item not in self._made:
            return
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
                told = self._read(BETA.get(event.type, event.type), event)
            except TimeoutError:
                raise TransientError("timeout") from None
            except ANY_FAILURE as failed:
                raise TransientError(kind(failed)) from None
            if told is not None:
                yield told
            if self._again and not self._owed:
                self._again = False
                await self.answer()
            elif event.type == "input_audio_buffer.committed":
                self._committed.append(event.item_id)
                if len(self._committed) in self._unwanted:
                    await self.forget(len(self._committed))

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
                return self._done(event.response)
            case "error" if getattr(event.error, "code", None) not in HARMLESS:
                if not self._owed or (refused := _judged(event.error)) is None:
                    raise TransientError("refused")
                self._owed, item, self._item = False, self._item, ""  # the question itself was judged
                return AssistantDone(item, interrupted=False, refused=refused)
            case _:
                return self._heard_by(name, event)

    def _done(self, response: Any) -> AssistantDone:
        self._owed = False
        details = getattr(response, "status_details", None)  # left incomplete for a reason, or failed with a code
        refused = _judged(details, "reason") or _judged(getattr(details, "error", None))
        if response.status == "failed" and refused is None:
            raise TransientError("failed")
        item, self._item = self._item, ""
        cut = response.status == "cancelled"
        return AssistantDone(item, interrupted=cut, usage=_usage(response.usage), refused=refused)

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


def _judged(told: Any, field: str = "code") -> Refused | None:
    named = getattr(told, field, None)
    return by_the_vendor(named) if judgement(named) else None


def _usage(told: Any) -> Usage | None:
    if told is None:
        return None
    heard, said = told.input_token_details, told.output_token_details
    return Usage(
        input_tokens=told.input_tokens or 0, output_tokens=told.output_tokens or 0,
        input_audio_tokens=heard.audio_tokens if heard else None,
        output_audio_tokens=said.audio_tokens if said else None,
    )
