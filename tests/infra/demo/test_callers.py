"""A caller of the demo sounds as over a telephone: 8 kHz, 300 to 3400 Hz, mu-law."""

import numpy as np
import pytest
from numpy.typing import NDArray

from infra.demo.callers import SPEECH_RATE, TELEPHONE_RATE, over_the_telephone, recording

pytestmark = pytest.mark.pure

SECOND = np.arange(SPEECH_RATE) / SPEECH_RATE


def tone(hz: float) -> NDArray[np.int16]:
    """A second of a tone at half of full scale."""
    return (np.sin(2 * np.pi * hz * SECOND) * 16_000).astype(np.int16)


def loudness(samples: NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def test_the_line_has_8_khz_and_keeps_the_length() -> None:
    heard = over_the_telephone(tone(1_000), SPEECH_RATE)
    assert heard.sample_rate == TELEPHONE_RATE == 8_000
    assert len(heard.samples) == TELEPHONE_RATE


@pytest.mark.parametrize("hz", [400, 1_000, 3_000])
def test_a_voice_passes(hz: float) -> None:
    assert loudness(over_the_telephone(tone(hz), SPEECH_RATE).samples) > 0.9 * loudness(tone(hz))


@pytest.mark.parametrize("hz", [60, 200, 3_600, 7_000])
def test_what_a_line_cannot_carry_is_gone(hz: float) -> None:
    assert loudness(over_the_telephone(tone(hz), SPEECH_RATE).samples) < 0.02 * loudness(tone(hz))


def test_a_silent_line_still_has_its_noise_and_the_same_each_time() -> None:
    silence = np.zeros(SPEECH_RATE, dtype=np.int16)
    first, second = (over_the_telephone(silence, SPEECH_RATE).samples for _ in range(2))
    assert 0 < loudness(first) < 30
    assert np.array_equal(first, second)


def test_the_recording_of_a_real_person_comes_with_the_package() -> None:
    wav = recording()
    assert len(wav.samples) > wav.sample_rate
    assert loudness(wav.samples) > 100
