"""Hears one caller: voice activity, the recogniser fed from the first sound on, and the end of her turn.

Time here is the audio's own: milliseconds from the call's first sample, so that what is decided does not depend on how
fast the audio came. Wall-clock instants are only passed on, for the turn's waterfall. A recogniser that hears the end
of a turn itself is believed as soon as the voice activity hears silence too.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import soxr
from numpy.typing import NDArray

from governance.endpointing import Limits, Pause, decide, may_have_ended
from infra.speech.log_mel import SAMPLE_RATE as DETECTOR_RATE
from infra.speech.ports import EndsTurns, Listening, Recogniser, Samples, TurnDetector, VoiceActivity
from schemas.speech import Transcript
from streams.voice.frames import VAD_RATES, Resampler, as_float

SPEECH = 0.5
STILL_SPEECH = 0.35  # hysteresis: a quiet syllable does not end speech
ONSET_MS = 64
PRE_ROLL_MS = 320  # what was said before the voice activity was sure; Silero may be 300 ms late
SETTLE_MS = 96
DETECTOR_MS = 8_000
CLOCKS_DIFFER_MS = 20  # less is rounding


@dataclass(slots=True)
class Speech:
    """One stretch of speech of the caller, from her first sound to the end of turn."""

    listening: Listening
    began_ms: int
    began_at: datetime
    digits: bool
    fed_ms: int = 0  # place of the first sample that the recogniser got: its word times count from there
    ahead_ms: int = 0  # of the ear's clock to the recording's when the speech began
    moved: bool = False  # that changed while she spoke: the places of her words are not known
    ended_ms: int = 0
    ended_at: datetime | None = None
    text: str = ""
    ended: bool = False  # the recogniser heard the end of the turn in what was said so far
    because: str = ""  # by which sign the turn was over
    probability: float | None = None
    silence_ms: int = 0
    suspected: str = ""  # the words after which the turn seemed to have ended
    audio: list[Samples] = field(default_factory=list)

    def in_recording(self, at_ms: int) -> int:
        """Give the place in the call's audio of a place on the ear's clock."""
        return max(0, at_ms - self.ahead_ms)

    @property
    def speech_ms(self) -> int:
        """How long she has spoken so far, pauses included."""
        return max(0, self.ended_ms - self.began_ms)


@dataclass(frozen=True, slots=True)
class EarEvents:
    """Whom the ear tells; each returns at once."""

    stirred: Callable[[], None]  # a sound that may be her first
    started: Callable[[Speech], None]
    interim: Callable[[Speech, Transcript], None]
    going_on: Callable[[Speech], None]
    paused: Callable[[Speech], None]
    suspected: Callable[[Speech], None]  # the turn may have ended
    resumed: Callable[[Speech], None]  # the recogniser takes that back
    ended: Callable[[Speech], None]


class Ear:
    """Listens to one call; `hear` is awaited for one frame after the other."""

    def __init__(
        self, *, recogniser: Recogniser, activity: VoiceActivity, detector: TurnDetector | None, sample_rate: int,
        limits: Limits, tell: EarEvents,
    ) -> None:
        """Take one call's parts; without a detector silence and her words alone end a turn."""
        self.expects_digits = False
        self.urgent = False  # somebody may be in danger: the turn ends at the floor, whatever the other signs
        self.speech: Speech | None = None
        self.heard_ms = 0
        self._heard = 0
        self.ahead_ms = 0  # silence that was filled in, records that were lost, a call taken up in the middle
        self._recogniser = recogniser
        self._activity = activity
        self._detector = detector
        self._rate = sample_rate
        self._limits = limits
        self._tell = tell
        vad_rate = sample_rate if sample_rate in VAD_RATES else VAD_RATES[1]
        self._to_vad = Resampler(source=sample_rate, target=vad_rate, quick=True)
        self._vad_ms = 1000 * activity.frame_samples // vad_rate
        self._unjudged: Samples = np.zeros(0, dtype=np.int16)
        self._pre_roll: deque[Samples] = deque()
        self._judged_ms = 0
        self._onset_ms = 0
        self._judging: set[asyncio.Task[None]] = set()

    @property
    def line_ms(self) -> int:
        """The place in the call's own audio that has been heard."""
        return max(0, self.heard_ms - self.ahead_ms)

    async def hear(self, samples: Samples, at: datetime) -> None:
        """Take the next samples of the call, which arrived at this instant."""
        if not len(samples):
            return
        self._heard += len(samples)  # counted in samples: frames of odd lengths must not add up to another clock
        self.heard_ms = 1000 * self._heard // self._rate
        if self.speech is not None:
            await self._feed(self.speech, samples)
        else:
            self._keep(samples)
        self._unjudged = np.concatenate((self._unjudged, self._to_vad.push(samples)))
        size = self._activity.frame_samples
        while len(self._unjudged) >= size:
            frame, self._unjudged = self._unjudged[:size], self._unjudged[size:]
            self._judged_ms += self._vad_ms
            await self._judge(self._activity.probability(as_float(frame)), at)

    async def close(self) -> None:
        """Forget what is being said; the recogniser belongs to whoever opened it."""
        for task in self._judging:
            task.cancel()
        if self.speech is not None:
            await self.speech.listening.drop()
            self.speech = None

    async def _judge(self, probability: float, at: datetime) -> None:
        speech = self.speech
        if speech is None:
            self._onset_ms = self._onset_ms + self._vad_ms if probability > SPEECH else 0
            if self._onset_ms >= ONSET_MS:
                await self._begin(at)
            elif self._onset_ms:
                self._tell.stirred()
            return
        if probability > STILL_SPEECH:
            speech.ended_ms, speech.ended_at, speech.silence_ms = self._judged_ms, at, 0
            speech.probability = None
            speech.moved = speech.moved or abs(self.ahead_ms - speech.ahead_ms) > CLOCKS_DIFFER_MS
            self._tell.going_on(speech)
            return
        before, speech.silence_ms = speech.silence_ms, speech.silence_ms + self._vad_ms
        if before < SETTLE_MS <= speech.silence_ms:
            speech.listening.settle()
            self._tell.paused(speech)
            speech.audio = [np.concatenate(speech.audio)[-DETECTOR_MS * self._rate // 1000 :]]  # no more is asked about
            ends_turns = isinstance(self._recogniser, EndsTurns) and self._recogniser.ends_turns
            if self._detector is not None and not ends_turns:
                self._ask_detector(speech, self._detector)
        urgent = self.urgent and speech.silence_ms >= self._limits.floor_ms
        decided = decide(_pause(speech), self._limits)
        if speech.ended or urgent or decided.ended:
            self._end(speech, "recogniser" if speech.ended else "urgent" if urgent else decided.because)
        else:
            self._suspect(speech, sure=may_have_ended(_pause(speech), self._limits))

    def _suspect(self, speech: Speech, *, sure: bool) -> None:
        if sure and not self.urgent and not speech.digits and speech.suspected != speech.text:
            speech.suspected = speech.text
            self._tell.suspected(speech)

    def _end(self, speech: Speech, because: str) -> None:
        self.speech = None
        speech.because = because
        self._onset_ms = 0
        self._tell.ended(speech)

    async def _begin(self, at: datetime) -> None:
        began_ms = max(0, self._judged_ms - self._onset_ms)
        began_at = at - timedelta(milliseconds=max(0, self.heard_ms - began_ms))  # `at` is the newest sample's

        def heard(transcript: Transcript) -> None:
            speech.text, speech.ended = transcript.text, transcript.ended
            if not transcript.ended:
                self._tell.interim(speech, transcript)
                if transcript.resumed:
                    speech.suspected = ""
                    self._tell.resumed(speech)
                self._suspect(speech, sure=transcript.eager or may_have_ended(_pause(speech), self._limits))
            elif speech is self.speech and speech.silence_ms:
                self._end(speech, "recogniser")

        listening = self._recogniser.begin(digits=self.expects_digits, heard=heard)
        speech = Speech(
            listening, began_ms=began_ms, began_at=began_at, digits=self.expects_digits, ended_ms=self._judged_ms,
            ended_at=at, fed_ms=self.heard_ms - 1000 * sum(map(len, self._pre_roll)) // self._rate,
            ahead_ms=self.ahead_ms,
        )
        self.speech = speech
        for samples in self._pre_roll:
            await self._feed(speech, samples)
        self._pre_roll.clear()
        self._tell.started(speech)

    async def _feed(self, speech: Speech, samples: Samples) -> None:
        speech.audio.append(samples)
        await speech.listening.feed(samples)

    def _keep(self, samples: Samples) -> None:
        self._pre_roll.append(samples)
        while sum(map(len, self._pre_roll)) - len(self._pre_roll[0]) > PRE_ROLL_MS * self._rate // 1000:
            self._pre_roll.popleft()

    def _ask_detector(self, speech: Speech, detector: TurnDetector) -> None:
        """Ask beside the flow of audio: it takes 30 ms, and the answer is needed at the floor."""
        (samples,) = speech.audio

        async def ask() -> None:
            silence_ms = speech.silence_ms
            probability = await asyncio.to_thread(self._finished, samples, detector)
            if speech.silence_ms >= silence_ms:  # she has not gone on meanwhile
                speech.probability = probability

        task = asyncio.create_task(ask())
        self._judging.add(task)
        task.add_done_callback(self._judging.discard)

    def _finished(self, samples: Samples, detector: TurnDetector) -> float:
        audio = as_float(samples)
        resampled: NDArray[np.float32] = (
            audio if self._rate == DETECTOR_RATE else soxr.resample(audio, self._rate, DETECTOR_RATE)
        )
        return detector.probability(resampled)


def _pause(speech: Speech) -> Pause:
    return Pause(
        silence_ms=speech.silence_ms, probability=speech.probability, text=speech.text, digits=speech.digits
    )
