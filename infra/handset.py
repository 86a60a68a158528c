"""A telephone for `WS /v1/calls/{id}/audio`: plays a script as the caller, in real time or as fast as it goes."""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress

import numpy as np
import soxr
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from infra.call_script import CallResult, Dtmf, Hangup, Interrupt, Say, Step, Wait
from infra.play_buffer import PlayBuffer
from infra.speech.g711 import decode_mulaw, encode_mulaw
from infra.speech.ports import Samples
from infra.speech.wav import Wav
from schemas.calls import Encoding

FRAME_MS = 20
AUDIBLE = 160  # about -46 dBFS: quieter is the breath before the first sound
MULAW_SILENCE = b"\xff"
DONE_MS = 1_000  # the assistant has finished when nothing came for so long
TAIL_MS = 2_000  # silence after an utterance that was sent without waiting: the end of turn needs it
CLOSE_WITHIN_S = 10.0


class Handset:
    """One call on an open socket."""

    def __init__(
        self, socket: ClientConnection, result: CallResult, *, encoding: Encoding, sample_rate: int, fast: bool
    ) -> None:
        """Take an open socket."""
        self._socket = socket
        self._result = result
        self._encoding: Encoding = encoding
        self._rate = sample_rate
        self._fast = fast
        self._size = sample_rate * FRAME_MS // 1000 * (2 if encoding == "linear16" else 1)
        self._buffer = PlayBuffer(size=self._size)
        self._mouth: list[bytes] = []
        self._heard: list[bytes] = []
        self._now_ms = 0
        self._last_heard_ms: int | None = None  # audio came or was played
        self._audible_ms: int | None = None  # since when the assistant is audible without a pause
        self._spoken_out = 0  # frames of silence at the end of what is being said
        self._awaiting: int | None = None  # end of an utterance that was not answered yet
        self._over = asyncio.Event()
        self._ticked = asyncio.Event()

    @property
    def now_ms(self) -> int:
        """How long the call has lasted."""
        return self._now_ms

    def heard(self, since_ms: int = 0) -> Wav:
        """Give what she has heard so far, silence with it."""
        return Wav(self._decode(b"".join(self._heard[since_ms // FRAME_MS :])), self._rate)

    async def run(self, script: Iterable[Step], *, caller: str | None) -> None:
        """Play the script, a step after the other; returns when it is over or the other side ended the call."""
        start: dict[str, object] = {"type": "start", "channel": "callwarden-call", "fast": self._fast}
        await self._tell({**start, "caller": caller} if caller else start)
        line = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]
        try:
            for step in script:
                if self._over.is_set() or isinstance(step, Hangup):
                    break
                await self._do(step)
            if not self._over.is_set():
                await self._tell({"type": "stop"})
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_WITHIN_S):
                        await self._over.wait()
        finally:
            for task in line:
                task.cancel()
            await asyncio.gather(*line, return_exceptions=True)
            self._result.clears = self._buffer.cleared
            self._result.answer = self.heard()

    async def _do(self, step: Step) -> None:
        match step:
            case Say(wav=wav):
                await self._say(wav)
            case Wait(most_s=most_s):
                await self._wait(most_s)
            case Interrupt(after_ms=after_ms, wav=wav):
                await self._until(lambda: self._audible_ms is not None and self._now_ms - self._audible_ms >= after_ms)
                await self._say(wav)
            case Dtmf(digits=digits):
                await self._tell({"type": "dtmf", "digits": digits})
                self._awaiting = self._now_ms
            case Hangup():
                return

    async def _say(self, wav: Wav) -> None:
        frames = self._frames(wav)
        began = self._now_ms
        if self._fast:
            silence = self._silence()
            for frame in [*frames, *(silence for _ in range(TAIL_MS // FRAME_MS))]:
                await self._send(frame)
            self._awaiting = self._now_ms
        else:
            loud = [at for at, frame in enumerate(frames) if self._audible(frame)]
            self._spoken_out = len(frames) - 1 - loud[-1] if loud else 0
            self._mouth = frames
            await self._until(lambda: not self._mouth)
        self._result.said.append((began, self._now_ms))

    async def _wait(self, most_s: float) -> None:
        began = self._now_ms

        def finished() -> bool:
            last = self._last_heard_ms
            return last is not None and last > began and self._buffer.empty and self._now_ms - last >= DONE_MS

        with suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await self._until(finished)
                return
        self._result.unanswered += 1

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true() and not self._over.is_set():
            self._ticked.clear()
            await self._ticked.wait()

    async def _tick(self) -> None:
        """Send and play a frame every 20 ms."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += FRAME_MS / 1000
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._now_ms += FRAME_MS
            self._ticked.set()
            if self._mouth and len(self._mouth) == self._spoken_out + 1:
                self._awaiting = self._now_ms  # her last audible frame: a recording may end with silence
            await self._send(self._mouth.pop(0) if self._mouth else self._silence())
            while True:
                frame, marks = self._buffer.play()
                self._take(frame)
                for name in marks:
                    self._result.marks += 1
                    await self._tell({"type": "mark", "name": name})
                if not self._fast or not frame:
                    break

    def _take(self, frame: bytes) -> None:
        if frame:
            self._last_heard_ms = self._now_ms
            if self._audible(frame):
                if self._awaiting is not None:
                    self._result.answered_after_ms.append(self._now_ms - FRAME_MS - self._awaiting)
                    self._awaiting = None
                self._audible_ms = self._audible_ms or self._now_ms
        elif self._last_heard_ms is None or self._now_ms - self._last_heard_ms >= DONE_MS:
            self._audible_ms = None
        if frame or not self._fast:
            self._heard.append(frame + self._silence()[len(frame) :])

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                if isinstance(message, bytes):
                    self._last_heard_ms = self._now_ms
                    self._buffer.add(message)
                else:
                    self._obey(json.loads(message))
        except (ConnectionClosed, ValueError):
            pass
        code, reason = self._socket.close_code, self._socket.close_reason
        if code not in (None, 1000):
            self._result.errors.append(reason or f"the connection was closed ({code})")
            self._result.ended_by = "error"
        self._over.set()

    def _obey(self, content: dict[str, str]) -> None:
        match content.get("type"):
            case "mark":
                self._buffer.mark(content.get("name", ""))
            case "clear":
                self._buffer.clear()
            case "transfer":
                self._result.transfer = {name: str(value) for name, value in content.items() if name != "type"}
            case "stop":
                self._result.ended_by = "service"
            case "error":
                self._result.errors.append(content.get("reason", "error"))
            case _:
                return  # a newer service's control

    async def _send(self, frame: bytes) -> None:
        with suppress(ConnectionClosed):
            await self._socket.send(frame)

    async def _tell(self, content: dict[str, object]) -> None:
        with suppress(ConnectionClosed):
            await self._socket.send(json.dumps(content))

    def _frames(self, wav: Wav) -> list[bytes]:
        samples: Samples = (
            wav.samples if wav.sample_rate == self._rate else soxr.resample(wav.samples, wav.sample_rate, self._rate)
        )
        payload = encode_mulaw(samples) if self._encoding == "mulaw" else samples.astype("<i2").tobytes()
        return [payload[at : at + self._size] for at in range(0, len(payload), self._size)]

    def _silence(self) -> bytes:
        return MULAW_SILENCE * self._size if self._encoding == "mulaw" else bytes(self._size)

    def _audible(self, frame: bytes) -> bool:
        samples = self._decode(frame)
        return bool(len(samples)) and int(np.abs(samples.astype(np.int32)).max()) > AUDIBLE

    def _decode(self, payload: bytes) -> Samples:
        if self._encoding == "mulaw":
            return decode_mulaw(payload)
        return np.frombuffer(payload[: len(payload) // 2 * 2], dtype="<i2").astype(np.int16)
