"""The sound of a line as somebody else's speaker wants it: PCM, 16 bit little endian, at a rate of her own."""

import numpy as np
import soxr

from infra.speech.g711 import decode_mulaw
from infra.speech.ports import Samples
from schemas.audio import AudioRecord
from schemas.calls import Encoding


class LineSound:
    """One direction of one call; a line that comes back with another encoding or rate is followed."""

    def __init__(self, *, sample_rate: int) -> None:
        """Take the rate that is wanted."""
        self._rate = sample_rate
        self._from: tuple[Encoding, int] | None = None
        self._stream: soxr.ResampleStream | None = None

    def push(self, record: AudioRecord) -> bytes:
        """Give what can be given of a record's samples by now."""
        if self._from != (record.encoding, record.sample_rate):
            self._from = (record.encoding, record.sample_rate)
            same = record.sample_rate == self._rate
            self._stream = None if same else soxr.ResampleStream(record.sample_rate, self._rate, 1, dtype="int16")
        samples = self._samples(record)
        if self._stream is not None:
            samples = self._stream.resample_chunk(samples)
        return samples.astype("<i2").tobytes()

    def _samples(self, record: AudioRecord) -> Samples:
        if record.encoding == "mulaw":
            return decode_mulaw(record.payload)
        whole = len(record.payload) - len(record.payload) % 2
        return np.frombuffer(record.payload[:whole], dtype="<i2").astype(np.int16)
