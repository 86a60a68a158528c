"""The voice models hear where a caller on a telephone line speaks, and judge whether she has finished."""

from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime as ort
import pytest
import soxr
from numpy.typing import NDArray

from infra.speech.log_mel import BANDS, log_mel
from infra.speech.onnx_session import MissingModel, packaged_file
from infra.speech.silero import (
    CLEARLY_SILENT,
    FRAME_MS,
    FRAMES_BEFORE,
    RESTS_AFTER_MS,
    STILL,
    SileroVad,
    load_silero,
)
from infra.speech.smart_turn import SmartTurn, load_smart_turn
from infra.speech.wav import read_wav
from streams.voice.ear import SPEECH, STILL_SPEECH

pytestmark = pytest.mark.contract

SUPPORT = Path(__file__).parents[1] / "data" / "audio" / "speak-to-customer-support.wav"
SPEAKING_AT_MS = (1_850, 4_350)
NEVER_STILL = -1.0


@pytest.fixture(scope="module")
def silero() -> ort.InferenceSession:
    return load_silero()


@pytest.fixture(scope="module")
def spoken() -> NDArray[np.float32]:
    return (read_wav(SUPPORT.read_bytes()).samples / 32_768).astype(np.float32)


def speech_ms(vad: SileroVad, audio: NDArray[np.float32]) -> list[int]:
    frames = range(0, len(audio) - vad.frame_samples + 1, vad.frame_samples)
    heard = [vad.probability(audio[at : at + vad.frame_samples]) > 0.5 for at in frames]
    return [index * FRAME_MS for index, speech in enumerate(heard) if speech]


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_speech_is_found_where_the_caller_speaks(
    silero: ort.InferenceSession, spoken: NDArray[np.float32], rate: int
) -> None:
    found = speech_ms(SileroVad(silero, sample_rate=rate), soxr.resample(spoken, 8_000, rate))
    assert abs(found[0] - SPEAKING_AT_MS[0]) < 300
    assert abs(found[-1] - SPEAKING_AT_MS[1]) < 300
    assert len(found) * FRAME_MS > 2_000


@pytest.mark.parametrize("loudness", [0.0, 0.01, 0.2])
def test_noise_is_not_speech(silero: ort.InferenceSession, loudness: float) -> None:
    noise = np.random.default_rng(7).normal(0, loudness, 32_000).astype(np.float32)
    assert speech_ms(SileroVad(silero, sample_rate=8_000), noise) == []


def test_two_streams_on_one_session_do_not_disturb_each_other(
    silero: ort.InferenceSession, spoken: NDArray[np.float32]
) -> None:
    alone = speech_ms(SileroVad(silero, sample_rate=8_000), spoken)
    vad, other = SileroVad(silero, sample_rate=8_000), SileroVad(silero, sample_rate=8_000)
    frames = [spoken[at : at + 256] for at in range(0, len(spoken) - 255, 256)]
    together = []
    for index, frame in enumerate(frames):
        other.probability(frames[-1 - index])
        if vad.probability(frame) > 0.5:
            together.append(index * FRAME_MS)
    assert together == alone


def test_a_reset_forgets_what_was_heard(silero: ort.InferenceSession, spoken: NDArray[np.float32]) -> None:
    vad = SileroVad(silero, sample_rate=8_000)
    first = speech_ms(vad, spoken)
    vad.reset()
    assert speech_ms(vad, spoken) == first


def test_a_wrong_rate_or_frame_is_refused(silero: ort.InferenceSession) -> None:
    with pytest.raises(ValueError, match="44100"):
        SileroVad(silero, sample_rate=44_100)
    with pytest.raises(ValueError, match="256 samples"):
        SileroVad(silero, sample_rate=8_000).probability(np.zeros(160, dtype=np.float32))


