"""The parts of a turn's latency sum to the whole, whatever the marks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.latency import measure, total
from schemas.turns import MARKS, Mark

pytestmark = pytest.mark.pure

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def marks(**ms: float) -> dict[Mark, datetime]:
    return {name: NOON + timedelta(milliseconds=at) for name, at in ms.items()}  # type: ignore[misc]  # names are marks


def test_the_waterfall_names_each_wait() -> None:
    measured = measure(3, marks(caller_stopped=0, endpoint_decided=214, transcript_final=230, first_token=241,
                                first_audio=330, first_played=371))
    assert measured is not None
    assert measured.ttfa_ms == 371
    assert [(part.name, part.ms) for part in measured.parts] == [
        ("endpointing", 214), ("transcription", 16), ("language_model", 11), ("synthesis", 89), ("playback", 41),
    ]


def test_nothing_is_measured_before_a_sample_was_played() -> None:
    assert measure(1, marks(caller_stopped=0, first_audio=300)) is None
    assert measure(1, marks(endpoint_decided=0, first_played=300)) is None


def test_a_transcript_that_was_final_before_the_end_was_decided_waited_for_nothing() -> None:
    measured = measure(1, marks(caller_stopped=0, endpoint_decided=300, transcript_final=120, first_played=500))
    assert measured is not None
    assert {part.name: part.ms for part in measured.parts}["transcription"] == 0


@given(st.dictionaries(st.sampled_from(MARKS[1:-1]), st.floats(-5_000, 60_000)), st.floats(0, 60_000))
def test_parts_sum_to_the_whole_exactly(middle: dict[str, float], played: float) -> None:
    measured = measure(1, marks(caller_stopped=0.25, first_played=played, **middle))
    assert measured is not None
    assert total(measured.parts) == measured.ttfa_ms
    assert all(part.ms >= 0 for part in measured.parts)
