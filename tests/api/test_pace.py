"""Records of several callers on their way to the broker: the first at once, the others together."""

import asyncio

import pytest

from api.pace import Pace

pytestmark = pytest.mark.pure


async def test_the_first_goes_at_once_and_those_that_come_soon_after_it_go_together_in_their_order() -> None:
    pace, gone = Pace(every_s=1.0), list[int]()

    async def send(number: int) -> None:
        await pace.turn()
        gone.append(number)

    first, *others = [asyncio.create_task(send(number)) for number in range(4)]
    await first
    assert gone == [0]
    await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0)
    assert gone == [0, 1, 2, 3]


async def test_who_comes_later_than_the_time_between_two_waits_for_nobody() -> None:
    pace = Pace(every_s=0.0)
    for _ in range(3):
        async with asyncio.timeout(0):  # what waits at all is too late
            await pace.turn()


async def test_one_that_goes_away_while_it_waits_holds_nobody_up() -> None:
    pace = Pace(every_s=1.0)
    await pace.turn()
    gone, waits = asyncio.create_task(pace.turn()), asyncio.create_task(pace.turn())
    await asyncio.sleep(0)
    gone.cancel()
    await waits
    assert gone.cancelled()
