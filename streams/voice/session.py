"""The live session of one call: its parts put together, its records taken in order, and what governance tells it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import structlog

from governance.endpointing import Limits
from governance.errors import InputError
from infra.speech.links import Link, linked
from infra.speech.ports import LanguageModel, SpeechToText, TextToSpeech, TurnDetector, VoiceActivity
from schemas.audio import AudioRecord
from schemas.base import Event
from schemas.calls import CallEnded, SessionResumed
from schemas.handoffs import HandoffAccepted
from schemas.policies import Policy
from schemas.verdicts import EmergencyDetected, HandoffRequested
from streams.voice.answers import Answers
from streams.voice.chain import chain_for
from streams.voice.choosing import Choosing
from streams.voice.consenting import Consenting
from streams.voice.ear import Ear, EarEvents
from streams.voice.floor import Floor
from streams.voice.frames import decode
from streams.voice.hearing import Hearing
from streams.voice.keys import Keys
from streams.voice.knowing import Knowing
from streams.voice.lines import Lines
from streams.voice.mind import Mind, Redact
from streams.voice.mouth import Answer, Mouth
from streams.voice.recall import Recalled
from streams.voice.relay import Relay
from streams.voice.reporter import Door, Reporter
from streams.voice.signs import AFTER_MS, Kind, Signs
from streams.voice.spans import Traces
from streams.voice.speaker import Speaker
from streams.voice.start import Setup
from streams.voice.stock import Stock
from streams.voice.tactics import Tactics
from streams.voice.wire import Outlet, Wire
from streams.voice.wording import Wording

REPORT_WITHIN_S = 5.0
RECORDS_A_SECOND = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parts:
    """What every session of a process shares: providers, models, doors and rules."""

    speech_to_text: SpeechToText | tuple[Link[SpeechToText], ...]
    text_to_speech: TextToSpeech | tuple[Link[TextToSpeech], ...]
    language_model: LanguageModel | tuple[Link[LanguageModel], ...]
    activity: Callable[[int], VoiceActivity]  # one for each call, at this rate or the nearest it can hear
    detector: TurnDetector
    door: Door
    outlet: Outlet
    redactor: Callable[[Setup], Redact]
    policy: Policy | None
    lines: Lines
    limits: Limits
    now: Callable[[], datetime]
    stock: Stock = field(default_factory=Stock)
    sign: Kind = "off"
    sign_after_ms: int = AFTER_MS
    tactics: Tactics = field(default_factory=Tactics)


class Session:
    """One call; `take` and `control` are awaited one after the other by its host."""

    def __init__(self, parts: Parts, setup: Setup) -> None:
        """Put the parts together; `open` begins."""
        self._parts = parts
        self._setup = setup
        self._reporter = Reporter(parts.door, setup, now=parts.now)
        self._wire = Wire(parts.outlet, setup, line_ms=lambda: self._ear.line_ms)
        self._traces = Traces(call_id=setup.call_id)
        self._mouth = Mouth(self._wire, now=parts.now, fast=setup.fast, first_played=self._first_played)
        voices = chain_for("text_to_speech", linked(parts.text_to_speech), self._reporter, policy=parts.policy)
        writers = (*linked(parts.language_model), *parts.tactics.small)
        models = chain_for("chat", writers, self._reporter, policy=parts.policy)
        self._hears = chain_for("speech_to_text", linked(parts.speech_to_text), self._reporter, policy=parts.policy)
        speaker = Speaker(
            self._mouth, voices, self._reporter, setup, stock=parts.stock, apology=parts.lines.apology,
            line_ms=lambda: self._ear.line_ms,
        )
        self._signs = Signs(
            mouth=self._mouth, stock=parts.stock, reporter=self._reporter, setup=setup, lines=parts.lines,
            traces=self._traces, voices=[link.port.provider for link in voices.links], kind=parts.sign,
            after_ms=parts.sign_after_ms, may_speak=lambda: self._floor.turn > 0 or setup.resumed,
        )
        tactics = parts.tactics
        redact = parts.redactor(setup)
        self._knowing = Knowing(tactics.lookup, setup, self._reporter, redact=redact)
        self._mind = Mind(
            models, self._reporter, lines=parts.lines, policy=parts.policy,
            redact=redact, choosing=Choosing(tactics.small), window=tactics.window,
            knowing=self._knowing,
        )
        if tactics.warming is not None:
            chains = (models.links, voices.links, self._hears.links)
            tactics.warming.begin([link.port for links in chains for link in links])
        wording = Wording(
            self._mind, self._reporter, setup, tactics=tactics, lines=parts.lines, policy=parts.policy
        )
        self._answers = Answers(
            mind=self._mind, mouth=self._mouth, speaker=speaker, reporter=self._reporter, traces=self._traces,
            lines=parts.lines, ear=lambda: self._ear, signs=self._signs,
            consenting=Consenting(parts.policy, setup, lines=parts.lines, now=parts.now), now=parts.now,
            wording=wording,
        )
        self._handed: set[str] = set()
        self._alarms: set[str] = set()
        self._handing: asyncio.Task[None] | None = None
        self._heard_ms = 0

    async def open(self, recalled: Recalled | None = None) -> None:
        """Listen and greet; a running call is taken up where its record ends."""
        parts, setup = self._parts, self._setup
        relay = Relay(self._hears, sample_rate=setup.sample_rate, traces=self._traces)
        self._hearing = Hearing(relay, setup)
        # After a restart nobody knows how many turns there were; there cannot have been more than one each second.
        first_turn = setup.first_number // RECORDS_A_SECOND + 1 if setup.resumed else 0
        self._floor = Floor(
            first_turn=first_turn, ear=lambda: self._ear, hearing=self._hearing, mind=self._mind,
            answers=self._answers, reporter=self._reporter, traces=self._traces, lines=parts.lines, now=parts.now,
            signs=self._signs, interims=parts.tactics.interims,
        )
        floor = self._floor
        self._keys = Keys(entered=floor.entered)
        self._ear = Ear(
            recogniser=relay, activity=parts.activity(setup.sample_rate), detector=parts.detector,
            sample_rate=setup.sample_rate, limits=parts.limits,
            tell=EarEvents(floor.started, floor.interim, floor.going_on, floor.paused, floor.ended),
        )
        if recalled is None:
            self._answers.greet(turn=first_turn)
        await relay.open()
        if recalled is not None:
            await self._take_up(recalled)

    async def _take_up(self, recalled: Recalled) -> None:
        memory = recalled.memory
        self._reporter.report(SessionResumed(), None)
        self._mind.recall(memory.lines)
        self._answers.connecting, self._answers.silent = memory.connecting, memory.with_person
        self._heard_ms = memory.heard_ms
        for frame in recalled.frames:
            await self.take(frame)
        self._answers.take_up(turn=self._floor.turn, unanswered=memory.unanswered)

    async def take(self, record: AudioRecord) -> None:
        """Take one record of the caller's side; raises InputError for one that cannot be read."""
        match record.kind:
            case "media" if record.offset_ms < self._heard_ms:
                pass  # what was said there is on record
            case "media":
                self._ear.ahead_ms = self._ear.heard_ms - record.offset_ms
                await self._ear.hear(decode(record.payload, record.encoding), self._parts.now())
            case "mark":
                self._mouth.returned(_field(record, "name"))
            case "dtmf":
                for key in _field(record, "digits"):
                    self._keys.press(key, self._parts.now())
            case _:
                log.info("a record of a call was ignored", call=record.call_id, kind=record.kind)

    async def hear_silence(self, ms: int) -> None:
        """Hear that nothing comes: a channel may stop sending when nobody speaks."""
        await self._ear.hear(decode(bytes(2 * self._setup.sample_rate * ms // 1000), "linear16"), self._parts.now())
        self._ear.ahead_ms += ms

    async def control(self, event: Event) -> None:
        """Hear what governance decided of this call; the same decision twice is told the caller once."""
        turn, lines = self._floor.turn, self._parts.lines
        match event.data:
            case EmergencyDetected(rule=rule) if rule not in self._alarms:
                self._alarms.add(rule)
                if not self._answers.connecting and not self._answers.urgent:
                    self._answers.connecting = True
                    self._answers.say(lines.urgent, turn=turn, at_once=True)
            case HandoffRequested() if not self._answers.connecting and not self._answers.urgent:
                self._answers.connecting = True
                self._answers.say(lines.connecting, turn=turn)
            case HandoffAccepted(handoff=handoff, agent=agent) if handoff not in self._handed:
                self._handed.add(handoff)
                self._handing = asyncio.create_task(self._hand_over(handoff, agent))
            case _:
                return

    async def close(self, reason: Literal["hangup", "lost"]) -> None:
        """End: stop speaking, deliver what is to be reported, close the traces."""
        if self._handing is not None:
            self._handing.cancel()
        self._keys.flush()
        await self._ear.close()
        await self._floor.close()
        await self._answers.close()
        await self._knowing.close()
        await self._hearing.close()
        if reason == "lost":  # else the channel itself says how the call ended
            self._reporter.report(CallEnded(reason="lost"), None)
        self._traces.end(last_turn=self._floor.turn)
        await self._reporter.close(within_s=REPORT_WITHIN_S)

    async def _hand_over(self, handoff: str, agent: str) -> None:
        line = self._parts.lines.takeover.format(agent=agent)
        await asyncio.wait([self._answers.say(line, turn=self._floor.turn)])
        self._answers.silent = True
        await self._wire.control("transfer", {"handoff": handoff, "agent": agent})

    def _first_played(self, answer: Answer, at: datetime) -> None:
        self._reporter.mark(answer.turn, "first_played", self._traces.of(answer.turn), at=at)


def _field(record: AudioRecord, name: str) -> str:
    try:
        content = json.loads(record.payload)
        value = content[name]
    except (ValueError, KeyError, TypeError):
        raise InputError(f"a {record.kind} record needs JSON with {name}") from None
    if not isinstance(value, str):
        raise InputError(f"{name} of a {record.kind} record is text")
    return value
