"""What a telephone plays, and which marks come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.play_buffer import PlayBuffer

pytestmark = pytest.mark.pure


def drained(buffer: PlayBuffer) -> tuple[bytes, list[str]]:
    played, marks = b"", []
    while not buffer.empty:
        frame, passed = buffer.play()
        played += frame
        marks += passed
    return played, marks


@given(st.lists(st.binary(max_size=40) | st.sampled_from(["a", "b"])), st.integers(1, 17))
def test_everything_is_played_once_in_order(items: list[bytes | str], size: int) -> None:
    buffer = PlayBuffer(size=size)
    for item in items:
        buffer.mark(item) if isinstance(item, str) else buffer.add(item)
    played, marks = drained(buffer)
    assert played == b"".join(item for item in items if isinstance(item, bytes))
    assert marks == [item for item in items if isinstance(item, str)]


def test_a_mark_comes_back_with_the_frame_before_it_and_not_sooner() -> None:
    buffer = PlayBuffer(size=4)
    buffer.add(b"12345678")
    buffer.mark("m")
    assert buffer.play() == (b"1234", [])
    assert buffer.play() == (b"5678", ["m"])


def test_what_was_cleared_is_neither_played_nor_marked() -> None:
    buffer = PlayBuffer(size=4)
    buffer.add(b"12345678")
    buffer.mark("m")
    buffer.play()
    buffer.clear()
    assert drained(buffer) == (b"", [])
    assert buffer.cleared == 1
