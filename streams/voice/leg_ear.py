"""Hears an agent on her leg: what she says becomes utterances of a human, transcribed like the caller's words."""

import asyncio
from contextlib import suppress
from datetime import datetime

import numpy as np
import structlog

from governance.errors import TransientError
from infra.speech.ports import Samples, SpeechToText
from schemas.speech import Transcript
from schemas.turns import SpeechStarted, SpeechStopped, UtteranceFinalized
from streams.voice.chain import Chain
from streams.voice.ear import Ear, EarEvents, Speech
from streams.voice.floor import MOST_TEXT
from streams.voice.hearing import placed
from streams.voice.parts import Parts
from streams.voice.relay import Relay
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces

SILENT_AFTER_S = 0.7  # a browser that is muted sends nothing: that is silence
SILENCE_MS = 100

log = structlog.get_logger()


class LegEar:
    """One leg's; places are of the call's audio, in which the caller hears her."""

    def __init__(
        self, parts: Parts, hears: Chain[SpeechToText], reporter: Reporter, traces: Traces, *, leg: str,
        sample_rate: int,
    ) -> None:
        """Take the session's parts; `open` opens a recogniser of her own."""
        self.turn = 0  # of the caller's that is answered
        self._leg = leg
        self._rate = sample_rate
        self._now = parts.now
        self._reporter = reporter
        self._traces = traces
        self._relay = Relay(hears, sample_rate=sample_rate, traces=traces)
        self._ended: asyncio.Queue[Speech] = asyncio.Queue()
        self._ear = Ear(
            recogniser=self._relay, activity=parts.activity(sample_rate), detector=parts.detector,
            sample_rate=sample_rate, limits=parts.limits,
            tell=EarEvents(
                lambda: None, self._started, self._interim, _nothing, _nothing, _nothing, _nothing,
                self._ended.put_nowait,
            ),
        )
        self._heard_at = 0.0
        self._taking = asyncio.create_task(self._take_utterances())

    async def open(self) -> None:
        """Open a recogniser, so that her first word finds it ready."""
        await self._relay.open()

    async def hear(self, samples: Samples, *, place_ms: int) -> None:
        """Hear what sounds from this place of the call's audio on."""
        self._heard_at = asyncio.get_running_loop().time()
        self._ear.ahead_ms = self._ear.heard_ms - place_ms
        await self._ear.hear(samples, self._now())

    async def pass_time(self) -> None:
        """Hear silence where nothing has come for a while in the middle of her words."""
        if self._ear.speech is not None and asyncio.get_running_loop().time() > self._heard_at + SILENT_AFTER_S:
            silence = np.zeros(self._rate * SILENCE_MS // 1000, dtype=np.int16)
            self._ear.ahead_ms += SILENCE_MS
            await self._ear.hear(silence, self._now())

    async def close(self, *, within_s: float) -> None:
        """End with the leg; what she was saying is heard to its end, as far as the time allows."""
        if self._ear.speech is not None:
            speech, self._ear.speech = self._ear.speech, None
            self._ended.put_nowait(speech)
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._ended.join()
        self._taking.cancel()
        with suppress(asyncio.CancelledError):
            await self._taking
        await self._ear.close()
        await self._relay.close()

    def _started(self, speech: Speech) -> None:
        self._reporter.report(
            SpeechStarted(participant="human", at_ms=speech.in_recording(speech.began_ms), turn=self.turn),
            self._traces.of(self.turn), at=speech.began_at,
        )

    def _interim(self, speech: Speech, transcript: Transcript) -> None:
        """Her words are told once they are final: no rule waits for them."""

    async def _take_utterances(self) -> None:
        while True:
            speech = await self._ended.get()
            try:
                await self._take(speech)
            except Exception as wrong:  # noqa: BLE001 - it costs one utterance: else nothing more of hers would be told
                log.error("an utterance of an agent was lost", error=type(wrong).__name__)
            finally:
                self._ended.task_done()

    async def _take(self, speech: Speech) -> None:
        turn, trace = self.turn, self._traces.of(self.turn)
        began_ms, ended_ms = speech.in_recording(speech.began_ms), speech.in_recording(speech.ended_ms)
        self._relay.about = (turn, trace)
        heard: datetime | None = speech.ended_at
        try:
            transcript = await speech.listening.finish()
        except TransientError:  # each failure has been reported; her sound is not audible in the redacted recording
            await speech.listening.drop()
            transcript = Transcript(text=speech.text)
        self._reporter.report(SpeechStopped(participant="human", at_ms=ended_ms, turn=turn), trace, at=heard)
        if transcript.text:
            self._reporter.report(UtteranceFinalized(
                participant="human", utterance=f"human-{self._leg}-{began_ms}", turn=turn,
                text=transcript.text[:MOST_TEXT], start_ms=began_ms, end_ms=ended_ms,
                words=placed(transcript.words, speech), confidence=transcript.confidence,
                provider=self._relay.provider,
            ), trace)


def _nothing(speech: Speech) -> None:  # the turn-taking of the ear: an agent takes no turns of the assistant's
    del speech
