"""The live session of one call: its parts put together, its records taken in order, and what governance tells it."""

import asyncio
from datetime import datetime
from typing import Literal

import structlog

from infra.speech.links import linked
from schemas.audio import AudioRecord
from schemas.base import Event
from schemas.calls import CallEnded, SessionResumed
from schemas.desk import HandoffReassigned, HandoffReleased
from schemas.handoffs import HandoffAccepted, HandoffWithdrawn
from schemas.verdicts import EmergencyDetected, HandoffRequested
from streams.voice.answers import Answers
from streams.voice.chain import chain_for
from streams.voice.choosing import Choosing
from streams.voice.consenting import Consenting
from streams.voice.duplex import Duplex
from streams.voice.ear import Ear, EarEvents
from streams.voice.floor import Floor
from streams.voice.hearing import Hearing
from streams.voice.incoming import Incoming, field_of
from streams.voice.keys import Keys
from streams.voice.knowing import Knowing
from streams.voice.leg import AgentLeg
from streams.voice.mind import Mind
from streams.voice.mouth import Mouth
from streams.voice.parts import Parts
from streams.voice.playing import Answer
from streams.voice.recall import Recalled
from streams.voice.relay import Relay
from streams.voice.replies import Replies
from streams.voice.reporter import Reporter
from streams.voice.signs import Signs
from streams.voice.spans import Traces
from streams.voice.speaker import Speaker
from streams.voice.speculation import Speculations
from streams.voice.start import Setup, hears_payments
from streams.voice.wire import Wire
from streams.voice.wording import Wording

REPORT_WITHIN_S = 5.0
RECORDS_A_SECOND = 50

log = structlog.get_logger()


