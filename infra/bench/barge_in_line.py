"""A caller who cuts in: on one socket, in real time, noting the assistant's last sample and what was still queued."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from infra.bench.vendor_times import hummed, marked
from infra.bench.voice_line import RATE, Door, Socket, audible, frames, on_line

FRAME_MS = 20
BEGUN_WITHIN_S, OVER_WITHIN_S = 30.0, 4.0
HEARD_S = (0.4, 1.4)  # how much of an answer is heard before the caller speaks
HUM_OVER_S = 1.6
SOUNDS_MESSAGES = 5


@dataclass(frozen=True, slots=True)
class Cut:
    """One interruption, in seconds from the caller's first speech sample at the socket."""

    last_sent_s: float  # the last message of the assistant's answer came
    cleared_s: float | None  # the channel was told to drop what it had queued; None: never
    last_played_s: float  # the last sample that a telephone without delay of its own played
    longest_gap_s: float  # the longest silence of the assistant within her answer, as that telephone plays it


@dataclass(slots=True)
class CuttingLine:
    """One caller; `cuts` barge-ins, each into the answer to the one before, and as many backchannels between."""

    call_id: str
    door: Door
    clip: bytes
    cuts: int
    hums: bool
    start: int
    barged: list[Cut] = field(default_factory=list)
    hummed: list[Cut] = field(default_factory=list)
    _speech: deque[bytes] = field(default_factory=deque)
    _began_at: float | None = None
    _came: list[float] = field(default_factory=list)  # when each message that one can hear came
    _cleared_at: float | None = None
    _played_to: float = 0.0
    _gap_s: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _marks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Open the call, cut in, hang up."""
        await on_line(session, self.door, self.call_id, both=(self._listen, self._tick), talk=self._talk)

    async def _talk(self) -> None:
        await self._sounds()
        for number in range(self.cuts):
            share = 0.618 * (self.start + number) % 1  # spread evenly, and the same in every run
            await asyncio.sleep(HEARD_S[0] + share * (HEARD_S[1] - HEARD_S[0]))
            if self.hums:
                await self._say(hummed(self.clip))
                await asyncio.sleep(HUM_OVER_S)
                self.hummed.append(self._cut())
            await self._say(marked(self.clip, number))
            async with asyncio.timeout(OVER_WITHIN_S):
                await self._until(lambda: self._cleared_at is not None)
            self.barged.append(self._cut())
            await self._sounds()

    async def _say(self, clip: bytes) -> None:
        self._came.clear()
        self._began_at = self._cleared_at = None
        self._gap_s = 0.0
        self._speech.extend(frames(clip, FRAME_MS))
        await self._until(lambda: self._began_at is not None)

    async def _sounds(self) -> None:
        """Wait until an answer has begun to sound."""
        self._came.clear()
        async with asyncio.timeout(BEGUN_WITHIN_S):
            await self._until(lambda: len(self._came) >= SOUNDS_MESSAGES)

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._news.clear()
            await self._news.wait()

    def _cut(self) -> Cut:
        began = self._began_at or 0.0
        sent = [at for at in self._came if self._cleared_at is None or at <= self._cleared_at]
        last = max(sent, default=began)
        cleared = None if self._cleared_at is None else self._cleared_at - began
        return Cut(last - began, cleared, self._played_to - began, self._gap_s)

    async def _tick(self, socket: Socket) -> None:
        silence = bytes(2 * RATE * FRAME_MS // 1000)
        due = time.monotonic()
        while True:
            due += FRAME_MS / 1000
            await asyncio.sleep(max(due - time.monotonic(), 0))
            frame = self._speech.popleft() if self._speech else silence
            if self._began_at is None and any(frame):
                self._began_at = time.monotonic()
                self._news.set()
            await socket.send_bytes(frame)

    async def _listen(self, socket: Socket) -> None:
        async for message in socket:
            at = time.monotonic()
            if message.type == aiohttp.WSMsgType.BINARY:
                if audible(message.data):
                    self._gap_s = max(self._gap_s, at - self._played_to)
                    self._played_to = max(at, self._played_to) + len(message.data) / 2 / self.door.out_rate
                    self._came.append(at)
            elif message.type == aiohttp.WSMsgType.TEXT:
                control = json.loads(message.data)
                if control.get("type") == "clear":
                    self._cleared_at, self._played_to = at, min(self._played_to, at)
                if control.get("type") == "mark":
                    back = json.dumps({"type": "mark", "name": control["name"]})
                    returns = asyncio.create_task(self._return(socket, back, self._played_to - at))
                    self._marks.add(returns)
                    returns.add_done_callback(self._marks.discard)
            self._news.set()

    async def _return(self, socket: Socket, mark: str, after_s: float) -> None:
        asked_at = time.monotonic()
        await asyncio.sleep(max(after_s, 0))
        if self._cleared_at is None or self._cleared_at < asked_at:  # a mark that was cleared never comes back
            with suppress(ConnectionError, RuntimeError):
                await socket.send_str(mark)
