"""Audio between the call's own encoding (linear16 or G.711 mu-law) and samples: frames of 20 ms outwards."""

import numpy as np
import soxr
from numpy.typing import NDArray

from governance.errors import InputError
from infra.speech.g711 import decode_mulaw, encode_mulaw
from infra.speech.ports import Samples
from schemas.calls import Encoding
from streams.voice.spoken import FRAME_MS

FULL_SCALE = 32_768.0
AUDIBLE = 160  # about -46 dBFS: quieter is the breath before the first sound
TONE_HZ, TONE_MS, TONE_LEVEL = 440.0, 350, 6_000
VAD_RATES = (8_000, 16_000)


def decode(payload: bytes, encoding: Encoding) -> Samples:
    """Give the samples of a frame; raises InputError where they are none."""
    if encoding == "mulaw":
        return decode_mulaw(payload)
    if len(payload) % 2:
        raise InputError("16 bit samples need an even number of bytes")
    return np.frombuffer(payload, dtype="<i2").astype(np.int16)


def as_float(samples: Samples) -> NDArray[np.float32]:
    """Give samples within -1 and 1."""
    return (samples / FULL_SCALE).astype(np.float32)


def audible(samples: Samples) -> bool:
    """Tell whether one can hear it."""
    return bool(len(samples)) and int(np.abs(samples.astype(np.int32)).max()) > AUDIBLE


def tone(sample_rate: int) -> Samples:
    """Give the tone that is heard when no voice can be had."""
    at = np.arange(sample_rate * TONE_MS // 1000) / sample_rate
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) * 50)
    samples: Samples = (np.sin(2 * np.pi * TONE_HZ * at) * fade * TONE_LEVEL).astype(np.int16)
    return samples


class Resampler:
    """Brings a stream of samples to another rate."""

    def __init__(self, *, source: int, target: int, quick: bool = False) -> None:
        """`quick` waits for no later samples, at a lower quality: for hearing whether somebody speaks."""
        self._stream = (
            None if source == target
            else soxr.ResampleStream(source, target, 1, dtype="int16", quality="QQ" if quick else "HQ")
        )

    def push(self, samples: Samples, *, last: bool = False) -> Samples:
        """Give what can be given by now."""
        if self._stream is None:
            return samples
        resampled: Samples = self._stream.resample_chunk(samples, last=last)
        return resampled


class Framer:
    """Cuts the audio of one phrase into frames of the call's encoding; the last one is filled with silence."""

    def __init__(self, *, source_rate: int, sample_rate: int, encoding: Encoding) -> None:
        """Take the voice's rate and the call's."""
        self._resampler = Resampler(source=source_rate, target=sample_rate)
        self._size = sample_rate * FRAME_MS // 1000
        self._encoding = encoding
        self._rest: Samples = np.zeros(0, dtype=np.int16)

    def push(self, samples: Samples, *, last: bool = False) -> list[tuple[bytes, bool]]:
        """Give frames and whether each is audible."""
        ready = np.concatenate((self._rest, self._resampler.push(samples, last=last)))
        if last and len(ready) % self._size:
            ready = np.pad(ready, (0, self._size - len(ready) % self._size))
        whole = len(ready) - len(ready) % self._size
        self._rest = ready[whole:]
        frames = [ready[at : at + self._size] for at in range(0, whole, self._size)]
        return [(self._encode(frame), audible(frame)) for frame in frames]

    def _encode(self, samples: Samples) -> bytes:
        return encode_mulaw(samples) if self._encoding == "mulaw" else samples.astype("<i2").tobytes()
