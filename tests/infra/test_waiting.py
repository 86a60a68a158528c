"""Who waits for a decode: places are given in turn, and not to those who have left."""

import asyncio

import pytest

from infra.local_models.errors import ApiError
from infra.local_models.waiting import Turns

pytestmark = pytest.mark.pure


class Caller:
    def __init__(self) -> None:
        self.gone = False
        self.decoded = False

    async def is_disconnected(self) -> bool:
        return self.gone

    async def ask(self, turns: Turns, until: asyncio.Event) -> None:
        async with turns.turn(self):
            self.decoded = True
            await until.wait()


@pytest.mark.asyncio
async def test_who_left_while_waiting_is_not_decoded_and_the_next_one_is() -> None:
    turns, until = Turns(1), asyncio.Event()
    first, left, last = Caller(), Caller(), Caller()
    asked = [asyncio.create_task(one.ask(turns, until)) for one in (first, left, last)]
    await asyncio.sleep(0)
    assert [first.decoded, left.decoded] == [True, False]
    left.gone = True
    until.set()
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), ApiError, type(None)]
    assert [one.decoded for one in (first, left, last)] == [True, False, True]
