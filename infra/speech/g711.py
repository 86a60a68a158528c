"""G.711 companding of telephone audio: mu-law and A-law to and from 16-bit linear PCM (ITU-T G.711)."""

import numpy as np
from numpy.typing import NDArray

MU_LAW_BIAS = 33  # on the 14-bit scale that G.711 defines mu-law for
MU_LAW_LARGEST = 8191  # what the eight segments reach, bias included


def _mulaw_decode_table() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _mulaw_encode_table() -> NDArray[np.uint8]:
    linear = np.arange(-32768, 32768) >> 2
    magnitude = np.minimum(np.abs(linear) + MU_LAW_BIAS, MU_LAW_LARGEST)
    segment = np.maximum(np.floor(np.log2(magnitude)).astype(np.int64) - 5, 0)
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    table: NDArray[np.uint8] = np.where(linear < 0, code ^ 0x7F, code ^ 0xFF).astype(np.uint8)
    return table


def _alaw_decode_table() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    segment = (code & 0x70) >> 4
    step = (code & 0x0F) << 4
    magnitude = np.where(segment == 0, step + 8, (step + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _alaw_encode_table() -> NDArray[np.uint8]:
    linear = np.arange(-32768, 32768) >> 3
    magnitude = np.where(linear < 0, -linear - 1, linear)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int64) - 4, 0)
    code = (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F)
    return np.where(linear < 0, code ^ 0x55, code ^ 0xD5).astype(np.uint8)


_MULAW_TO_PCM = _mulaw_decode_table()
_PCM_TO_MULAW = _mulaw_encode_table()
_ALAW_TO_PCM = _alaw_decode_table()
_PCM_TO_ALAW = _alaw_encode_table()


def decode_mulaw(data: bytes) -> NDArray[np.int16]:
    """Expands mu-law bytes to linear samples, one a byte."""
    return _MULAW_TO_PCM[np.frombuffer(data, dtype=np.uint8)]


def encode_mulaw(samples: NDArray[np.int16]) -> bytes:
    """Compresses linear samples to mu-law bytes, one a sample."""
    return _PCM_TO_MULAW[samples.astype(np.int32) + 32768].tobytes()


def decode_alaw(data: bytes) -> NDArray[np.int16]:
    """Expands A-law bytes to linear samples, one a byte."""
    return _ALAW_TO_PCM[np.frombuffer(data, dtype=np.uint8)]


def encode_alaw(samples: NDArray[np.int16]) -> bytes:
    """Compresses linear samples to A-law bytes, one a sample."""
    return _PCM_TO_ALAW[samples.astype(np.int32) + 32768].tobytes()
