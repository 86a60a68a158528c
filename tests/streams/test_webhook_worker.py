"""The records worker as a process that is killed in the middle of a try: it goes on, with the same webhook-id."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra.event_bus import EventBus, Record
from schemas import codec
from schemas.topics import CALL_GOVERNED
from tests.support.calls import event, requested
from tests.support.tree import ROOT
from tests.support.webhook_receiver import receiver
from tests.support.webhooks import SECRET, log_of

pytestmark = pytest.mark.fault

FILE = """\
endpoints:
  - {name: desk, url: {env: DESK_URL}, secrets: [{env: DESK_SECRET}], events: [handoff], tenants: all,
     timeout_ms: 500, allow_private: true}
"""


@asynccontextmanager
async def worker(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the worker until the block ends, then kill it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.cli", "worker", "--rooms", "records", cwd=ROOT,
        env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        assert b"ready" in await asyncio.wait_for(process.stdout.readline(), 180)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_worker_killed_in_a_try_goes_on_with_the_same_webhook_id(
    bus: EventBus, servers: str, pool: Engine, tmp_path: Path
) -> None:
    (tmp_path / "hooks.yaml").write_text(FILE)
    async with receiver("hang") as there:
        environment = {
            "CALLWARDEN_BROKER": f"kafka://{servers}", "CALLWARDEN_DATA": str(tmp_path / "data"),
            "CALLWARDEN_DATABASE": pool.url.render_as_string(hide_password=False).replace("+psycopg", ""),
            "CALLWARDEN_WEBHOOKS": str(tmp_path / "hooks.yaml"), "DESK_URL": there.url, "DESK_SECRET": SECRET,
        }
        async with worker(environment):
            asked = event(8, requested())
            record = Record(CALL_GOVERNED.name, asked.call_id, codec.value_of(asked), codec.headers_of(asked))
            await bus.send_all([record])
            await there.until(1)
        async with worker(environment):
            first, second = (await there.until(2))[:2]
            async with asyncio.timeout(120):
                while (await asyncio.to_thread(log_of, pool))[0].state != "delivered":
                    await asyncio.sleep(0.1)
    assert first.id == second.id
    assert first.body == second.body
    assert second.signed_with(SECRET)
    assert len(log_of(pool)) == 1
