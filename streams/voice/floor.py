"""Who has the floor in one call: what the ear tells becomes turns, barge-ins and backchannels.

The caller has the floor whenever she takes it (governance.barge_in). A turn is taken when the ear says that it ended,
one after the other, so that no transcript overtakes an earlier one.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from governance import barge_in
from governance.barge_in import Overlap, OverlapRules
from schemas import telemetry as registry
from schemas.calls import DtmfPressed
from schemas.speech import Transcript
from schemas.turns import BackchannelHeard, InterimTranscribed, SpeechStarted, SpeechStopped, UtteranceFinalized
from streams.voice.answers import Answers
from streams.voice.duplex import Duplex
from streams.voice.ear import Ear, Speech
from streams.voice.hearing import Hearing, placed
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.reporter import Reporter
from streams.voice.signs import Signs
from streams.voice.spans import Traces
from streams.voice.speculation import Speculations

MOST_TEXT = 8_000
HESITATES_MS = 40  # until the voice activity is sure; less than what is on its way, so that no click makes a gap

log = structlog.get_logger()


class Floor:
    """The turns of one call."""

    def __init__(
        self, *, first_turn: int, ear: Callable[[], Ear], hearing: Hearing, mind: Mind, answers: Answers,
        reporter: Reporter, traces: Traces, lines: Lines, now: Callable[[], datetime], signs: Signs,
        ahead: Speculations, duplex: Duplex, interims: bool = True,
    ) -> None:
        """Take one call's parts; turns are counted on from `first_turn`."""
        self.turn = first_turn
        self._ear = ear
        self._hearing = hearing
        self._mind = mind
        self._answers = answers
        self._reporter = reporter
        self._traces = traces
        self._lines = lines
        self._now = now
        self._signs = signs
        self._ahead = ahead
        self._duplex = duplex
        self._interims = interims
        self._rules = OverlapRules()
        self._overlapping: set[int] = set()  # where each began that may be no more than a nod
        self._still: Speech | None = None  # for whom the assistant holds back
        self._at_work = False  # a turn that has ended is being taken
        self._ended: asyncio.Queue[tuple[Speech | str, datetime]] = asyncio.Queue()
        self._taking = asyncio.create_task(self._take_turns())

    def stirred(self) -> None:
        """She may be beginning to speak: what the assistant says next waits until that is known."""
        if self._answers.busy:
            self._answers.keep_still(HESITATES_MS, longer=True)

    def started(self, speech: Speech) -> None:
        """The caller began to speak."""
        self._signs.hush()
        self._duplex.began()
        if self._answers.busy:
            self._overlapping.add(speech.began_ms)
            self._still = speech
            self._keep_still(speech)
        self._reporter.report(
            SpeechStarted(participant="caller", at_ms=speech.in_recording(speech.began_ms), turn=self.turn + 1),
            self._traces.of(self.turn + 1), at=speech.began_at,
        )

    def interim(self, speech: Speech, transcript: Transcript) -> None:
        """The recogniser believes something new."""
        turn = self.turn + 1
        event = self._reporter.report(InterimTranscribed(
            participant="caller", utterance=self._hearing.utterance(speech), turn=turn,
            text=transcript.text[:MOST_TEXT], provider=self._hearing.provider,
        ), self._traces.of(turn))
        found = self._mind.judge(transcript.text, event_id=event.id, turn=turn, final=False)
        if any(one.kind == "emergency" for one in found):
            self._answers.urgent = self._ear().urgent = True
            self._ahead.drop("policy")
        if speech.silence_ms:
            self._foresee(transcript.text)
        self.going_on(speech)

    def paused(self, speech: Speech) -> None:
        """She has fallen silent: what she said may be her whole turn."""
        self._foresee(speech.text)
        self._keep_still(speech)

    def suspected(self, speech: Speech) -> None:
        """She may have said all: an answer is begun that nobody hears until that is certain."""
        free = not self._answers.busy and not self._answers.silent
        if free and self._ended.empty() and not self._at_work:
            self._ahead.begin(turn=self.turn + 1, text=speech.text, at_ms=speech.ended_ms)

    def resumed(self, speech: Speech) -> None:  # noqa: ARG002 - the ear's shape
        """She has not: the recogniser takes it back."""
        self._ahead.drop("went_on")

    def going_on(self, speech: Speech) -> None:
        """She is still speaking."""
        self._ahead.went_on(speech.ended_ms)
        if not self._answers.busy:
            return
        self._still = speech  # also where she spoke before the answer began
        self._keep_still(speech)
        overlap = Overlap(speech_ms=speech.speech_ms, text=speech.text, speaking=True)
        if barge_in.decide(overlap, self._rules) == "barge_in":
            self._take_floor(speech)

    def ended(self, speech: Speech) -> None:
        """Her turn has ended."""
        self._signs.expect(self.turn + 1)
        self._duplex.ended(speech)
        self._ended.put_nowait((speech, self._now()))

    def entered(self, keys: str, at: datetime) -> None:
        """She has pressed keys."""
        self._signs.expect(self.turn + 1)
        self._ended.put_nowait((keys, at))

    async def close(self) -> None:
        """Take no more turns."""
        self._ahead.drop("call_over")
        self._taking.cancel()

    def _keep_still(self, speech: Speech) -> None:
        """Let the assistant be quiet while she may be taking the floor, and go on where she is not."""
        if self._still is speech:
            overlap = Overlap(speech_ms=speech.speech_ms, text=speech.text, speaking=speech.silence_ms == 0)
            self._answers.keep_still(barge_in.keeps_still_ms(overlap, self._rules))

    def _foresee(self, text: str) -> None:
        # Emergencies are looked for in any case: the switch is about speed alone.
        if self._interims:
            self._mind.foresee(text)

    def _take_floor(self, speech: Speech | None) -> None:
        self._overlapping.clear()
        self._answers.keep_still(0)
        self._answers.stop(turn=self.turn, speech=speech)

    async def _take_turns(self) -> None:
        while True:
            what, at = await self._ended.get()
            self._at_work = True
            try:
                if isinstance(what, str):
                    self._ahead.drop("other_words")
                    self._take_keys(what, at)
                else:
                    await self._take(what, at)
            except Exception as wrong:  # noqa: BLE001 - it costs one turn: else the caller would not be heard any more
                self._lose(wrong)
            self._at_work = False

    def _lose(self, wrong: Exception) -> None:
        # The kind alone: a message might repeat what the caller said.
        log.error("a turn was lost", error=type(wrong).__name__)
        self._ahead.drop("failed")
        self._answers.keep_still(0)
        self._answers.say(self._lines.not_heard, turn=self.turn)

    async def _take(self, speech: Speech, decided_at: datetime) -> None:
        turn = self.turn + 1
        trace = self._traces.of(turn)
        transcript = await self._hearing.finish(speech, turn=turn, trace=trace)
        text = transcript.text if transcript else ""
        if speech.began_ms in self._overlapping and self._answers.busy:
            overlap = Overlap(speech_ms=speech.speech_ms, text=text, speaking=False)
            if barge_in.decide(overlap, self._rules) == "backchannel":
                heard = BackchannelHeard(turn=self.turn, at_ms=speech.began_ms)
                self._reporter.report(heard, self._traces.of(self.turn))
                self._no_turn(speech)
                return
        if transcript is not None and not text:
            self._no_turn(speech)
            return  # a breath or a noise: no turn
        if self._answers.busy:
            self._take_floor(speech)
        self._still = None
        self._answers.keep_still(0)  # the answer to this turn waits for nobody
        self.turn = turn
        self._duplex.taken(speech, turn=turn)
        report, mark = self._reporter.report, self._reporter.mark
        stopped = SpeechStopped(participant="caller", at_ms=speech.in_recording(speech.ended_ms), turn=turn)
        report(stopped, trace, at=speech.ended_at)
        mark(turn, "caller_stopped", trace, at=speech.ended_at)
        mark(turn, "endpoint_decided", trace, at=decided_at)
        if transcript is None:
            mark(turn, "transcript_final", trace)
            self._ahead.drop("failed")
            self._answers.say(self._lines.apology if self._hearing.lost else self._lines.not_heard, turn=turn)
            return
        event = report(UtteranceFinalized(
            participant="caller", utterance=self._hearing.utterance(speech), turn=turn,
            text=transcript.text[:MOST_TEXT], start_ms=speech.in_recording(speech.began_ms),
            end_ms=speech.in_recording(speech.ended_ms), words=placed(transcript.words, speech),
            confidence=transcript.confidence, provider=self._hearing.provider,
        ), trace)
        mark(turn, "transcript_final", trace)
        trace.note({registry.ON_INTERIMS: self._interims, registry.END_OF_TURN: speech.because})
        self._answers.respond(turn=turn, text=transcript.text, event_id=event.id)

    def _no_turn(self, speech: Speech) -> None:
        self._signs.hush()
        self._duplex.dismissed(speech)
        self._answers.keep_still(0)
        self._ahead.drop("no_turn")

    def _take_keys(self, keys: str, at: datetime) -> None:
        self._take_floor(None)
        self.turn += 1
        turn, trace = self.turn, self._traces.of(self.turn)
        self._reporter.report(DtmfPressed(digits=keys, turn=turn), trace, at=at)
        self._reporter.mark(turn, "caller_stopped", trace, at=at)
        self._reporter.mark(turn, "endpoint_decided", trace)
        self._reporter.mark(turn, "transcript_final", trace)
        self._answers.respond_to_keys(turn=turn, keys=keys)
        if (speech := self._ear().speech) is not None:  # she pressed them while she speaks: she is not talked into
            self._still = speech
            self._keep_still(speech)
