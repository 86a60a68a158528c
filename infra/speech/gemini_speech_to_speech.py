"""A model that hears and speaks: Gemini Live, WS BidiGenerateContent, one key in every frame.

The vendor answers by itself and cannot be told how much was played: after an interruption its memory is its own guess,
and the record is ours. Frames may be text or binary; transcripts come in no order with the audio.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any, Literal

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
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
from infra.speech.ports import Samples
from infra.speech.refusal import Refused, by_the_vendor
from schemas.speech import Usage
from schemas.turns import Provider

RATE = 24_000
URL = "wss://generativelanguage.googleapis.com"
PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"
# What judgements are named by, beside a call that the model wrote wrongly and the wait for more of hers.
JUDGES = re.compile(r"^(INPUT|GENERATED)_|REJECTED|PROHIBITED|SAFETY|BLOCKLIST|UNSAFE", re.IGNORECASE)
FAILURES: Failures = (WebSocketException, OSError, TransientError, *UNREADABLE)


class GeminiSpeechToSpeech:
    """Holds calls."""

    sample_rate = RATE

    def __init__(
        self, *, api_key: str, model: str, voice: str, region: str, timeout_ms: int, url: str | None = None,
        name: str = "gemini",
    ) -> None:
        """The time bounds the opening, and the wait for each next piece of an answer that has begun."""
        self.provider = Provider(name=name, model=model, region=region)
        self._url = f"{url or URL}{PATH}"
        self._key = api_key
        self._voice = voice
        self.timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int, instructions: str) -> "GeminiDialogue":
        """Begin a call; raises TransientError."""
        socket = await answered(lambda: self._open(instructions), within_ms=self.timeout_ms, failures=FAILURES)
        return GeminiDialogue(socket, sample_rate=sample_rate, timeout_ms=self.timeout_ms)

    async def close(self) -> None:
        """Nothing is kept between calls."""

    async def _open(self, instructions: str) -> ClientConnection:
        key = {"x-goog-api-key": self._key}
        socket = await connect(self._url, additional_headers=key, max_size=None, close_timeout=closing.WITHIN_S)
        voice = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": self._voice}}}
        await socket.send(json.dumps({"setup": {
            "model": f"models/{self.provider.model.removeprefix('models/')}",  # its own pages name models either way
            "generationConfig": {"responseModalities": ["AUDIO"], "speechConfig": voice},
            "systemInstruction": {"parts": [{"text": instructions}]},
            "inputAudioTranscription": {}, "outputAudioTranscription": {},
        }}))
        if "setupComplete" not in json.loads(await socket.recv()):
            await socket.close()
            raise TransientError("refused")
        return socket


class GeminiDialogue:
    """One call's socket; it ends with the vendor's `goAway`, which is a failure here: another is opened."""

    gated = False

    def __init__(self, socket: ClientConnection, *, sample_rate: int, timeout_ms: int) -> None:
        """Take an open socket."""
        self._socket = socket
        self._rate = sample_rate
        self._timeout_ms = timeout_ms
        self._turn = 0
        self._heard = ""
        self._speaking = False
        self._interrupted = False

    async def hear(self, samples: Samples) -> None:
        """Send the caller's next audio, at its own rate."""
        audio = base64.b64encode(samples.astype("<i2").tobytes()).decode()
        await self._send({"realtimeInput": {"audio": {"data": audio, "mimeType": f"audio/pcm;rate={self._rate}"}}})

    async def commit(self) -> None:
        """The vendor hears itself when a turn has ended."""

    async def forget(self, nth: int) -> None:
        """The vendor forgets nothing."""

    async def note(self, role: Literal["user", "assistant"], text: str) -> None:
        """Put it into the conversation, without asking for an answer."""
        turn = {"role": "model" if role == "assistant" else "user", "parts": [{"text": text}]}
        await self._send({"clientContent": {"turns": [turn], "turnComplete": False}})

    async def answer(self) -> None:
        """The vendor answers by itself."""

    async def cut(self, item: str, *, played_ms: int) -> None:
        """The vendor stops by itself when it hears the caller, and takes no word of what was played."""

    async def events(self) -> AsyncIterator[DialogueEvent]:
        """Give what the model says and heard."""
        while True:
            try:
                async with asyncio.timeout(self._timeout_ms / 1000 if self._speaking else None):
                    frame = json.loads(await self._socket.recv())
                leaves, read = "goAway" in frame, self._read(frame)
            except TimeoutError:
                raise TransientError("timeout") from None
            except FAILURES as failed:
                raise TransientError(kind(failed)) from None
            if leaves:
                raise TransientError("going away")
            for told in read:
                yield told

    async def close(self) -> None:
        """Close the socket."""
        await self._socket.close()

    def _read(self, frame: dict[str, Any]) -> list[DialogueEvent]:
        content: dict[str, Any] = frame.get("serverContent") or {}
        item = f"answer-{self._turn}"
        told: list[DialogueEvent] = []
        if heard := content.get("inputTranscription"):
            self._heard += heard.get("text", "")
            told.append(CallerSaid(f"caller-{self._turn}", self._heard, final=bool(heard.get("finished"))))
            self._heard = "" if heard.get("finished") else self._heard
        if said := content.get("outputTranscription"):
            told.append(AssistantSaid(item, said.get("text", "")))
        for part in (content.get("modelTurn") or {}).get("parts", ()):
            if data := (part.get("inlineData") or {}).get("data"):
                self._speaking = True
                told.append(AssistantAudio(item, np.frombuffer(base64.b64decode(data), dtype="<i2").astype(np.int16)))
        if content.get("interrupted"):
            self._speaking, self._interrupted = False, True
            told += [CallerStarted(), AssistantDone(item, interrupted=True)]
        if content.get("turnComplete"):
            refused = None if self._interrupted else _refused(content.get("turnCompleteReason"))
            if self._speaking or refused is not None:  # what is withheld may have no sound at all
                usage = _usage(frame.get("usageMetadata"))
                told.append(AssistantDone(item, interrupted=False, usage=usage, refused=refused))
            if self._heard:  # the vendor need not say that a transcript is finished: the turn says so
                told.insert(0, CallerSaid(f"caller-{self._turn}", self._heard, final=True))
            self._heard, self._speaking, self._turn = "", False, self._turn + 1
            self._interrupted = False
        return told

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self._timeout_ms / 1000):
                await self._socket.send(json.dumps(frame))
        except TimeoutError:
            raise TransientError("timeout") from None
        except (WebSocketException, OSError) as failed:
            raise TransientError(kind(failed)) from None


def _refused(why: object) -> Refused | None:
    return by_the_vendor(why) if why and JUDGES.search(str(why)) else None


def _usage(told: dict[str, Any] | None) -> Usage | None:
    if not told:
        return None
    thought = int(told.get("thoughtsTokenCount") or 0)  # told beside the answer, billed as part of it
    return Usage(input_tokens=int(told.get("promptTokenCount") or 0),
                 output_tokens=int(told.get("responseTokenCount") or 0) + thought,
                 input_audio_tokens=_audio(told.get("promptTokensDetails")),
                 output_audio_tokens=_audio(told.get("responseTokensDetails")))


def _audio(details: list[dict[str, Any]] | None) -> int | None:
    if not details:
        return None
    return sum(int(one.get("tokenCount") or 0) for one in details if one.get("modality") == "AUDIO")
