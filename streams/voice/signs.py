"""What the caller hears while she waits: after 800 ms of silence a short sentence or a tone, until the answer goes on.

It is no answer: it stands in no conversation, counts as no disclosure, and ends at the caller's first sound.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Literal

from schemas import telemetry as registry
from schemas.outside import SignPlayed
from schemas.turns import Provider
from streams.voice.frames import Framer, tone
from streams.voice.lines import Lines
from streams.voice.mouth import Mouth
from streams.voice.playing import Answer
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces
from streams.voice.spoken import FRAME_MS, Phrase
from streams.voice.start import Setup
from streams.voice.stock import Stock

Kind = Literal["spoken", "tone", "off"]
AFTER_MS, AGAIN_MS = 800, 4_000
MOST_IN_A_TURN = 4


class Signs:
    """One call's signs of life."""

    def __init__(
        self, *, mouth: Mouth, stock: Stock, reporter: Reporter, setup: Setup, lines: Lines, traces: Traces,
        voices: Collection[Provider], kind: Kind, after_ms: int, may_speak: Callable[[], bool],
        needed: Callable[[], bool],
    ) -> None:
        """`may_speak` tells whether words may come before the answer, or only a tone; `needed` whether one comes."""
        self._mouth = mouth
        self._stock = stock
        self._reporter = reporter
        self._setup = setup
        self._lines = lines
        self._traces = traces
        self._voices = voices
        self._kind = kind
        self._after_s = after_ms / 1000
        self._may_speak = may_speak
        self._needed = needed
        self._waiting: asyncio.Task[None] | None = None
        self._playing: Answer | None = None
        self._turn = 0  # whose answer is awaited
        self._given: dict[int, int] = {}  # signs of a turn so far

    def expect(self, turn: int) -> None:
        """Begin to wait for the sound of an answer."""
        self.hush()
        self._turn = turn
        if self._kind != "off" and not self._setup.fast and self._needed():
            self._waiting = asyncio.create_task(self._wait(turn))

    def hush(self, *, up_to: int | None = None) -> None:
        """Wait no more and stop what plays: the caller spoke, or nothing is awaited any more (of turns `up_to` one)."""
        if up_to is not None and self._turn > up_to:
            return
        if self._playing is not None:
            self._playing.interrupt()
        elif self._waiting is not None:
            self._waiting.cancel()
        self._waiting = None

    async def close(self) -> None:
        """Stop with the call."""
        waiting = self._waiting
        self.hush()
        if waiting is not None:
            with suppress(asyncio.CancelledError):
                await waiting

    async def _wait(self, turn: int) -> None:
        loop = asyncio.get_running_loop()
        since, wait_s = loop.time(), self._after_s
        while self._given.get(turn, 0) < MOST_IN_A_TURN:
            await asyncio.sleep(min(self._after_s, since + wait_s - loop.time()))
            if (quiet_since := self._mouth.quiet_since) > since:  # it sounded, and may fall silent in its middle
                since, wait_s = quiet_since, self._after_s
            if loop.time() < since + wait_s:
                continue
            sign = await self._make(turn, self._given.get(turn, 0))
            self._given[turn] = self._given.get(turn, 0) + 1
            ended = await self._play(sign)
            if ended == "stopped":
                return
            since, wait_s = loop.time(), AGAIN_MS / 1000 if ended == "whole" else self._after_s

    async def _make(self, turn: int, count: int) -> Answer:
        sign = Answer(f"sign-{turn}-{count}", turn)
        if self._kind == "spoken" and self._may_speak():
            lines = self._lines.fillers if count == 0 else self._lines.still
            line = lines[(turn + count) % len(lines)] if lines else ""
            for kept in await self._stock.all_of(line, voices=self._voices):
                start_ms = len(sign.frames) * FRAME_MS
                sign.add(self._framer(kept.rate).push(kept.samples, last=True))
                sign.spoken.phrases.append(Phrase(f"{kept.text} ", start_ms, len(sign.frames) * FRAME_MS))
        if not sign.frames:
            sign.add(self._framer(self._setup.sample_rate).push(tone(self._setup.sample_rate), last=True))
        sign.finish()
        return sign

    async def _play(self, sign: Answer) -> Literal["whole", "answer", "stopped"]:
        self._playing = sign
        whole = len(sign.frames)
        try:
            played = await self._mouth.play_sign(sign)
        finally:
            self._playing = None
        ended: Literal["whole", "answer", "stopped"] = "answer" if len(sign.frames) < whole else "whole"
        if sign.interrupted:
            ended = "stopped"
        if sign.sent:
            self._traces.of(sign.turn).note({registry.SIGNS: self._given.get(sign.turn, 0)})
            self._reporter.report(SignPlayed(
                turn=sign.turn, sign="filler" if sign.spoken.phrases else "tone", text=sign.spoken.heard(played.ms),
                played_ms=played.ms, method=played.method, ended=ended,
            ), self._traces.of(sign.turn))
        return ended

    def _framer(self, source_rate: int) -> Framer:
        return Framer(
            source_rate=source_rate, sample_rate=self._setup.sample_rate, encoding=self._setup.encoding
        )