class Session:
    """One call; `take` and `control` are awaited one after the other by its host."""

    def __init__(self, parts: Parts, setup: Setup) -> None:
        """Put the parts together; `open` begins."""
        self._parts = parts
        self._setup = setup
        self.reporter = Reporter(parts.door, setup, now=parts.now)
        self._wire = Wire(parts.outlet, setup, line_ms=lambda: self._ear.line_ms)
        self._traces = Traces(call_id=setup.call_id)
        self._mouth = Mouth(self._wire, now=parts.now, fast=setup.fast, first_played=self._first_played)
        voices = chain_for("text_to_speech", linked(parts.text_to_speech), self.reporter, policy=parts.policy)
        writers = (*linked(parts.language_model), *parts.tactics.small)
        models = chain_for("chat", writers, self.reporter, policy=parts.policy)
        self._hears = chain_for("speech_to_text", linked(parts.speech_to_text), self.reporter, policy=parts.policy)
        speaker = Speaker(
            self._mouth, voices, self.reporter, setup, stock=parts.stock, apology=parts.lines.apology,
            line_ms=lambda: self._ear.line_ms,
        )
        self._signs = Signs(
            mouth=self._mouth, stock=parts.stock, reporter=self.reporter, setup=setup, lines=parts.lines,
            traces=self._traces, voices=[link.port.provider for link in voices.links], kind=parts.sign,
            after_ms=parts.sign_after_ms, may_speak=lambda: self._floor.turn > 0 or setup.resumed,
            needed=lambda: not self._answers.silent,
        )
        tactics, redact = parts.tactics, parts.redactor(setup)
        self._knowing = Knowing(tactics.lookup, setup, self.reporter, redact=redact)
        self._mind = Mind(
            models, self.reporter, lines=parts.lines, policy=parts.policy, redact=redact,
            choosing=Choosing(tactics.small), window=tactics.window, knowing=self._knowing,
        )
        if tactics.warming is not None:
            chains = (models.links, voices.links, self._hears.links)
            tactics.warming.begin([link.port for links in chains for link in links])
        self._ahead = Speculations(
            mind=self._mind, reporter=self.reporter, traces=self._traces, now=parts.now,
            on=parts.eager and not parts.speech_to_speech,  # such a model answers what it hears, not what was written
        )
        wording = Wording(
            self._mind, self.reporter, setup, tactics=tactics, lines=parts.lines, policy=parts.policy,
            ahead=self._ahead,
        )
        self._duplex = Duplex(
            chain_for("speech_to_speech", parts.speech_to_speech, self.reporter, policy=parts.policy, needed=False),
            sample_rate=setup.sample_rate, reporter=self.reporter, traces=self._traces,
            background=self._mind.background,
            withheld=lambda: not hears_payments(parts.policy) and parts.withheld(setup),
        )
        consenting = Consenting(parts.policy, setup, lines=parts.lines, now=parts.now)
        self._answers = Answers(
            mind=self._mind, mouth=self._mouth, speaker=speaker, reporter=self.reporter, traces=self._traces,
            lines=parts.lines, ear=lambda: self._ear, signs=self._signs, consenting=consenting, now=parts.now,
            ahead=self._ahead, wording=wording, replies=Replies(self._mind, self._traces, self._duplex, wording),
        )
        self._leg = AgentLeg(
            parts, setup, wire=self._wire, hears=self._hears, voices=voices, reporter=self.reporter,
            traces=self._traces, handed_over=lambda: self._answers.silent, turn=lambda: self._floor.turn,
            consenting=consenting, say=lambda line: self._answers.say(line, turn=self._floor.turn, always=True),
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
        floor = self._floor = Floor(
            first_turn=first_turn, ear=lambda: self._ear, hearing=self._hearing, mind=self._mind,
            answers=self._answers, reporter=self.reporter, traces=self._traces, lines=parts.lines, now=parts.now,
            signs=self._signs, ahead=self._ahead, duplex=self._duplex, interims=parts.tactics.interims,
        )
        self._keys = Keys(entered=floor.entered)
        self._ear = Ear(
            recogniser=relay, activity=parts.activity(setup.sample_rate), detector=parts.detector,
            sample_rate=setup.sample_rate, limits=parts.limits,
            tell=EarEvents(
                floor.stirred, floor.started, floor.interim, floor.going_on, floor.paused, floor.suspected,
                floor.resumed, floor.ended,
            ),
        )
        self._incoming = Incoming(
            ear=lambda: self._ear, duplex=self._duplex, answers=self._answers, wire=self._wire, lines=parts.lines,
            patience=parts.patience, turn=lambda: floor.turn, sample_rate=setup.sample_rate, now=parts.now,
        )
        if recalled is None:
            self._answers.greet(turn=first_turn)
            self._duplex.start()
        await relay.open()
        if recalled is not None:
            await self._take_up(recalled)

    async def _take_up(self, recalled: Recalled) -> None:
        memory = recalled.memory
        self.reporter.report(SessionResumed(), None)
        self._mind.recall(memory.lines)
        self._answers.connecting, self._answers.silent = memory.connecting, memory.with_person
        self._heard_ms = memory.heard_ms
        if not memory.with_person:
            self._duplex.start()
        for frame in recalled.frames:
            await self.take(frame)
        self._answers.take_up(turn=self._floor.turn, unanswered=memory.unanswered)

    async def take(self, record: AudioRecord) -> None:
        """Take one record of the caller's side; raises InputError for one that cannot be read."""
        if record.leg:
            await self._leg.take(record)
            return
        if not self._incoming.takes(record):
            return
        match record.kind:
            case "media" if record.offset_ms < self._heard_ms:
                pass  # what was said there is on record
            case "media":
                await self._incoming.media(record)
                await self._leg.pass_time()
            case "mark":
                self._mouth.returned(field_of(record, "name"))
            case "dtmf":
                self._incoming.pressed()
                for key in field_of(record, "digits"):
                    self._keys.press(key, self._parts.now())
            case _:
                log.info("a record of a call was ignored", call=record.call_id, kind=record.kind)

    @property
    def in_mid_speech(self) -> bool:
        """Whether the last that was heard of the caller was speech."""
        return self._incoming.mid_speech

    async def hear_silence(self, ms: int) -> None:
        """Hear that nothing comes: a channel may stop sending when nobody speaks."""
        await self._incoming.silence(ms)

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
            case HandoffReleased(handoff=handoff) | HandoffReassigned(handoff=handoff) if self._with_person(handoff):
                await self._leg.released()
                self._take_back(handoff)
            case HandoffWithdrawn(agent=agent) if agent and self._answers.connecting and not self._alarms:
                self._answers.connecting = False
                self._mind.may_ask_again()
                self._answers.say(lines.alone, turn=turn)

    async def close(self, reason: Literal["hangup", "lost"]) -> None:
        """End: stop speaking, deliver what is to be reported, close the traces."""
        if self._handing is not None:
            self._handing.cancel()
        self._incoming.close()
        self._keys.flush()
        await self._leg.close()
        await self._ear.close()
        await self._floor.close()
        await self._answers.close()
        await self._knowing.close()
        await self._hearing.close()
        await self._duplex.close()
        if reason == "lost":  # else the channel itself says how the call ended
            self.reporter.report(CallEnded(reason="lost"), None)
        self._traces.end(last_turn=self._floor.turn)
        await self.reporter.close(within_s=REPORT_WITHIN_S)

    async def _hand_over(self, handoff: str, agent: str) -> None:
        await asyncio.wait([self._answers.say(self._parts.lines.takeover.format(agent=agent), turn=self._floor.turn)])
        self._answers.silent = True
        await self._duplex.close()
        leg = {"leg": True} if self._leg.there else {}  # she is on the line already: a channel need not leave
        await self._wire.control("transfer", {"handoff": handoff, "agent": agent, **leg})

    def _take_back(self, handoff: str) -> None:
        """She has the call no more: the caller hears so, and is not left in silence until the next one comes."""
        self._handed.discard(handoff)
        if self._handing is not None:
            self._handing.cancel()
        self._answers.silent = False
        self._answers.say(self._parts.lines.connecting, turn=self._floor.turn)

    def _with_person(self, handoff: str) -> bool:
        return handoff in self._handed or self._answers.silent  # taken up again, a session has not heard who accepted

    def _first_played(self, answer: Answer, at: datetime) -> None:
        self.reporter.mark(answer.turn, "first_played", self._traces.of(answer.turn), at=at)
