"""Speaks a packet's summary to the agent before she joins a call; the caller hears none of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import numpy as np

from governance.errors import TransientError
from infra.speech.bounded import taking
from infra.speech.links import Link
from infra.speech.ports import TextToSpeech
from schemas.legs import BriefingPlayed
from streams.voice.chain import Chain, followed
from streams.voice.frames import Framer
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces
from streams.voice.spoken import FRAME_MS, Phrase, Spoken
from streams.voice.timing import audio_of
from streams.voice.wire import Frames, Wire

LEAD_MS = 200  # frames run ahead of her ear by so much
STEP = 5  # frames that leave together
MOST_TEXT = 2000


class Briefing:
    """One briefing on one leg."""

    def __init__(
        self, wire: Wire, voices: Chain[TextToSpeech], reporter: Reporter, traces: Traces, *, sample_rate: int,
        text: str, utterance: str,
    ) -> None:
        """Take the way to her, the call's voices, redacted words, and how the recording names them."""
        self._wire = wire
        self._voices = voices
        self._reporter = reporter
        self._traces = traces
        self._rate = sample_rate
        self._text = text
        self._utterance = utterance
        self._spoken = Spoken()
        self._sent = 0  # frames
        self._began = 0.0

    async def play(self, *, handoff: str, agent: str, turn: int) -> None:
        """Play it at the pace of sound and report what was heard, also where she cuts it off."""
        whole = False
        await self._wire.control("briefing", {"state": "began", "text": self._text})
        try:
            whole = await self._say(turn)
        finally:
            elapsed_ms = int(1000 * (asyncio.get_running_loop().time() - self._began)) if self._sent else 0
            played_ms = self._sent * FRAME_MS if whole else min(self._sent * FRAME_MS, elapsed_ms)
            self._reporter.report(BriefingPlayed(
                handoff=handoff, agent=agent, text=self._spoken.heard(played_ms)[:MOST_TEXT], played_ms=played_ms,
                whole=whole, utterance=self._utterance,
            ), None)
            with suppress(asyncio.CancelledError):
                await self._wire.control("briefing", {"state": "ended", "played_ms": played_ms})

    async def _say(self, turn: int) -> bool:
        trace = self._traces.of(turn)
        for link, following in followed(self._voices.order(), "the packet in writing"):
            try:
                with self._voices.asks(link, turn=turn, trace=trace) as units:
                    units.characters = len(self._text)
                    async with aclosing(self._frames(link)) as frames:
                        async for some in frames:
                            await self._send(some)
                await self._played_out()
            except TransientError as failed:
                self._voices.failed(link, failed, instead=following, turn=turn, trace=trace)
                if self._sent:
                    return False  # she has heard a part: it is not begun again
            else:
                return bool(self._sent)
        return False

    async def _frames(self, link: Link[TextToSpeech]) -> AsyncGenerator[Frames, None]:
        framer = Framer(source_rate=link.port.sample_rate, sample_rate=self._rate, encoding="linear16")
        phrase = Phrase(self._text, 0, 0)
        self._spoken.phrases = [phrase]
        async with aclosing(taking(audio_of(link.port, phrase), whole_ms=link.whole_ms)) as audio:
            async for samples in audio:
                yield self._grown(phrase, framer.push(samples))
        yield self._grown(phrase, framer.push(np.zeros(0, dtype=np.int16), last=True))

    def _grown(self, phrase: Phrase, frames: Frames) -> Frames:
        phrase.end_ms += len(frames) * FRAME_MS
        return frames

    async def _send(self, frames: Frames) -> None:
        loop = asyncio.get_running_loop()
        for at in range(0, len(frames), STEP):
            if not self._sent:
                self._began = loop.time()
            ahead_ms = self._sent * FRAME_MS - 1000 * (loop.time() - self._began)
            if ahead_ms > LEAD_MS:
                await asyncio.sleep((ahead_ms - LEAD_MS) / 1000)
            some = frames[at : at + STEP]
            await self._wire.media(some, utterance=self._utterance, said_ms=self._sent * FRAME_MS)
            self._sent += len(some)

    async def _played_out(self) -> None:
        left_s = self._began + self._sent * FRAME_MS / 1000 - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, left_s))
