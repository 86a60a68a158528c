"""An agent's own media leg in one call: she hears the briefing, joins, speaks, holds and leaves.

Her records come on call.audio.in like the caller's, so that the worker that has the call has her as well; what she says
leaves on call.audio.out as the caller hears it. Of two legs the newest counts.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import structlog
from pydantic import ValidationError

from governance.errors import InputError
from infra.speech.ports import SpeechToText, TextToSpeech
from schemas.audio import BRIEFING, HUNG_UP, AudioRecord
from schemas.base import Data
from schemas.calls import ParticipantJoined, ParticipantLeft
from schemas.desk import HandoffReleased
from schemas.legs import LegHeld, LegResumed
from streams.voice.briefing import Briefing
from streams.voice.chain import Chain
from streams.voice.consenting import Consenting
from streams.voice.frames import Framer, decode, tone
from streams.voice.incoming import field_of
from streams.voice.leg_ear import LegEar
from streams.voice.listeners import Listeners
from streams.voice.parts import Parts
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces
from streams.voice.spoken import FRAME_MS
from streams.voice.start import LegStart, Setup
from streams.voice.wire import Wire

TONE_EVERY_MS = 4_000  # on hold: the line is not dead
QUIETER = 4
LOST_AFTER_MS = 10_000  # of the call's audio: her gateway says every few seconds that she is there
HEARD_OUT_S = 3.0

log = structlog.get_logger()


@dataclass(slots=True)
class _Open:
    """The leg that counts."""

    name: str
    start: LegStart
    sample_rate: int
    wire: Wire
    ear: LegEar
    framer: Framer
    heard_ms: int  # place in the call's audio at which something of her came last
    wants: bool  # to be joined as soon as the assistant has handed over
    briefing: asyncio.Task[None] | None = None
    joined: bool = False
    held: bool = False
    sent_ms: int = 0
    tone_ms: int = 0
    opening: asyncio.Task[None] | None = None


class AgentLeg:
    """One call's place for an agent."""

    def __init__(
        self, parts: Parts, setup: Setup, *, wire: Wire, hears: Chain[SpeechToText], voices: Chain[TextToSpeech],
        reporter: Reporter, traces: Traces, handed_over: Callable[[], bool], turn: Callable[[], int],
        consenting: Consenting, say: Callable[[str], "asyncio.Task[None]"],
    ) -> None:
        """Take the call's parts; `handed_over`: whether the assistant is silent; `say`: says a line all the same."""
        self._parts = parts
        self._setup = setup
        self._wire = wire
        self._hears = hears
        self._voices = voices
        self._reporter = reporter
        self._traces = traces
        self._handed_over = handed_over
        self._turn = turn
        self._listeners = Listeners(parts.outlet, setup, wire=wire, consenting=consenting, say=say)
        self._leg: _Open | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._ended: set[str] = set()

    @property
    def there(self) -> bool:
        """Whether an agent has opened a leg."""
        return self._leg is not None

    async def take(self, record: AudioRecord) -> None:
        """Take one record of a leg or of a listener; raises InputError for one that cannot be read."""
        if self._listeners.takes(record):
            await self._listeners.take(record)
            return
        if record.kind == "start":
            await self._begin(record)
            return
        leg = self._leg
        if leg is None and record.kind == "mark" and record.leg not in self._ended:
            await self._begin(record)  # taken up again, a session hears of a leg by its next word that it is there
            return
        if leg is None or leg.name != record.leg:
            return  # of a leg that is over
        leg.heard_ms = self._wire.next_ms
        match record.kind:
            case "media":
                await self._speak(leg, record)
            case "join":
                await self._cut_briefing(leg)
                leg.wants = True
            case "hold" | "resume":
                self._hold(leg, held=record.kind == "hold")
            case "stop":
                await self._over(leg, hung_up=field_of(record, "reason") == "left")
        await self._join(leg)

    async def pass_time(self) -> None:
        """Do what is due as the call goes on: join, sound the tone of a held call, notice that she is gone."""
        await self._listeners.pass_time()
        leg = self._leg
        if leg is None:
            return
        await self._listeners.tell(leg.name, leg.wire)
        await self._join(leg)
        if leg.joined:
            await leg.ear.pass_time()
        if leg.held and self._wire.next_ms >= leg.tone_ms:
            leg.tone_ms = self._wire.next_ms + TONE_EVERY_MS
            rate = self._setup.sample_rate
            quiet = (tone(rate) // QUIETER).astype(np.int16)
            framer = Framer(source_rate=rate, sample_rate=rate, encoding=self._setup.encoding)
            await self._wire.media(framer.push(quiet, last=True), utterance=f"hold-{leg.name}")
        if self._wire.next_ms > leg.heard_ms + LOST_AFTER_MS:
            log.warning("an agent's leg is gone and nobody said so", call=self._setup.call_id)
            self._report(HandoffReleased(handoff=leg.start.handoff, agent=leg.start.agent, why="leg_lost"))
            await leg.wire.control("stop", {"reason": "released"})
            await self._over(leg, hung_up=False)

    async def released(self) -> None:
        """End the leg: the handoff is hers no more."""
        if self._leg is not None:
            await self._leg.wire.control("stop", {"reason": "released"})
            await self._over(self._leg, hung_up=False)

    async def close(self) -> None:
        """End with the call."""
        await self._listeners.close()
        if self._leg is not None:
            await self._over(self._leg, hung_up=False)
        if self._endings:
            await asyncio.wait(self._endings)

    async def _begin(self, record: AudioRecord) -> None:
        try:
            start = LegStart.model_validate_json(record.payload or b"{}")
            line = self._setup.model_copy(update={
                "encoding": "linear16", "sample_rate": record.sample_rate, "audio_partition": start.audio_partition,
                "resumed": False,
            })
        except ValidationError:
            raise InputError("the start of a leg is no JSON object of the known fields") from None
        if self._leg is not None:
            await self._leg.wire.control("stop", {"reason": "replaced"})
            await self._over(self._leg, hung_up=False)
        ear = LegEar(
            self._parts, self._hears, self._reporter, self._traces, leg=record.leg, sample_rate=record.sample_rate
        )
        leg = self._leg = _Open(
            name=record.leg, start=start, sample_rate=record.sample_rate, ear=ear,
            wire=Wire(self._parts.outlet, line, line_ms=lambda: self._wire.next_ms, leg=record.leg),
            framer=self._framer(record.sample_rate), heard_ms=self._wire.next_ms, wants=start.join == "cold",
            held=start.held,
        )
        leg.opening = asyncio.create_task(ear.open())
        if start.join == "warm" and start.briefing:
            briefing = Briefing(
                leg.wire, self._voices, self._reporter, self._traces, sample_rate=record.sample_rate,
                text=start.briefing, utterance=f"{BRIEFING}{record.leg}",
            )
            leg.briefing = asyncio.create_task(
                briefing.play(handoff=start.handoff, agent=start.agent, turn=self._turn())
            )
        await self._join(leg)

    async def _join(self, leg: _Open) -> None:
        if leg is not self._leg or leg.joined or not leg.wants or not self._handed_over():
            return
        leg.joined = True
        self._report(ParticipantJoined(participant="human", actor=leg.start.agent))
        await leg.wire.control("join", {"agent": leg.start.agent})

    async def _speak(self, leg: _Open, record: AudioRecord) -> None:
        if not leg.joined or leg.held or self._listeners.announcing:
            return
        samples = decode(record.payload, "linear16")
        if not len(samples):
            return
        leg.ear.turn = self._turn()
        await leg.ear.hear(samples, place_ms=self._wire.next_ms)
        frames = leg.framer.push(samples)
        if frames:
            await self._wire.media(frames, utterance=f"human-{leg.name}", said_ms=leg.sent_ms)
            leg.sent_ms += FRAME_MS * len(frames)

    def _hold(self, leg: _Open, *, held: bool) -> None:
        if not leg.joined or leg.held == held:
            return
        leg.held, leg.tone_ms = held, self._wire.next_ms
        step = LegHeld if held else LegResumed
        self._report(step(handoff=leg.start.handoff, agent=leg.start.agent))

    async def _over(self, leg: _Open, *, hung_up: bool) -> None:
        self._leg = None
        self._ended.add(leg.name)
        await self._cut_briefing(leg)
        if leg.opening is not None:
            leg.opening.cancel()
        ending = asyncio.create_task(self._hear_out(leg))  # beside the call: the caller is heard meanwhile
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        if hung_up:
            await self._wire.control("stop", {"reason": HUNG_UP})

    async def _hear_out(self, leg: _Open) -> None:
        await leg.ear.close(within_s=HEARD_OUT_S)
        if leg.joined:
            self._report(ParticipantLeft(participant="human", actor=leg.start.agent))

    async def _cut_briefing(self, leg: _Open) -> None:
        if leg.briefing is not None:
            leg.briefing.cancel()
            await asyncio.wait([leg.briefing])  # not awaited itself: this call's own end would pass for the briefing's
            leg.briefing = None

    def _report(self, data: Data) -> None:
        self._reporter.report(data, None)

    def _framer(self, rate: int) -> Framer:
        return Framer(source_rate=rate, sample_rate=self._setup.sample_rate, encoding=self._setup.encoding)
