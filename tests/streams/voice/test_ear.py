"""Who hears the end of a turn: a recogniser that tells it is believed once there is silence, and not before."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from governance.endpointing import Limits
from infra.bench.voice import spoken
from infra.speech.ports import Listening, Samples, VoiceActivity
from infra.speech.silero import SileroVad, load_silero
from schemas.speech import Transcript
from streams.voice.ear import DETECTOR_MS, ONSET_MS, Ear, EarEvents, Speech

pytestmark = pytest.mark.pure
RATE, FRAME = 16_000, 512
AT = datetime(2026, 3, 1, tzinfo=UTC)
Heard = Callable[[Transcript], None]


class Loudness:
    frame_samples = FRAME

    def probability(self, frame: NDArray[np.float32]) -> float:
        return 1.0 if np.abs(frame).max() > 0.1 else 0.0

    def reset(self) -> None:
        pass


class NeverAsked:
    def probability(self, audio_16k: NDArray[np.float32]) -> float:
        raise AssertionError("the recogniser decides: nobody else is asked")


class Telling:
    """A recogniser that is told by the test what it hears."""

    ends_turns = True

    def __init__(self) -> None:
        self.tell: Heard | None = None

    def begin(self, *, digits: bool, heard: Heard) -> Listening:
        self.tell = heard
        return self

    async def close(self) -> None: ...

    async def feed(self, samples: Samples) -> None: ...

    def settle(self) -> None: ...

    async def finish(self) -> Transcript:
        return Transcript(text="")

    async def drop(self) -> None: ...


class Line:
    def __init__(self, activity: VoiceActivity | None = None) -> None:
        self.recogniser, self.told, self.stirs = Telling(), list[str](), list[int]()
        self.ear = Ear(
            recogniser=self.recogniser, activity=activity or Loudness(), detector=NeverAsked(), sample_rate=RATE,
            limits=Limits(),
            tell=EarEvents(
                stirred=self._stir, started=self._saw("started"),
                interim=lambda _, transcript: self.told.append(transcript.text),
                going_on=lambda _: None, paused=self._saw("paused"),
                suspected=self._saw("suspected"), resumed=self._saw("resumed"), ended=self._saw("ended"),
            ),
        )

    async def hear(self, frames: int, *, loud: bool) -> None:
        for _ in range(frames):
            await self.ear.hear(np.full(FRAME, 20_000 if loud else 0, dtype=np.int16), AT)

    def say(self, text: str, *, ended: bool = False, eager: bool = False, resumed: bool = False) -> None:
        assert self.recogniser.tell is not None
        self.recogniser.tell(Transcript(text=text, ended=ended, eager=eager, resumed=resumed))

    def _stir(self) -> None:
        self.stirs.append(self.ear.heard_ms)

    def _saw(self, what: str) -> Callable[[Speech], None]:
        return lambda _: self.told.append(what)


async def test_the_recognisers_end_of_turn_ends_it_at_once_in_silence() -> None:
    line = Line()
    await line.hear(10, loud=True)
    await line.hear(2, loud=False)
    line.say("Where is my order?", ended=True)
    assert line.told == ["started", "ended"]


async def test_an_end_of_turn_in_the_middle_of_speech_waits_for_silence() -> None:
    line = Line()
    await line.hear(10, loud=True)
    line.say("Where is my order?", ended=True)
    assert line.told == ["started"]
    await line.hear(1, loud=False)
    assert line.told == ["started", "ended"]


async def test_a_caller_who_goes_on_takes_the_end_of_turn_back() -> None:
    line = Line()
    await line.hear(10, loud=True)
    line.say("Where is my order?", ended=True)
    line.say("Where is my order? I mean", ended=False)
    await line.hear(5, loud=False)
    assert line.told == ["started", "Where is my order? I mean", "paused"]


async def test_a_recogniser_that_believes_in_the_end_is_passed_on_once_and_so_is_that_it_takes_it_back() -> None:
    line = Line()
    await line.hear(10, loud=True)
    line.say("Where is my order?", eager=True)
    line.say("Where is my order?", eager=True)
    line.say("Where is my order?", resumed=True)
    line.say("Where is my order?", eager=True)
    assert [one for one in line.told if not one.startswith("Where")] == [
        "started", "suspected", "resumed", "suspected",
    ]


async def test_speech_began_when_its_first_sample_came_and_not_when_it_was_found_out() -> None:
    line = Line()
    await line.hear(10, loud=True)
    assert line.ear.speech is not None
    assert line.ear.speech.began_at == AT - timedelta(milliseconds=ONSET_MS)


async def test_a_callers_first_sound_is_noticed_within_an_eighth_of_a_second_of_sound_wherever_frames_begin() -> None:
    clip = np.frombuffer(spoken(), dtype="<i2").astype(np.int16)
    session, late, stirred = load_silero(), list[float](), list[float]()
    for offset in range(0, 2_560, 160):
        line = Line(SileroVad(session, sample_rate=RATE))
        samples = np.concatenate((np.zeros(8_000 + offset, dtype=np.int16), clip))
        for at in range(0, len(samples), 320):
            await line.ear.hear(samples[at : at + 320], AT)
            if "started" in line.told:
                break
        late.append(line.ear.heard_ms - (8_000 + offset) / 16)
        stirred.append(line.stirs[0] - (8_000 + offset) / 16)
    assert max(late) < 125, sorted(late)  # milliseconds of audio, however fast the machine is
    assert max(stirred) < 100, sorted(stirred)
    assert all(first < sure for first, sure in zip(stirred, late, strict=True))


async def test_that_a_caller_may_be_beginning_is_told_before_it_is_sure_and_not_once_she_speaks() -> None:
    line = Line()
    await line.hear(1, loud=True)
    assert (line.stirs, line.told) == ([32], [])
    await line.hear(10, loud=True)
    assert (line.stirs, line.told) == ([32], ["started"])


async def test_frames_of_odd_lengths_make_no_other_clock_and_speech_after_them_lies_where_it_is() -> None:
    line, odd = Line(), 171
    for _ in range(3_000):
        await line.ear.hear(np.zeros(odd, dtype=np.int16), AT)
    assert line.ear.heard_ms == 1000 * odd * 3_000 // RATE
    await line.hear(10, loud=True)
    assert line.ear.speech is not None
    assert abs(line.ear.speech.began_ms - 1000 * odd * 3_000 // RATE) <= 1000 * FRAME // RATE


@given(st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.sampled_from(["", "words", "eager", "end"])), max_size=30,
))
def test_whatever_the_recogniser_believes_a_turn_ends_in_silence_only(
    stretches: list[tuple[int, bool, str]],
) -> None:
    async def run() -> None:
        line = Line()
        ended = line.ear._tell.ended
        silent: list[int] = []

        def seen(speech: Speech) -> None:
            silent.append(speech.silence_ms)
            ended(speech)

        line.ear._tell = replace(line.ear._tell, ended=seen)
        for frames, loud, belief in stretches:
            await line.hear(frames, loud=loud)
            if belief and line.recogniser.tell is not None:
                line.say("Where is it?", ended=belief == "end", eager=belief == "eager")
        assert all(one > 0 for one in silent)

    asyncio.run(run())


async def test_of_somebody_who_speaks_without_end_no_more_is_kept_than_the_detector_asks_about() -> None:
    line = Line()
    for _ in range(4):
        await line.hear(300, loud=True)
        await line.hear(3, loud=False)
    assert line.told.count("paused") == 4
    assert line.ear.speech is not None
    assert sum(map(len, line.ear.speech.audio)) <= DETECTOR_MS * RATE // 1000
