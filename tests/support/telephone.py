"""A telephone on a live session: speaks in real time, plays what comes back, returns marks when they were played."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import numpy as np
import soxr
from numpy.typing import NDArray

from infra.clock import now
from infra.speech.g711 import decode_mulaw, encode_mulaw
from schemas.audio import AudioKind, AudioRecord
from schemas.base import Data, Event
from schemas.calls import Encoding
from streams.voice.host import Host

FRAME_S = 0.02
TENANT = "default"
T = TypeVar("T", bound=Data)


class Recorded:
    """A front door that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def accept(self, events: Sequence[Event]) -> None:
        self.events += events

    def of(self, shape: type[T]) -> list[T]:
        return [one.data for one in self.events if isinstance(one.data, shape)]


class Telephone:
    """The gateway and the phone in one, in memory."""

    def __init__(
        self, *, call_id: str = "call-1", encoding: Encoding = "mulaw", sample_rate: int = 8_000,
        returns_marks: bool = True, fast: bool = False,
    ) -> None:
        self.call_id = call_id
        self.host: Host | None = None
        self.records: list[AudioRecord] = []
        self.to_agents: list[AudioRecord] = []
        self.played: list[bytes] = []
        self.cleared_at: datetime | None = None
        self.partition: int | None = None
        self._encoding: Encoding = encoding
        self._rate = sample_rate
        self._returns_marks = returns_marks
        self._fast = fast
        self._number = 0
        self._samples = 0
        self._queue: asyncio.Queue[AudioRecord] = asyncio.Queue()
        self._speaking = False
        self._tasks = [asyncio.create_task(self._play()), asyncio.create_task(self._line())]
        self._to_say: list[bytes] = []
        self._started = False

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        """Take a record from the session: the port it speaks to."""
        if record.leg:
            self.to_agents.append(record)
            return
        self.partition = partition
        self.records.append(record)
        if record.kind == "clear":
            self.cleared_at = now()
            while not self._queue.empty():
                self._queue.get_nowait()
            return
        self._queue.put_nowait(record)

    async def start(self, **content: object) -> None:
        body = {"audio_partition": 3, "fast": self._fast, **content}
        await self.give("start", json.dumps(body).encode())
        self._started = True

    async def say(self, samples: NDArray[np.int16], *, rate: int) -> None:
        """Speak, in real time, and go on being silent afterwards."""
        heard = samples if rate == self._rate else soxr.resample(samples, rate, self._rate)
        payload = encode_mulaw(heard) if self._encoding == "mulaw" else heard.astype("<i2").tobytes()
        size = int(self._rate * FRAME_S) * (1 if self._encoding == "mulaw" else 2)
        self._to_say = [payload[at : at + size] for at in range(0, len(payload), size)]
        while self._to_say:
            await asyncio.sleep(FRAME_S)

    async def press(self, keys: str) -> None:
        await self.give("dtmf", json.dumps({"digits": keys}).encode())

    async def hang_up(self) -> None:
        await self.give("stop", b"{}")
        for task in self._tasks:
            task.cancel()

    async def give(self, kind: AudioKind, payload: bytes) -> None:
        assert self.host is not None
        record = AudioRecord(
            kind=kind, call_id=self.call_id, tenant=TENANT, number=self._number, encoding=self._encoding,
            sample_rate=self._rate, payload=payload, offset_ms=1000 * self._samples // self._rate,
        )
        self._number += 1
        if kind == "media":
            self._samples += len(payload) // (1 if self._encoding == "mulaw" else 2)
        await self.host.handle(record)

    def heard(self) -> NDArray[np.int16]:
        """Give what was played."""
        whole = b"".join(self.played)
        return decode_mulaw(whole) if self._encoding == "mulaw" else np.frombuffer(whole, dtype="<i2")

    @property
    def played_ms(self) -> int:
        """How much was played so far."""
        width = 1 if self._encoding == "mulaw" else 2
        return 1000 * sum(map(len, self.played)) // (width * self._rate)

    async def _line(self) -> None:
        """Send a frame every 20 ms, of speech or of silence."""
        size = int(self._rate * FRAME_S)
        silence = encode_mulaw(np.zeros(size, dtype=np.int16)) if self._encoding == "mulaw" else bytes(2 * size)
        due = asyncio.get_running_loop().time()
        while True:
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            if self._started:
                await self.give("media", self._to_say.pop(0) if self._to_say else silence)

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time()
        while True:
            record = await self._queue.get()
            if record.kind == "media":
                until = max(until, loop.time()) + (0 if self._fast else FRAME_S)
                await asyncio.sleep(max(0.0, until - loop.time()))
                self.played.append(record.payload)
            elif record.kind == "mark" and self._returns_marks:
                await self.give("mark", record.payload)
