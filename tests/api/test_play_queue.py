"""What waits to be played is bounded, in order, and gone when the caller takes the floor."""

import asyncio

import pytest

from api.play_queue import MAX_BYTES, PlayQueue
from schemas.audio import AudioKind, AudioRecord

pytestmark = pytest.mark.contract


def record(number: int, kind: AudioKind = "media", *, size: int = 10) -> AudioRecord:
    return AudioRecord(kind=kind, call_id="c", tenant="t", number=number, payload=b"x" * size)


async def drain(queue: PlayQueue) -> list[int]:
    found: list[int] = []
    while True:
        try:
            one = await asyncio.wait_for(queue.get(), 0.05)
        except TimeoutError:
            return found
        if one is None:
            return found
        found.append(one.number)


async def test_records_come_out_in_order() -> None:
    queue = PlayQueue()
    for number in range(5):
        assert queue.put(record(number))
    assert await drain(queue) == [0, 1, 2, 3, 4]


async def test_a_clear_drops_audio_and_its_marks_but_no_other_control() -> None:
    queue = PlayQueue()
    for number, kind in enumerate(("media", "mark", "transfer", "media", "clear", "media")):
        queue.put(record(number, kind))  # type: ignore[arg-type]  # each is a kind
    assert await drain(queue) == [2, 4, 5]


async def test_a_record_that_the_broker_has_twice_is_given_once_and_its_clear_drops_nothing_newer() -> None:
    queue = PlayQueue()
    kinds: tuple[AudioKind, ...] = ("media", "clear", "transfer", "mark")
    for _ in range(2):
        for number, kind in enumerate(kinds):
            queue.put(record(number, kind))
    assert await drain(queue) == [1, 2, 3]
    queue.put(record(4))
    queue.put(record(1, "clear"))
    assert await drain(queue) == [4]


async def test_a_worker_that_takes_the_call_up_may_count_as_the_one_before_did() -> None:
    queue = PlayQueue()
    queue.put(record(7))
    queue.put(record(7).model_copy(update={"offset_ms": 20_000}))
    assert await drain(queue) == [7, 7]


async def test_a_socket_that_does_not_play_ends_and_holds_no_memory() -> None:
    queue = PlayQueue()
    size = MAX_BYTES // 8
    assert [queue.put(record(number, size=size)) for number in range(9)] == [True] * 8 + [False]
    assert queue.ended == "too slow to play"
    assert await queue.get() is None
