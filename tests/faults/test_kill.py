"""Workers are killed in the middle of calls and of batches: what was accepted is recorded once and in order."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support import reckoning
from tests.support.house import TENANT, Stair
from tests.support.upstream import Upstream

pytestmark = pytest.mark.fault
SEED = 20
# Ten kills; two of them at once.
MOMENTS = [("governance-0",)] * 4 + [("records",)] * 4 + [("governance-0", "records")]
WITHIN_S = 90.0
AT_WORK = 40  # entries after which what was killed works again


@pytest.mark.timeout(1_800)  # ten times workers start, on however busy a machine
async def test_ten_kills_lose_double_and_reorder_nothing_that_was_accepted(stair: Stair, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    moments = chance.sample(MOMENTS, len(MOMENTS))
    async with stair.client("channel") as client:
        upstream = Upstream(client)
        calls = asyncio.create_task(upstream.run())
        await reckoning.until_grown(stair.pool, TENANT, by=AT_WORK, within_s=WITHIN_S)
        for names in moments:
            await asyncio.sleep(chance.uniform(0, 1.5))
            await stair.kill(*names)
            await reckoning.until_grown(stair.pool, TENANT, by=AT_WORK, within_s=WITHIN_S)
        upstream.over.set()
        await calls
    await reckoning.until_recorded(stair.pool, TENANT, upstream, within_s=WITHIN_S)
    reckoning.compare(stair.pool, TENANT, upstream)
    report = await reckoning.verify(stair.pool, TENANT, tmp_path / "log")
    assert report.size > upstream.count
    assert report.older_checkpoints > len(moments)
