"""A voice worker that was killed is missed by the others and taken out of the group; nobody else ever is."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from governance.errors import TransientError
from streams.voice.peers import MOST_TRIES, Peers

pytestmark = pytest.mark.flow

ME, OTHER, THIRD = "voice-a", "voice-b", "voice-c"


class Town:
    """Who is there, as the database tells it, and who was taken out of the group."""

    name = ME

    def __init__(self) -> None:
        self.closed = False
        self.there = {ME, OTHER}
        self.away = False
        self.broker_away = False
        self.buried: list[str] = []
        self.tries = 0

    def look(self) -> frozenset[str]:
        if self.away:
            raise OperationalError(None, None, ConnectionError())
        return frozenset(self.there)

    def close(self) -> None:
        self.closed = True

    async def bury(self, name: str) -> int:
        if self.broker_away:
            self.tries += 1
            raise TransientError("away")
        self.buried.append(name)
        return 1


async def looks(peers: Peers, times: int, before: Callable[[], None] = lambda: None) -> None:
    before()
    for _ in range(times):
        await peers.once()


async def test_who_is_not_there_twice_in_a_row_is_taken_out_once() -> None:
    town = Town()
    peers = Peers(town, bury=town.bury)
    await looks(peers, 3)
    await looks(peers, 1, lambda: town.there.discard(OTHER))
    assert town.buried == []
    await looks(peers, 4)
    assert town.buried == [OTHER]
    await looks(peers, 3, lambda: town.there.add(OTHER))  # it lived, and lost its connection alone
    await looks(peers, 3, lambda: town.there.discard(OTHER))
    assert town.buried == [OTHER, OTHER]


async def test_a_connection_that_comes_back_is_missed_by_nobody() -> None:
    town = Town()
    peers = Peers(town, bury=town.bury)
    for _ in range(3):
        await looks(peers, 2, lambda: town.there.add(OTHER))
        await looks(peers, 1, lambda: town.there.discard(OTHER))
    assert town.buried == []


async def test_with_the_database_away_nobody_is_missed() -> None:
    town = Town()
    peers = Peers(town, bury=town.bury)
    await looks(peers, 2)
    town.away = True
    await looks(peers, 5)
    town.away, town.there = False, {ME}  # the others connect again a little later
    await looks(peers, 5)
    assert town.buried == []
    town.there = {OTHER}  # who does not see itself has no connection of its own
    await looks(peers, 5)
    assert town.buried == []


async def test_a_broker_that_is_away_is_asked_again() -> None:
    town = Town()
    town.there.add(THIRD)
    peers = Peers(town, bury=town.bury)
    await looks(peers, 1)
    town.broker_away = True
    await looks(peers, 4, lambda: town.there.discard(THIRD))
    town.broker_away = False
    running = asyncio.create_task(peers.run())
    while not town.buried:
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert town.buried == [THIRD]
    assert town.closed


async def test_a_broker_that_cannot_is_not_asked_for_ever() -> None:
    town = Town()
    town.broker_away = True
    peers = Peers(town, bury=town.bury)
    await looks(peers, 1)
    await looks(peers, 3 * MOST_TRIES, lambda: town.there.discard(OTHER))
    assert town.tries == MOST_TRIES
