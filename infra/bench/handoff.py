"""From "can I talk to a person", accepted at the front door, to the desk in a real Chromium, on Apache Kafka."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx
from playwright.async_api import Page
from sqlalchemy import Engine, text

from infra import apache_kafka, clock
from infra.bench.browser import chromium, window
from infra.bench.desk_figures import HandoffReport
from infra.bench.figures import spread
from infra.bench.machine import this_machine
from infra.database import engine, transaction
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role
from schemas.base import Data
from schemas.calls import CallStarted
from schemas.turns import UtteranceFinalized

WORDS = "can I talk to a real person please"
ONE = "application/cloudevents+json"
WARM = 3
LOOK_EVERY_S = 0.01
WITHIN_S = 60.0
READY_WITHIN_S = 180.0  # other jobs may have the machine
LOGIN = timedelta(hours=1)
ROWS = text("SELECT call_id, handoff, state, packet IS NOT NULL AS packed FROM handoff WHERE tenant = :tenant")
# A handoff is seen once the frame with its line was handed over; on one machine both clocks are one.
SEEN = """
window.seenAt = {};
const look = () => {
    for (const one of document.querySelectorAll('[data-value]')) {
        const name = one.dataset.value;
        if (name in window.seenAt) continue;
        window.seenAt[name] = null;
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.seenAt[name] = (performance.timeOrigin + performance.now()) / 1000;
        }));
    }
};
new MutationObserver(look).observe(document, {childList: true, subtree: true, attributes: true});
"""
Tell = Callable[[str], None]
Instants = dict[str, float]


class Watched:
    """When each call's handoff stood where: instants (wall clock) by call."""

    def __init__(self) -> None:
        self.accepted: Instants = {}
        self.offered: Instants = {}
        self.packed: Instants = {}
        self.streamed: Instants = {}
        self.names: dict[str, str] = {}  # of handoffs, by call
        self.news = asyncio.Event()

    def complete(self, calls: list[str]) -> bool:
        """Tell whether each call is everywhere but in the browser."""
        return all(one in where for where in (self.offered, self.packed, self.streamed) for one in calls)


async def measure(
    *, count: int, every_s: float, folder: Path, command: str, tell: Tell
) -> HandoffReport:
    """Ask for a person that often, one call after the other; each stays on the desk."""
    machine = this_machine()
    kafka = apache_kafka.start(folder / "kafka", apache_kafka.copy_libs())
    settings = Settings().model_copy(update={
        "data": folder / "service", "port": 0, "host": "127.0.0.1", "broker": f"kafka://{kafka.bootstrap_servers}",
        "database": "embedded", "policy": None,
    })
    tell("the service")
    try:
        house = await open_house(settings, voice=False, within_s=READY_WITHIN_S)
        try:
            watched, seen = await _handoffs(house, count, every_s, tell)
        finally:
            await house.stop()
    finally:
        kafka.stop()
    calls = [one for one in watched.accepted if one.startswith("call")]
    took = {
        name: spread([where[one] - watched.accepted[one] for one in calls])
        for name, where in (
            ("offered", watched.offered), ("stream", watched.streamed), ("seen", seen), ("packet", watched.packed),
        )
    }
    return HandoffReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, load_after=os.getloadavg()[0],
        count=count, every_s=every_s, accepted_to_offered=took["offered"], accepted_to_stream=took["stream"],
        accepted_to_seen=took["seen"], accepted_to_packet=took["packet"],
    )


async def _handoffs(house: House, count: int, every_s: float, tell: Tell) -> tuple[Watched, Instants]:
    watched, pool = Watched(), engine(house.settings.database_url, pool_size=2)
    async with (
        chromium() as browser,
        window(browser, url=house.url, token=_token(house, "agent"), script=SEEN) as page,
        httpx.AsyncClient(base_url=house.url, timeout=WITHIN_S, trust_env=False) as client,
        _working(_table(pool, house.settings.tenant, watched)),
        _working(_stream(client, _token(house, "agent"), watched)),
    ):
        await page.goto("/console/desk")
        await page.wait_for_function("window.did_handshake === true")
        for prefix, many in (("warm", WARM), ("call", count)):
            tell(f"{many} requests for a person, one each {every_s} s ({prefix})")
            calls = [f"{prefix}-{number}" for number in range(many)]
            for one in calls:
                began = clock.now().timestamp()
                await _ask(client, _token(house, "channel"), one, watched)
                await asyncio.sleep(max(0.0, every_s - (clock.now().timestamp() - began)))
            async with asyncio.timeout(WITHIN_S):
                while not watched.complete(calls):
                    watched.news.clear()
                    await watched.news.wait()
            seen = await _seen(page, [watched.names[one] for one in calls])
    pool.dispose()
    return watched, {one: seen[watched.names[one]] for one in calls}


async def _ask(client: httpx.AsyncClient, token: str, call: str, watched: Watched) -> None:
    said = UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=WORDS, start_ms=0, end_ms=1800)
    await _post(client, token, call, "start", CallStarted(channel="phone", language="en"))
    await _post(client, token, call, "u1", said)
    watched.accepted[call] = clock.now().timestamp()


async def _post(client: httpx.AsyncClient, token: str, call: str, name: str, data: Data) -> None:
    content = {
        "specversion": "1.0", "id": f"{call}-{name}", "source": "https://bench.example/calls", "type": data.ce_type(),
        "subject": call, "data": data.model_dump(mode="json", exclude_none=True),
    }
    headers = {"authorization": f"Bearer {token}", "content-type": ONE}
    (await client.post("/v1/events", json=content, headers=headers)).raise_for_status()


async def _table(pool: Engine, tenant: str, watched: Watched) -> None:
    """Baseline: look at the table itself, again and again."""
    def look() -> None:
        with transaction(pool) as connection:
            rows = connection.execute(ROWS, {"tenant": tenant}).all()
        at = clock.now().timestamp()
        for row in rows:
            watched.names[row.call_id] = row.handoff
            if row.state == "offered":
                watched.offered.setdefault(row.call_id, at)
            if row.packed:
                watched.packed.setdefault(row.call_id, at)

    while True:
        await asyncio.to_thread(look)
        watched.news.set()
        await asyncio.sleep(LOOK_EVERY_S)


async def _stream(client: httpx.AsyncClient, token: str, watched: Watched) -> None:
    headers = {"authorization": f"Bearer {token}"}
    async with client.stream("GET", "/v1/handoffs/stream", headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                said = json.loads(line.removeprefix("data: "))
                if said["state"] == "offered":
                    watched.streamed.setdefault(said["call_id"], clock.now().timestamp())


async def _seen(page: Page, names: list[str]) -> Instants:
    """Wait until the page has shown each; gives the instants by handoff."""
    await page.wait_for_function("names => names.every(one => window.seenAt[one])", arg=names)
    seen: Instants = await page.evaluate("window.seenAt")
    return seen


@asynccontextmanager
async def _working(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _token(house: House, role: Role) -> str:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    return issuer.issue(subject=role, tenant=house.settings.tenant, role=role, now=clock.now(), lifetime=LOGIN)
