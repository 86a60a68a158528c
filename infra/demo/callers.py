"""The callers' voices: one real recording, and synthesised sentences over a telephone line (ITU-T G.711)."""

from importlib.resources import files

import httpx
import numpy as np
import soxr
from numpy.typing import NDArray

from infra.speech.g711 import decode_mulaw, encode_mulaw
from infra.speech.wav import Wav, read_wav

TELEPHONE_RATE = 8_000
SPEECH_RATE = 24_000
BAND_HZ = (300, 3400)  # what a telephone line lets through
LINE_NOISE = 6.0  # of 32768, root mean square
RECORDING = "speak-to-customer-support.wav"
WITHIN_S = 30.0
VOICE = "joe-high"  # not the assistant's


def recording() -> Wav:
    """Give the real person's recording."""
    return read_wav((files("infra.demo") / "audio" / RECORDING).read_bytes())


def spoken(text: str, *, models_url: str, speed: float = 1.0) -> Wav:
    """Give a sentence as it arrives from a telephone; raises httpx.HTTPError."""
    answer = httpx.post(
        f"{models_url}/audio/speech",
        json={"model": "piper-joe", "voice": VOICE, "input": text, "response_format": "pcm", "speed": speed},
        timeout=WITHIN_S,
    )
    answer.raise_for_status()
    return over_the_telephone(np.frombuffer(answer.content, dtype="<i2"), SPEECH_RATE)


def over_the_telephone(samples: NDArray[np.int16], rate: int) -> Wav:
    """Band-pass, 8 kHz, a little line noise, mu-law there and back."""
    narrow = soxr.resample(samples.astype(np.float32), rate, TELEPHONE_RATE)
    spectrum = np.fft.rfft(narrow)
    hz = np.fft.rfftfreq(len(narrow), 1 / TELEPHONE_RATE)
    spectrum[(hz < BAND_HZ[0]) | (hz > BAND_HZ[1])] = 0
    noise = np.random.default_rng(7).normal(0, LINE_NOISE, len(narrow))
    line = np.clip(np.fft.irfft(spectrum, len(narrow)) + noise, -32768, 32767).astype(np.int16)
    return Wav(decode_mulaw(encode_mulaw(line)), TELEPHONE_RATE)
