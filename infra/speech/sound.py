"""Reads audio as servers of `/v1/audio/speech` and their kin stream it: raw or WAV or server-sent events, any rate.

`pcm` means 24 kHz, 16 bit, one channel to OpenAI; servers of open models send a WAV header though none was asked for,
44.1 kHz, or base64 in events. What comes out is 24 kHz.
"""

import base64
import binascii
import json
from typing import Literal

import numpy as np
import soxr

from governance.errors import TransientError
from infra.speech.ports import Samples

RATE = 24_000
Shape = Literal["s16", "f32"]
HEADER = 12
NOT_SOUND = ("text/", "application/json", "application/xml", "application/xhtml")
EVENTS = "text/event-stream"


class Sound:
    """One answer on its way."""

    def __init__(self, *, content_type: str = "", rate: int = RATE, shape: Shape = "s16") -> None:
        """Take what is known before the first byte; raises TransientError for an answer that is no sound."""
        kind = content_type.partition(";")[0].strip().lower()
        self._events = kind == EVENTS
        if kind.startswith(NOT_SOUND) and not self._events:
            raise TransientError("an answer that is no sound")
        self._rate = _rate_in(content_type) or rate
        self._shape = shape
        self._channels = 1
        self._lines = b""
        self._begun = False
        self._rest = b""
        self._resampler: soxr.ResampleStream | None = None
        self._failure: TransientError | None = None

    def push(self, data: bytes) -> Samples:
        """Take the next bytes and give the samples that are complete."""
        if self._events:
            data = self._audio_of(data)
        self._rest += data
        if not self._begun and not self._begin():
            return np.zeros(0, dtype=np.int16)
        size = self._channels * (4 if self._shape == "f32" else 2)
        whole = len(self._rest) - len(self._rest) % size
        raw, self._rest = self._rest[:whole], self._rest[whole:]
        return self._at_our_rate(self._samples(raw), last=False)

    def check(self) -> None:
        """Raise TransientError where something else than sound came behind the samples that were given."""
        if self._failure is not None:
            raise self._failure

    def end(self) -> Samples:
        """Give what is left in the resampler."""
        return self._at_our_rate(np.zeros(0, dtype=np.int16), last=True)

    def _begin(self) -> bool:
        """Skip a WAV header, where there is one; False while it is not known."""
        if len(self._rest) < HEADER and b"RIFF".startswith(self._rest[:4]):
            return False
        self._begun = True
        if self._rest[:4] != b"RIFF" or self._rest[8:12] != b"WAVE":
            return True
        at = HEADER
        while len(self._rest) >= at + 8:
            name, size = self._rest[at : at + 4], int.from_bytes(self._rest[at + 4 : at + 8], "little")
            if name == b"data":
                self._rest = self._rest[at + 8 :]
                return True
            if name == b"fmt " and len(self._rest) >= at + 24:
                self._format(self._rest[at + 8 : at + 24])
            at += 8 + size + size % 2
        self._begun = False
        return False

    def _format(self, header: bytes) -> None:
        tag, self._channels = int.from_bytes(header[:2], "little"), int.from_bytes(header[2:4], "little")
        self._rate, bits = int.from_bytes(header[4:8], "little"), int.from_bytes(header[14:16], "little")
        if (tag, bits) not in {(1, 16), (3, 32)} or not self._channels or not self._rate:
            raise TransientError("a WAV of another kind")
        self._shape = "f32" if tag == 3 else "s16"

    def _audio_of(self, data: bytes) -> bytes:
        """Give the audio of the events that are complete."""
        *lines, self._lines = (self._lines + data).split(b"\n")
        audio = b""
        for line in lines:
            if not line.startswith(b"data:") or line[5:].strip() == b"[DONE]":
                continue
            try:
                event = json.loads(line[5:])
                kind = event.get("type")
                piece = base64.b64decode(event["audio"]) if kind == "speech.audio.delta" else b""
            except (ValueError, KeyError, AttributeError, binascii.Error):
                self._failure = TransientError("an event that is no JSON")
                break
            if kind == "error" or str(kind).endswith(".error"):
                self._failure = TransientError("an error in mid-stream")
                break
            audio += piece
        return audio

    def _samples(self, raw: bytes) -> Samples:
        if self._shape == "f32":
            floats = np.clip(np.frombuffer(raw, dtype="<f4"), -1, 1)
            samples: Samples = (floats * 32_767).astype(np.int16)
        else:
            samples = np.frombuffer(raw, dtype="<i2").astype(np.int16)
        return samples[:: self._channels]

    def _at_our_rate(self, samples: Samples, *, last: bool) -> Samples:
        if self._rate == RATE:
            return samples
        if self._resampler is None:
            if last:
                return samples
            self._resampler = soxr.ResampleStream(self._rate, RATE, 1, dtype="int16", quality="HQ")
        resampled: Samples = self._resampler.resample_chunk(samples, last=last)
        return resampled


def _rate_in(content_type: str) -> int | None:
    for parameter in content_type.lower().split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name in {"rate", "sample_rate", "samplerate"} and value.isdecimal():
            return int(value)
    return None
