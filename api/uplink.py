"""One leg's side of a call on its way to the stair: numbered records, and frames that wait leave together.

One record is on its way at a time. What comes meanwhile is joined, so that a broker that answers slowly gets fewer and
longer records instead of a queue of short ones. Of a caller who has been quiet for longer than any turn's end takes,
all goes in long records: a sound takes what waits with it, at once.
"""

import asyncio
from collections import deque

import numpy as np

from api.gateway import Gateway
from infra.event_bus import Record
from infra.speech.g711 import decode_mulaw
from schemas.audio import AudioKind, AudioRecord
from schemas.calls import Encoding

MAX_PAYLOAD = 64 * 1024
TOGETHER_MS = 100
QUIET_AFTER_MS = 1_800  # longer than a turn's end may take (governance/endpointing.py)
ANSWERED_AFTER_MS = 500  # where the answer is sounding already; she may be in the middle of a word
SOUND = 100  # of 32 768, about -50 dBFS: a line's own noise is quieter, the breath before a word is not
MOST_TOLD = 50  # records; where the log is further behind than that, it goes first again
MOST_WAITING = 8  # messages; a faster socket is not read on


class Uplink:
    """Sends the audio and control of one leg in their order."""

    def __init__(
        self, *, gateway: Gateway, tenant: str, call_id: str, encoding: Encoding, sample_rate: int,
        leg: str = "",
    ) -> None:
        """Take the way to the broker and what the records say."""
        self.number = 0
        self._gateway = gateway
        self._tenant = tenant
        self._call_id = call_id
        self._leg = leg
        self._encoding: Encoding = encoding
        self._rate = sample_rate
        self._width = 2 if encoding == "linear16" else 1
        self._together = sample_rate * self._width * TOGETHER_MS // 1000
        self._samples = 0
        self._rest = b""
        self._quiet_ms = 0
        self._rests = False  # nobody needs what waits yet
        self._quiet_after_ms = QUIET_AFTER_MS
        self._waiting: deque[tuple[int, bytes]] = deque()  # samples that were lost just before, and what came
        self._told: deque[Record] = deque()  # heard by who hosts the call, and not stored yet
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
        self._settle()
        self._rests = self._may_wait(audio)
        if not self._rests:
            self._tell_waiting()
        if len(self._waiting) >= MOST_WAITING or len(self._told) >= MOST_TOLD:
            await self.flush()
        elif self._sending is None and (self._told or (self._waiting and not self._rests)):
            self._sending = asyncio.create_task(self._send_waiting())

    async def send(self, kind: AudioKind, payload: bytes, *, traceparent: str | None = None) -> None:
        """Send a record behind all audio before it; returns once who hosts the call has heard it or the broker has it.

        The end of a call is stored by then.
        """
        self._settle()
        self._tell_waiting()
        if not self._waiting and (told := self._gateway.tell(self._record(kind, payload))) is not None:
            self._count(kind, payload)
            self._told.append(told)
            if kind == "stop":
                await self.flush()
            elif self._sending is None:
                self._sending = asyncio.create_task(self._send_waiting())
            return
        await self.flush()
        await self._send(kind, payload, traceparent)

    def answered(self) -> None:
        """Take that she hears an answer: nobody waits for the end of a turn of hers."""
        self._quiet_after_ms = ANSWERED_AFTER_MS

    async def flush(self) -> None:
        """Return once the broker has all audio so far; raises TransientError."""
        while self._told or self._waiting or self._sending is not None:
            self._rests = False
            sending = self._sending or asyncio.create_task(self._send_waiting())
            self._sending = None
            await sending

    def drop(self) -> None:
        """Give up what waits: it could not be stored, and what follows must not fail for it again."""
        self._waiting.clear()
        self._told.clear()
        if self._sending is not None:
            self._sending.cancel()
            self._sending.add_done_callback(_observe)
            self._sending = None

    def _settle(self) -> None:
        """Raise what kept from storage what was on its way, if anything did."""
        if self._sending is not None and self._sending.done():
            sent, self._sending = self._sending, None
            sent.result()

    def _may_wait(self, audio: bytes) -> bool:
        """Tell whether nobody needs these samples yet, nor those that wait before them."""
        if self._sounds(audio):
            self._quiet_ms, self._quiet_after_ms = 0, QUIET_AFTER_MS
        else:
            self._quiet_ms += 1000 * len(audio) // self._width // self._rate
        waiting = sum(len(one) for _, one in self._waiting)
        return self._quiet_ms > self._quiet_after_ms and waiting < self._together

    def _sounds(self, audio: bytes) -> bool:
        samples = decode_mulaw(audio) if self._width == 1 else np.frombuffer(audio[: len(audio) // 2 * 2], dtype="<i2")
        return len(samples) > 0 and bool(samples.max() > SOUND or samples.min() < -SOUND)  # each frame asks: no copies

    def _tell_waiting(self) -> None:
        """Let who hosts the call hear what waits before the log has it, where there is a direct line."""
        told_of = (self._tenant, self._call_id, self._leg)
        while self._waiting and len(self._told) < MOST_TOLD and self._gateway.is_heard(*told_of):
            payload = self._next_payload()
            told = self._gateway.tell(self._record("media", payload))
            if told is None:  # the line broke just now
                self._waiting.appendleft((0, payload))
                return
            self._count("media", payload)
            self._told.append(told)

    def _next_payload(self) -> bytes:
        lost, payload = self._waiting.popleft()
        self._samples += lost
        together = self._together - len(payload)
        while self._waiting and not self._waiting[0][0] and len(self._waiting[0][1]) <= together:
            together -= len(self._waiting[0][1])
            payload += self._waiting.popleft()[1]
        return payload

    async def _send_waiting(self) -> None:
        while self._told or (self._waiting and not self._rests):
            if self._told:
                told = list(self._told)
                self._told.clear()
                await self._gateway.store(told)
                continue
            await self._send("media", self._next_payload(), None)

    async def _send(self, kind: AudioKind, payload: bytes, traceparent: str | None) -> None:
        record = self._record(kind, payload)
        self._count(kind, payload)
        await self._gateway.send(record, traceparent=traceparent)

    def _count(self, kind: AudioKind, payload: bytes) -> None:
        """Count a record that leaves: while the log is slow another one may leave by the direct line."""
        self.number += 1
        if kind == "media":
            self._samples += len(payload) // self._width

    def _record(self, kind: AudioKind, payload: bytes) -> AudioRecord:
        return AudioRecord(
            kind=kind, call_id=self._call_id, tenant=self._tenant, number=self.number,
            offset_ms=self._samples * 1000 // self._rate, encoding=self._encoding, sample_rate=self._rate,
            payload=payload, leg=self._leg,
        )


def _observe(ended: "asyncio.Task[None]") -> None:
    if not ended.cancelled():
        ended.exception()
