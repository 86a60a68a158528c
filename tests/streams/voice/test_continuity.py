"""A caller's audio stays in one piece: twice is heard once, what was lost is a gap of its own length."""

import pytest

from schemas.audio import AudioKind, AudioRecord
from streams.voice.continuity import MOST_FILLED_MS, Continuity

pytestmark = pytest.mark.pure


def record(number: int, *, offset_ms: int = 0, kind: AudioKind = "media", size: int = 160) -> AudioRecord:
    return AudioRecord(
        kind=kind, call_id="c", tenant="t", number=number, offset_ms=offset_ms, encoding="mulaw", sample_rate=8_000,
        payload=bytes(size),
    )


def test_a_record_that_the_broker_has_twice_is_heard_once() -> None:
    line = Continuity()
    assert [line.takes(record(number)) for number in (1, 2, 2, 1, 3)] == [True, True, False, False, True]


def test_a_channel_that_begins_the_call_again_is_heard() -> None:
    line = Continuity()
    assert line.takes(record(900))
    assert line.takes(record(0, kind="start"))
    assert line.takes(record(1))


def test_lost_audio_is_as_long_as_it_was_and_bounded() -> None:
    line = Continuity()
    places = (0, 20, 60, 80, 100_000)
    assert [line.missing_ms(record(n, offset_ms=at)) for n, at in enumerate(places)] == [0, 0, 20, 0, MOST_FILLED_MS]


def test_places_in_whole_milliseconds_of_odd_frames_are_no_loss() -> None:
    line = Continuity()
    assert not any(line.missing_ms(record(n, offset_ms=n * 171 // 8, size=171)) for n in range(500))
