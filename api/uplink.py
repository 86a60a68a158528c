"""The caller's side of one call on its way to the stair: numbered records, and frames that wait leave together.

One record is on its way at a time. What comes meanwhile is joined, so that a broker that answers slowly gets fewer and
longer records instead of a queue of short ones.
"""

import asyncio
from collections import deque

from api.gateway import Gateway
from schemas.audio import AudioKind, AudioRecord
from schemas.calls import Encoding

MAX_PAYLOAD = 64 * 1024
TOGETHER_MS = 100
MOST_WAITING = 8  # messages; a faster socket is not read on


class Uplink:
    """Sends one caller's audio and control in their order."""

    def __init__(
        self, *, gateway: Gateway, tenant: str, call_id: str, encoding: Encoding, sample_rate: int
    ) -> None:
        """Take the way to the broker and what the records say."""
        self.number = 0
        self._gateway = gateway
        self._tenant = tenant
        self._call_id = call_id
        self._encoding: Encoding = encoding
        self._rate = sample_rate
        self._width = 2 if encoding == "linear16" else 1
        self._samples = 0
        self._rest = b""
        self._waiting: deque[tuple[int, bytes]] = deque()  # samples that were lost just before, and what came
        self._sending: asyncio.Task[None] | None = None

    async def hear(self, audio: bytes, *, lost: int = 0) -> None:
        """Take a message of audio, before which so many of its length were lost; raises what kept one from storage."""
        gap = lost * (len(audio) // self._width)
        audio = audio if lost else self._rest + audio
        whole = len(audio) - len(audio) % self._width
        self._rest = audio[whole:]  # a frame may end in the middle of a sample
        self._waiting.extend(
            (0 if at else gap, audio[at : min(at + MAX_PAYLOAD, whole)]) for at in range(0, whole, MAX_PAYLOAD)
        )
        if self._sending is not None and self._sending.done():
            sent, self._sending = self._sending, None
            sent.result()
        if len(self._waiting) >= MOST_WAITING:
            await self.flush()
        elif self._sending is None and self._waiting:
            self._sending = asyncio.create_task(self._send_waiting())

    async def send(self, kind: AudioKind, payload: bytes, *, traceparent: str | None = None) -> None:
        """Send a record behind all audio before it; returns once the broker has it."""
        await self.flush()
        await self._send(kind, payload, traceparent)

    async def flush(self) -> None:
        """Return once the broker has all audio so far; raises TransientError."""
        while self._waiting or self._sending is not None:
            sending = self._sending or asyncio.create_task(self._send_waiting())
            self._sending = None
            await sending

    def drop(self) -> None:
        """Give up what waits: it could not be stored, and what follows must not fail for it again."""
        self._waiting.clear()
        if self._sending is not None:
            self._sending.cancel()
            self._sending.add_done_callback(_observe)
            self._sending = None

    async def _send_waiting(self) -> None:
        together = self._rate * self._width * TOGETHER_MS // 1000
        while self._waiting:
            lost, payload = self._waiting.popleft()
            self._samples += lost
            while self._waiting and not self._waiting[0][0] and len(payload) + len(self._waiting[0][1]) <= together:
                payload += self._waiting.popleft()[1]
            await self._send("media", payload, None)
            self._samples += len(payload) // self._width

    async def _send(self, kind: AudioKind, payload: bytes, traceparent: str | None) -> None:
        record = AudioRecord(
            kind=kind, call_id=self._call_id, tenant=self._tenant, number=self.number,
            offset_ms=self._samples * 1000 // self._rate, encoding=self._encoding, sample_rate=self._rate,
            payload=payload,
        )
        self.number += 1
        await self._gateway.send(record, traceparent=traceparent)


def _observe(ended: "asyncio.Task[None]") -> None:
    if not ended.cancelled():
        ended.exception()
