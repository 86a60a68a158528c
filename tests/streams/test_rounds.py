"""A room's rounds: the first at once, on and on while the database is away, ended by anything else."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from governance.errors import InvariantError
from streams.rounds import rounds

pytestmark = pytest.mark.pure


async def test_a_database_that_is_away_is_waited_for_and_a_broken_room_ends() -> None:
    seen: list[str] = []

    def once() -> None:
        seen.append("looked")
        if len(seen) < 3:
            raise OperationalError("select 1", None, Exception("server closed the connection"))
        raise InvariantError("the log was rolled back")

    with pytest.raises(InvariantError):
        await rounds(once, every_s=0, room="any")
    assert len(seen) == 3


async def test_the_first_round_does_not_wait() -> None:
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()
    going = asyncio.create_task(rounds(lambda: loop.call_soon_threadsafe(looked.set), every_s=3_600, room="any"))
    async with asyncio.timeout(60):
        await looked.wait()
    going.cancel()
