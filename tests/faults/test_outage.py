"""The broker, then the database, is away for a while: /readyz says so, and what was accepted is recorded once."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.support import reckoning
from tests.support.house import TENANT, Stair
from tests.support.upstream import Upstream

pytestmark = pytest.mark.fault
AWAY_S = 10.0
WITHIN_S = 90.0
AT_WORK = 40


@pytest.mark.timeout(1_200)  # of patience only
async def test_a_broker_and_a_database_that_went_and_came_back_lose_and_double_nothing(
    stair: Stair, tmp_path: Path
) -> None:
    async with stair.client("channel") as client:
        upstream = Upstream(client)
        calls = asyncio.create_task(upstream.run())
        await reckoning.until_grown(stair.pool, TENANT, by=AT_WORK, within_s=WITHIN_S)

        stair.kafka.kill()
        assert await away(stair, "broker")
        stair.kafka.restart()
        await back(stair)
        await reckoning.until_grown(stair.pool, TENANT, by=AT_WORK, within_s=WITHIN_S)

        await asyncio.to_thread(stair.database.crash)
        assert await away(stair, "database")
        await asyncio.to_thread(stair.database.restart)
        await back(stair)
        await reckoning.until_grown(stair.pool, TENANT, by=AT_WORK, within_s=WITHIN_S)

        upstream.over.set()
        await calls
    await reckoning.until_recorded(stair.pool, TENANT, upstream, within_s=WITHIN_S)
    reckoning.compare(stair.pool, TENANT, upstream)
    await reckoning.verify(stair.pool, TENANT, tmp_path / "log")


async def away(stair: Stair, part: str) -> bool:
    """Wait as long as the part is away; tells whether each answer of /readyz named it."""
    until = asyncio.get_running_loop().time() + AWAY_S
    named = True
    while asyncio.get_running_loop().time() < until:
        status, parts = await stair.readiness()
        named = named and status == httpx.codes.SERVICE_UNAVAILABLE and parts[part] != "ok"
        await asyncio.sleep(0.5)
    return named


async def back(stair: Stair) -> None:
    """Wait until /readyz is content again."""
    async with asyncio.timeout(WITHIN_S):
        while (await stair.readiness())[0] != httpx.codes.OK:
            await asyncio.sleep(0.5)
