"""A model that hears and speaks: Moshi's own server, WS /api/chat, binary frames whose first byte is their kind.

Full duplex: there is no end of an answer and no way to stop one, so an answer ends here where the model falls silent or
is cut, and what comes of it afterwards is not played. Only its own words come back: a recogniser beside it hears the
caller, or nobody could judge her words.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Literal, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from governance.errors import InvariantError, TransientError
from infra.speech import closing
from infra.speech.bounded import UNREADABLE, Failures, answered, kind
from infra.speech.dialogues import AssistantAudio, AssistantDone, AssistantSaid, DialogueEvent
from infra.speech.ports import Samples
from schemas.turns import Provider

RATE = 24_000
HANDSHAKE, AUDIO, TEXT, ERROR = b"\x00", b"\x01", b"\x02", b"\x05"
FRAME = 1_920  # 80 ms: the model's own step
SILENT = 1e-3
SILENCE_FRAMES = 6  # half a second without sound ends an answer
FAILURES: Failures = (WebSocketException, OSError, TransientError)
BROKEN: Failures = (*FAILURES, *UNREADABLE)


class Codec(Protocol):
    """Ogg-Opus at 24 kHz, one direction each."""

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        """Give the pages that are complete."""

    def decode(self, data: bytes) -> NDArray[np.float32]:
        """Give the samples that are complete."""


class SphnCodec:
    """Ogg-Opus by sphn, the library of Moshi's authors; it is not installed with the service."""

    def __init__(self) -> None:
        """Raise InvariantError where it is not installed."""
        try:
            import sphn  # type: ignore[import-not-found, unused-ignore]  # optional
        except ImportError:
            raise InvariantError("moshi needs sphn: install it beside callwarden") from None
        self._writer: Any = sphn.OpusStreamWriter(RATE)
        self._reader: Any = sphn.OpusStreamReader(RATE)

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        """Give the pages that are complete."""
        return bytes(self._writer.append_pcm(samples))

    def decode(self, data: bytes) -> NDArray[np.float32]:
        """Give the samples that are complete."""
        samples: NDArray[np.float32] = self._reader.append_bytes(data)
        return samples


class MoshiSpeechToSpeech:
    """Holds calls."""

    sample_rate = RATE

    def __init__(
        self, *, url: str, model: str, region: str, timeout_ms: int, codec: Callable[[], Codec] = SphnCodec,
        name: str = "moshi",
    ) -> None:
        """The time bounds the opening and every frame: the model sends sound all the time."""
        self.provider = Provider(name=name, model=model, region=region)
        self._url = f"{url}/api/chat"
        self.timeout_ms = timeout_ms
        self._codec = codec

    async def open(self, *, sample_rate: int, instructions: str) -> "MoshiDialogue":  # noqa: ARG002 - takes none
        """Begin a call; raises TransientError."""
        socket = await answered(self._open, within_ms=self.timeout_ms, failures=FAILURES)
        return MoshiDialogue(socket, self._codec(), sample_rate=sample_rate, timeout_ms=self.timeout_ms)

    async def close(self) -> None:
        """Nothing is kept between calls."""

    async def _open(self) -> ClientConnection:
        socket = await connect(self._url, max_size=None, close_timeout=closing.WITHIN_S)
        first = await socket.recv()
        if not isinstance(first, bytes) or first[:1] != HANDSHAKE:
            await socket.close()
            raise TransientError("no handshake")
        return socket


class MoshiDialogue:
    """One call's socket."""

    gated = False

    def __init__(self, socket: ClientConnection, codec: Codec, *, sample_rate: int, timeout_ms: int) -> None:
        """Take an open socket."""
        self._socket = socket
        self._codec = codec
        self._timeout_ms = timeout_ms
        self._resampler = soxr.ResampleStream(sample_rate, RATE, 1, dtype="int16") if sample_rate != RATE else None
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._answers = 0
        self._speaking = False
        self._cut = False
        self._quiet = 0

    async def hear(self, samples: Samples) -> None:
        """Send the caller's next audio, in the model's own steps."""
        ours = samples if self._resampler is None else self._resampler.resample_chunk(samples)
        self._waiting = np.concatenate((self._waiting, ours))
        while len(self._waiting) >= FRAME:
            frame, self._waiting = self._waiting[:FRAME], self._waiting[FRAME:]
            if data := self._codec.encode((frame / 32_768).astype(np.float32)):
                try:
                    await self._socket.send(AUDIO + data)
                except (WebSocketException, OSError) as failed:
                    raise TransientError(kind(failed)) from None

    async def commit(self) -> None:
        """The model knows no turns."""

    async def forget(self, nth: int) -> None:
        """The model forgets nothing."""

    async def note(self, role: Literal["user", "assistant"], text: str) -> None:
        """The model takes no words, only sound."""

    async def answer(self) -> None:
        """The model answers by itself, and may speak while the caller does."""

    async def cut(self, item: str, *, played_ms: int) -> None:  # noqa: ARG002 - the model cannot be told
        """Play no more of this answer; the model cannot be told."""
        self._cut = self._speaking and item == self._item

    async def events(self) -> AsyncIterator[DialogueEvent]:
        """Give what the model says."""
        while True:
            try:
                async with asyncio.timeout(self._timeout_ms / 1000):
                    frame = await self._socket.recv()
                read = self._read(frame[:1], frame[1:]) if isinstance(frame, bytes) else []
            except TimeoutError:
                raise TransientError("timeout") from None
            except BROKEN as failed:
                raise TransientError(kind(failed)) from None
            for told in read:
                yield told

    async def close(self) -> None:
        """Close the socket."""
        with suppress(*FAILURES):
            await self._socket.close()

    @property
    def _item(self) -> str:
        return f"answer-{self._answers}"

    def _read(self, what: bytes, data: bytes) -> list[DialogueEvent]:
        if what == ERROR:
            raise TransientError("refused")
        if what == TEXT and not self._cut:
            return [AssistantSaid(self._item, data.decode("utf-8", "replace"))]
        return self._sounds(self._codec.decode(data)) if what == AUDIO else []

    def _sounds(self, floats: NDArray[np.float32]) -> list[DialogueEvent]:
        if not len(floats):
            return []
        loud = float(np.abs(floats).max()) > SILENT
        self._quiet = 0 if loud else self._quiet + 1
        if loud:
            self._speaking = True
        if not self._speaking:
            return []
        told: list[DialogueEvent] = []
        if not self._cut:
            told.append(AssistantAudio(self._item, (np.clip(floats, -1, 1) * 32_767).astype(np.int16)))
        if self._quiet >= SILENCE_FRAMES:
            told.append(AssistantDone(self._item, interrupted=self._cut))
            self._answers, self._speaking, self._cut, self._quiet = self._answers + 1, False, False, 0
        return told