def test_a_finished_sentence_ends_the_turn_and_half_of_one_does_not(spoken: NDArray[np.float32]) -> None:
    turn = SmartTurn(load_smart_turn())
    audio: NDArray[np.float32] = soxr.resample(spoken, 8_000, 16_000)
    finished = turn.probability(audio[: 16 * (SPEAKING_AT_MS[1] + 200)])
    cut_short = turn.probability(audio[: 16 * 3_900])
    assert finished > 0.5 > cut_short


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0, 20.0])
def test_the_end_of_turn_is_a_probability_whatever_the_length(seconds: float) -> None:
    audio = np.zeros(int(seconds * 16_000), dtype=np.float32)
    assert 0.0 <= SmartTurn(load_smart_turn()).probability(audio) <= 1.0


def test_silence_after_the_audio_costs_nothing_and_changes_nothing(spoken: NDArray[np.float32]) -> None:
    short = log_mel(spoken[16_000:32_000], frames=300)
    long = log_mel(np.pad(spoken[16_000:32_000], (0, 32_000)), frames=300)
    assert short.shape == (BANDS, 300)
    assert np.allclose(short, long, atol=1e-4)


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingModel, match="no_such_package"):
        packaged_file("no_such_package", "model.onnx")


class Counting:
    """The model, and how often it was asked."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self.asked = 0
        self._session = session

    def run(self, names: None, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.asked += 1
        answer: list[NDArray[np.float32]] = self._session.run(names, inputs)
        return answer


def line(*parts: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """One call's sound as frames of 8 kHz."""
    whole = np.concatenate(parts).astype(np.float32)
    return [whole[at : at + 256] for at in range(0, len(whole) - 255, 256)]


def still(seconds: float, *, seed: int = 3) -> NDArray[np.float32]:
    """A line on which nobody speaks: its own noise, at -70 dBFS."""
    noise = np.random.default_rng(seed).normal(0, 10 / 32_768, int(8_000 * seconds)).astype(np.float32)
    return np.clip(noise, -STILL, STILL)


def decisions(vad: SileroVad, frames: list[NDArray[np.float32]]) -> list[tuple[bool, bool]]:
    """What the ear makes of each frame: whether speech begins there, and whether it goes on."""
    told = [vad.probability(one) for one in frames]
    return [(one > SPEECH, one > STILL_SPEECH) for one in told]


@pytest.mark.parametrize("pause_s", [0.2, 0.4, 0.8, 3.0, 9.0])
def test_a_model_that_rests_on_a_still_line_hears_speech_as_one_that_does_not(
    silero: ort.InferenceSession, spoken: NDArray[np.float32], pause_s: float
) -> None:
    silence = np.zeros(int(8_000 * pause_s), np.float32)
    frames = line(still(pause_s), spoken, still(pause_s, seed=4), spoken, silence, spoken)
    resting = decisions(SileroVad(silero, sample_rate=8_000), frames)
    awake = decisions(SileroVad(silero, sample_rate=8_000, still=NEVER_STILL), frames)
    differ = [at for at, (one, other) in enumerate(zip(resting, awake, strict=True)) if one != other]
    assert differ == []


def test_on_a_still_line_the_model_is_not_asked(silero: ort.InferenceSession) -> None:
    asked = Counting(silero)
    vad = SileroVad(cast(ort.InferenceSession, asked), sample_rate=8_000)
    frames = line(still(10.0))
    assert not any(vad.probability(one) > CLEARLY_SILENT for one in frames)
    assert asked.asked <= RESTS_AFTER_MS // FRAME_MS


def test_a_pause_shorter_than_what_is_kept_changes_nothing_at_all(
    silero: ort.InferenceSession, spoken: NDArray[np.float32]
) -> None:
    pause = still((RESTS_AFTER_MS + (FRAMES_BEFORE - 2) * FRAME_MS) / 1_000)
    frames = line(spoken[: 8 * SPEAKING_AT_MS[1]], pause, spoken)
    resting, awake = SileroVad(silero, sample_rate=8_000), SileroVad(silero, sample_rate=8_000, still=NEVER_STILL)
    for one in frames:
        told, said = resting.probability(one), awake.probability(one)
        assert told in (0.0, said)
