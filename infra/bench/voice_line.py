"""Callers of the voice bench: each on a socket of its own, speaking in real time and noting when it was answered."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import numpy as np

from infra.bench.vendor_times import marked

AUDIBLE = 160
RATE = 16_000
GREETED_WITHIN_S, ANSWERED_WITHIN_S = 30.0, 6.0
ANSWER_S = 0.8  # two phrases of the stand-in voice
PAUSE_S = 0.6
OPEN_WITHIN_S = 30.0
Socket = aiohttp.ClientWebSocketResponse


@dataclass(frozen=True, slots=True)
class Door:
    """Where calls come in: `{call}` in the address is the call's id."""

    address: str
    headers: dict[str, str]
    greets: bool
    out_rate: int
    pause_s: float = ANSWER_S + PAUSE_S  # from the first sound of an answer to the next question


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn: its number, and when its last sample went in and the first of the answer came out (monotonic)."""

    number: int
    warm: bool  # the first turn of a call, in which connections are opened
    ended_at: float
    first_at: float | None


@dataclass(slots=True)
class Line:
    """One caller."""

    call_id: str
    door: Door
    clip: bytes
    numbers: Sequence[int]
    frame_ms: int
    turns: list[Asked] = field(default_factory=list)
    _speech: deque[bytes] = field(default_factory=deque)
    _ended_at: float = 0.0
    _first_at: float | None = None
    _waits: bool = False
    _played_to: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _marks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Open the call, speak each turn, hang up."""
        await on_line(session, self.door, self.call_id, both=(self._listen, self._tick), talk=self._talk)

    async def _talk(self) -> None:
        self._waits = self.door.greets
        if self.door.greets:
            await self._answer(GREETED_WITHIN_S)
        await asyncio.sleep(self.door.pause_s)
        for place, number in enumerate(self.numbers):
            self._first_at, self._ended_at = None, 0.0
            self._speech.extend(frames(marked(self.clip, number), self.frame_ms))
            await self._answer(ANSWERED_WITHIN_S + len(self.clip) / 2 / RATE)
            self.turns.append(Asked(number, place == 0, self._ended_at, self._first_at))
            await asyncio.sleep(self.door.pause_s)

    async def _answer(self, within_s: float) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._news.wait()
        self._waits = False

    async def _tick(self, socket: Socket) -> None:
        silence = bytes(2 * RATE * self.frame_ms // 1000)
        due = time.monotonic()
        while True:
            due += self.frame_ms / 1000
            await asyncio.sleep(max(due - time.monotonic(), 0))
            if not self._speech:
                await socket.send_bytes(silence)
                continue
            frame = self._speech.popleft()
            if not self._speech:
                self._waits, self._ended_at = True, time.monotonic()
            await socket.send_bytes(frame)

    async def _listen(self, socket: Socket) -> None:
        async for message in socket:
            at = time.monotonic()
            if message.type == aiohttp.WSMsgType.BINARY:
                self._played_to = max(at, self._played_to) + len(message.data) / 2 / self.door.out_rate
                if self._waits and audible(message.data):
                    self._waits, self._first_at = False, at
                    self._news.set()
            elif message.type == aiohttp.WSMsgType.TEXT:
                control = json.loads(message.data)
                if control.get("type") == "mark":
                    back = json.dumps({"type": "mark", "name": control["name"]})
                    returns = asyncio.create_task(_say(socket, back, after_s=max(self._played_to - at, 0)))
                    self._marks.add(returns)
                    returns.add_done_callback(self._marks.discard)


async def on_line(
    session: aiohttp.ClientSession, door: Door, call_id: str, *, both: Sequence[Callable[[Socket], Awaitable[None]]],
    talk: Callable[[], Awaitable[None]],
) -> None:
    """Open a call, keep both its directions going while the caller talks, hang up."""
    address = door.address.format(call=call_id)
    async with session.ws_connect(address, headers=door.headers, compress=0, max_msg_size=0) as socket:
        line = [asyncio.ensure_future(one(socket)) for one in both]
        try:
            await talk()
        finally:
            for task in line:
                task.cancel()
            await asyncio.gather(*line, return_exceptions=True)
        if door.greets:
            with suppress(ConnectionError):
                await socket.send_str(json.dumps({"type": "stop"}))


async def hold(
    door: Door, clip: bytes, *, calls: int, turns: int, spread_s: float, frame_ms: int, name: str
) -> list[Asked]:
    """Hold calls at once, their beginnings spread out; give every turn."""
    numbers = iter(range(calls * turns))
    lines = [
        Line(f"{name}-{n}", door, clip, [next(numbers) for _ in range(turns)], frame_ms) for n in range(calls)
    ]
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=OPEN_WITHIN_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session,
        asyncio.TaskGroup() as tasks,
    ):
        for line in lines:
            tasks.create_task(line.run(session))
            await asyncio.sleep(spread_s / calls)
    return [turn for line in lines for turn in line.turns]


async def _say(socket: Socket, text: str, *, after_s: float) -> None:
    await asyncio.sleep(after_s)
    with suppress(ConnectionError, RuntimeError):
        await socket.send_str(text)


def frames(clip: bytes, frame_ms: int) -> Iterator[bytes]:
    """Cut a clip into messages."""
    # The first frame is the short one, so that the last ends with her last sample.
    size = 2 * RATE * frame_ms // 1000
    first = len(clip) % size
    if first:
        yield bytes(size - first) + clip[:first]
    for at in range(first, len(clip), size):
        yield clip[at : at + size]


def audible(audio: bytes) -> bool:
    """Tell whether one can hear it."""
    samples = np.frombuffer(audio[: len(audio) // 2 * 2], dtype="<i2")
    return bool(len(samples)) and int(np.abs(samples.astype(np.int32)).max()) > AUDIBLE
