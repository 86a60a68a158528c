"""Reads and writes WAV files of telephone and studio speech (RIFF WAVE; PCM 16 bit, G.711 mu-law and A-law)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.speech.g711 import decode_alaw, decode_mulaw

PCM, ALAW, MULAW, EXTENSIBLE = 1, 6, 7, 0xFFFE
HEADER_BYTES = 12
FORMAT_BYTES, EXTENSIBLE_BYTES = 16, 26
UNTIL_THE_END = 0x7FFFF000  # from here on it is no size: programs that cannot seek back to fill it in write these
LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
MOST_CHANNELS = 2


class UnreadableAudio(ValueError):
    """Says why a recording cannot be read; never quotes its content."""


@dataclass(frozen=True)
class Wav:
    """One channel of linear samples and how many of them make a second."""

    samples: NDArray[np.int16]
    sample_rate: int

    @property
    def duration_ms(self) -> float:
        """The length of the recording."""
        return 1000.0 * len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class _Format:
    codec: int
    channels: int
    sample_rate: int
    bits: int


def read_wav(data: bytes) -> Wav:
    """Reads a WAV file; two channels are mixed to one."""
    if not data:
        raise UnreadableAudio("the file is empty")
    if len(data) < HEADER_BYTES or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise UnreadableAudio("not a WAV file: the RIFF/WAVE header is missing")
    layout: _Format | None = None
    for name, body in _chunks(data):
        if name == b"fmt ":
            layout = _read_format(body)
        elif name == b"data":
            if layout is None:
                raise UnreadableAudio("the data chunk comes before the fmt chunk")
            return Wav(_read_samples(layout, body), layout.sample_rate)
    raise UnreadableAudio("truncated: no data chunk" if layout else "truncated: no fmt chunk")


def write_wav(wav: Wav) -> bytes:
    """Writes PCM 16 bit, one channel."""
    body = wav.samples.astype("<i2").tobytes()
    layout = struct.pack("<HHIIHH", PCM, 1, wav.sample_rate, 2 * wav.sample_rate, 2, 16)
    form = b"WAVE" + b"fmt " + struct.pack("<I", len(layout)) + layout
    form += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(form)) + form


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = HEADER_BYTES
    while position + 8 <= len(data):
        name = data[position : position + 4]
        (size,) = struct.unpack_from("<I", data, position + 4)
        position += 8
        if name == b"data" and size >= UNTIL_THE_END:
            size = len(data) - position
        if position + size > len(data):
            label = name.decode("ascii", "replace").strip()
            left = len(data) - position
            raise UnreadableAudio(f"truncated: the {label} chunk promises {size} bytes, {left} are there")
        yield name, data[position : position + size]
        position += size + size % 2  # chunks begin at even offsets


def _read_format(body: bytes) -> _Format:
    if len(body) < FORMAT_BYTES:
        raise UnreadableAudio("truncated: the fmt chunk is too short")
    codec, channels, sample_rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if codec == EXTENSIBLE and len(body) >= EXTENSIBLE_BYTES:
        (codec,) = struct.unpack_from("<H", body, 24)  # the real codec opens the sub-format GUID
    if not 1 <= channels <= MOST_CHANNELS:
        raise UnreadableAudio(f"unsupported: {channels} channels (1 or 2 can be read)")
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise UnreadableAudio(f"unsupported: {sample_rate} samples a second")
    if (codec, bits) not in ((PCM, 16), (MULAW, 8), (ALAW, 8)):
        raise UnreadableAudio(
            f"unsupported codec: WAVE format {codec} with {bits} bits (PCM 16 bit, mu-law and A-law can be read)"
        )
    return _Format(codec, channels, sample_rate, bits)


def _read_samples(layout: _Format, body: bytes) -> NDArray[np.int16]:
    block = layout.channels * layout.bits // 8
    if not body:
        raise UnreadableAudio("the recording is empty")
    if len(body) % block:
        raise UnreadableAudio("truncated: the data chunk ends within a sample")
    if layout.codec == MULAW:
        samples = decode_mulaw(body)
    elif layout.codec == ALAW:
        samples = decode_alaw(body)
    else:
        samples = np.frombuffer(body, dtype="<i2").astype(np.int16)
    if layout.channels == 1:
        return samples
    mixed: NDArray[np.int16] = samples.reshape(-1, layout.channels).mean(axis=1).astype(np.int16)
    return mixed
