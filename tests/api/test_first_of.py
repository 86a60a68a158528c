"""The first of several pieces of work ends the others, also where it fails or the whole is cancelled."""

import asyncio

import pytest

from api.first_of import first_of

pytestmark = pytest.mark.pure


class Room:
    """Work that tells how it went."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    async def wait(self, name: str) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.append(name)
        return name

    async def fail(self) -> str:
        raise ValueError("the first one fails")


async def at_once(name: str) -> str:
    return name


async def test_what_the_first_gives_is_given_and_the_others_have_ended_by_then() -> None:
    room = Room()
    assert await first_of([room.wait("a"), at_once("b"), room.wait("c")]) == "b"
    assert room.ended == ["a", "c"]


async def test_of_two_at_once_the_one_named_first_counts() -> None:
    assert await first_of([at_once("a"), at_once("b")]) == "a"


async def test_what_the_first_raises_is_raised_and_a_cancelled_whole_ends_its_parts() -> None:
    room = Room()
    with pytest.raises(ValueError, match="fails"):
        await first_of([room.wait("a"), room.fail()])
    whole = asyncio.create_task(first_of([room.wait("b"), room.wait("c")]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    whole.cancel()
    with pytest.raises(asyncio.CancelledError):
        await whole
    assert room.ended == ["a", "b", "c"]
