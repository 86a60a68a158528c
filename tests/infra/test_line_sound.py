"""The sound of a line at another's rate: as long as it was, whatever the line speaks, and whatever comes in between."""

import numpy as np
import pytest

from infra.speech.g711 import encode_mulaw
from infra.speech.line_sound import LineSound
from schemas.audio import AudioRecord
from schemas.calls import Encoding

pytestmark = pytest.mark.pure


def record(payload: bytes, *, encoding: Encoding, rate: int) -> AudioRecord:
    return AudioRecord(
        kind="media", call_id="c", tenant="t", number=0, encoding=encoding, sample_rate=rate, payload=payload
    )


def test_a_telephone_line_and_a_wide_one_come_out_at_the_rate_that_is_wanted() -> None:
    at = np.arange(8_000) / 8_000
    sine = (8_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    lines: list[tuple[Encoding, bytes]] = [("mulaw", encode_mulaw(sine)), ("linear16", sine.astype("<i2").tobytes())]
    for encoding, payload in lines:
        line = LineSound(sample_rate=16_000)
        size = len(payload) // 50
        out = b"".join(
            line.push(record(payload[place : place + size], encoding=encoding, rate=8_000))
            for place in range(0, len(payload), size)
        )
        samples = np.frombuffer(out, dtype="<i2").astype(np.int32)
        assert 14_500 < len(samples) <= 16_000  # the filter keeps a little back
        assert 7_000 < np.abs(samples).max() < 9_000


def test_a_line_at_the_wanted_rate_is_passed_on_and_half_a_sample_is_not() -> None:
    line = LineSound(sample_rate=8_000)
    assert line.push(record(b"\x01\x02\x03", encoding="linear16", rate=8_000)) == b"\x01\x02"
    assert line.push(record(b"\x05\x06" * 100, encoding="linear16", rate=16_000)) != b"\x05\x06" * 100
