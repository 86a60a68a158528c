"""Audio between samples and the call's own encoding."""

import numpy as np
import pytest

from governance.errors import InputError
from schemas.calls import Encoding
from streams.voice.frames import Framer, audible, decode, tone

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(("encoding", "rate", "size"), [
    ("mulaw", 8_000, 160), ("linear16", 8_000, 320), ("linear16", 16_000, 640), ("linear16", 24_000, 960),
])
def test_every_frame_is_20_ms_and_a_phrase_keeps_its_length(encoding: Encoding, rate: int, size: int) -> None:
    framer = Framer(source_rate=24_000, sample_rate=rate, encoding=encoding)
    samples = tone(24_000)
    frames = [frame for at in range(0, len(samples), 1_000) for frame in framer.push(samples[at : at + 1_000])]
    frames += framer.push(np.zeros(0, dtype=np.int16), last=True)
    assert {len(payload) for payload, _ in frames} == {size}
    assert abs(20 * len(frames) - 350) <= 20
    whole = decode(b"".join(payload for payload, _ in frames), encoding)
    assert audible(whole)


def test_half_a_sample_is_no_audio() -> None:
    with pytest.raises(InputError):
        decode(b"\x00\x01\x02", "linear16")


def test_silence_is_not_audible() -> None:
    assert not audible(np.zeros(160, dtype=np.int16))
    assert not audible(np.zeros(0, dtype=np.int16))
