"""Who has the floor in one call: what the ear tells becomes turns, barge-ins and backchannels.

The caller has the floor whenever she takes it (governance.barge_in). A turn is taken when the ear says that it ended,
one after the other, so that no transcript overtakes an earlier one.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from governance import barge_in
from governance.barge_in import Overlap, OverlapRules
from schemas import telemetry as registry
from schemas.calls import DtmfPressed
from schemas.speech import Transcript
from schemas.turns import BackchannelHeard, InterimTranscribed, SpeechStarted, SpeechStopped, UtteranceFinalized
from streams.voice.answers import Answers
from streams.voice.ear import Ear, Speech
from streams.voice.hearing import Hearing, placed
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.reporter import Reporter
from streams.voice.signs import Signs
from streams.voice.spans import Traces

MOST_TEXT = 8_000


class Floor:
    """The turns of one call."""

    def __init__(
        self, *, first_turn: int, ear: Callable[[], Ear], hearing: Hearing, mind: Mind, answers: Answers,
        reporter: Reporter, traces: Traces, lines: Lines, now: Callable[[], datetime], signs: Signs,
        interims: bool = True,
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
        self._interims = interims
        self._rules = OverlapRules()
        self._overlapping: Speech | None = None
        self._ended: asyncio.Queue[tuple[Speech | str, datetime]] = asyncio.Queue()
        self._taking = asyncio.create_task(self._take_turns())

    def started(self, speech: Speech) -> None:
        """The caller began to speak."""
        self._signs.hush()
        if self._answers.busy:
            self._overlapping = speech
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
        if speech.silence_ms:
            self._foresee(transcript.text)
        self.going_on(speech)

    def paused(self, speech: Speech) -> None:
        """She has fallen silent: what she said may be her whole turn."""
        self._foresee(speech.text)

    def going_on(self, speech: Speech) -> None:
        """She is still speaking."""
        if not self._answers.busy:
            return
        overlap = Overlap(speech_ms=speech.speech_ms, text=speech.text, speaking=True)
        if barge_in.decide(overlap, self._rules) == "barge_in":
            self._take_floor(speech)

    def ended(self, speech: Speech) -> None:
        """Her turn has ended."""
        self._signs.expect(self.turn + 1)
        self._ended.put_nowait((speech, self._now()))

    def entered(self, keys: str, at: datetime) -> None:
        """She has pressed keys."""
        self._signs.expect(self.turn + 1)
        self._ended.put_nowait((keys, at))

    async def close(self) -> None:
        """Take no more turns."""
        self._taking.cancel()

    def _foresee(self, text: str) -> None:
        # Emergencies are looked for in any case: the switch is about speed alone.
        if self._interims:
            self._mind.foresee(text)

    def _take_floor(self, speech: Speech | None) -> None:
        self._overlapping = None
        self._answers.stop(turn=self.turn, speech=speech)

    async def _take_turns(self) -> None:
        while True:
            what, at = await self._ended.get()
            if isinstance(what, str):
                self._take_keys(what, at)
            else:
                await self._take(what, at)

    async def _take(self, speech: Speech, decided_at: datetime) -> None:
        turn = self.turn + 1
        trace = self._traces.of(turn)
        transcript = await self._hearing.finish(speech, turn=turn, trace=trace)
        text = transcript.text if transcript else ""
        if self._overlapping is speech and self._answers.busy:
            overlap = Overlap(speech_ms=speech.speech_ms, text=text, speaking=False)
            if barge_in.decide(overlap, self._rules) == "backchannel":
                heard = BackchannelHeard(turn=self.turn, at_ms=speech.began_ms)
                self._reporter.report(heard, self._traces.of(self.turn))
                self._signs.hush()
                return
        if transcript is not None and not text:
            self._signs.hush()
            return  # a breath or a noise: no turn
        if self._answers.busy:
            self._take_floor(speech)
        self.turn = turn
        report, mark = self._reporter.report, self._reporter.mark
        stopped = SpeechStopped(participant="caller", at_ms=speech.in_recording(speech.ended_ms), turn=turn)
        report(stopped, trace, at=speech.ended_at)
        mark(turn, "caller_stopped", trace, at=speech.ended_at)
        mark(turn, "endpoint_decided", trace, at=decided_at)
        if transcript is None:
            mark(turn, "transcript_final", trace)
            self._answers.say(self._lines.apology if self._hearing.lost else self._lines.not_heard, turn=turn)
            return
        event = report(UtteranceFinalized(
            participant="caller", utterance=self._hearing.utterance(speech), turn=turn,
            text=transcript.text[:MOST_TEXT], start_ms=speech.in_recording(speech.began_ms),
            end_ms=speech.in_recording(speech.ended_ms), words=placed(transcript.words, speech),
            confidence=transcript.confidence, provider=self._hearing.provider,
        ), trace)
        mark(turn, "transcript_final", trace)
        trace.note({registry.ON_INTERIMS: self._interims})
        self._answers.respond(turn=turn, text=transcript.text, event_id=event.id)

    def _take_keys(self, keys: str, at: datetime) -> None:
        self._take_floor(None)
        self.turn += 1
        turn, trace = self.turn, self._traces.of(self.turn)
        self._reporter.report(DtmfPressed(digits=keys, turn=turn), trace, at=at)
        self._reporter.mark(turn, "caller_stopped", trace, at=at)
        self._reporter.mark(turn, "endpoint_decided", trace)
        self._reporter.mark(turn, "transcript_final", trace)
        self._answers.respond_to_keys(turn=turn, keys=keys)
