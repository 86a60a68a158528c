"""WAV files of telephones are read, broken ones are refused with a reason; G.711 agrees with its tables."""

import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.speech.g711 import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw
from infra.speech.wav import UnreadableAudio, Wav, read_wav, write_wav

pytestmark = pytest.mark.pure

SUPPORT = Path(__file__).parents[1] / "data" / "audio" / "speak-to-customer-support.wav"
EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def layout(codec: int = 1, *, channels: int = 1, rate: int = 8_000, bits: int = 16) -> bytes:
    block = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", codec, channels, rate, rate * block, block, bits))


def riff(*chunks: bytes) -> bytes:
    form = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(form)) + form


def test_a_mu_law_recording_of_a_caller_is_read() -> None:
    recording = read_wav(SUPPORT.read_bytes())
    assert (recording.sample_rate, recording.duration_ms) == (8_000, 7_136.0)
    assert 5_000 < int(np.abs(recording.samples.astype(np.int32)).max()) < 32_768


@given(st.lists(st.integers(-32768, 32767), min_size=1), st.sampled_from([8_000, 16_000, 22_050, 24_000, 48_000]))
def test_what_is_written_is_read_again_and_by_others(values: list[int], rate: int) -> None:
    samples = np.array(values, dtype=np.int16)
    written = write_wav(Wav(samples, rate))
    again = read_wav(written)
    assert again.sample_rate == rate
    assert np.array_equal(again.samples, samples)
    with wave.open(io.BytesIO(written)) as file:
        assert file.readframes(len(values)) == samples.tobytes()


def test_mu_law_and_a_law_match_the_tables_of_the_standard() -> None:
    assert decode_mulaw(bytes([0x00, 0x7F, 0x80, 0xFF])).tolist() == [-32124, 0, 32124, 0]
    assert decode_alaw(bytes([0x55, 0xD5, 0x2A, 0xAA])).tolist() == [-8, 8, -32256, 32256]
    assert encode_mulaw(np.array([0, -32768, 32767], dtype=np.int16)) == bytes([0xFF, 0x00, 0x80])
    assert encode_alaw(np.array([0, -32768, 32767], dtype=np.int16)) == bytes([0xD5, 0x2A, 0xAA])


def test_companding_every_code_and_every_sample_is_stable() -> None:
    assert encode_alaw(decode_alaw(EVERY_CODE)) == EVERY_CODE
    assert encode_mulaw(decode_mulaw(EVERY_CODE)) == EVERY_CODE.replace(b"\x7f", b"\xff")  # two codes for silence
    for encode, decode in ((encode_mulaw, decode_mulaw), (encode_alaw, decode_alaw)):
        error = np.abs(decode(encode(EVERY_SAMPLE)).astype(np.int32) - EVERY_SAMPLE)
        assert np.all(error <= np.maximum(np.abs(EVERY_SAMPLE.astype(np.int32)) / 16, 16))


def test_an_a_law_file_is_read() -> None:
    assert read_wav(riff(layout(6, bits=8), chunk(b"data", b"\xd5\xd5"))).samples.tolist() == [8, 8]


def test_other_chunks_and_odd_sizes_are_skipped() -> None:
    data = np.array([1, 2], dtype="<i2").tobytes()
    assert read_wav(
        riff(chunk(b"LIST", b"odd"), layout(), chunk(b"fact", b"1234"), chunk(b"data", data))
    ).samples.tolist() == [1, 2]


def test_two_channels_are_mixed() -> None:
    data = np.array([100, 300, -100, -300], dtype="<i2").tobytes()
    assert read_wav(riff(layout(channels=2), chunk(b"data", data))).samples.tolist() == [200, -200]


def test_the_extensible_format_is_read_by_its_sub_format() -> None:
    extension = struct.pack("<HHI", 22, 16, 0) + struct.pack("<H", 1) + bytes(14)
    body = struct.pack("<HHIIHH", 0xFFFE, 1, 8_000, 16_000, 2, 16) + extension
    assert read_wav(riff(chunk(b"fmt ", body), chunk(b"data", b"\x01\x00"))).samples.tolist() == [1]


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000, 0x80000000])
def test_a_streamed_file_without_a_size_is_read_to_its_end(size: int) -> None:
    streamed = riff(layout(), b"data" + struct.pack("<I", size) + b"\x01\x00\x02\x00")
    assert read_wav(streamed).samples.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"RIFF", "header is missing"),
        (b"fLaC" + bytes(40), "header is missing"),
        (riff(), "truncated: no fmt chunk"),
        (riff(layout()), "truncated: no data chunk"),
        (riff(chunk(b"data", b"12"), layout()), "before the fmt chunk"),
        (riff(layout(), chunk(b"data", b"")), "the recording is empty"),
        (riff(layout(), chunk(b"data", bytes(100)))[:-50], "promises 100 bytes, 50 are there"),
        (riff(layout(), chunk(b"data", b"123")), "within a sample"),
        (riff(chunk(b"fmt ", b"1234"), chunk(b"data", b"12")), "fmt chunk is too short"),
        (riff(layout(2, bits=4), chunk(b"data", b"12")), "unsupported codec: WAVE format 2"),
        (riff(layout(1, bits=24), chunk(b"data", b"123")), "unsupported codec"),
        (riff(layout(channels=6), chunk(b"data", b"12")), "6 channels"),
        (riff(layout(rate=0), chunk(b"data", b"12")), "0 samples a second"),
    ],
)
def test_a_broken_file_is_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableAudio, match=says):
        read_wav(data)


@given(st.binary(max_size=200), st.integers(0, 60))
def test_damage_is_refused_and_never_crashes(noise: bytes, kept: int) -> None:
    try:
        read_wav(riff(layout(), chunk(b"data", bytes(8)))[:kept] + noise)
    except UnreadableAudio:
        return
