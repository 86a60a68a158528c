"""Every page of the console and every route behind it over the calls of a centre, beside the same over few."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import httpx
from playwright.async_api import Browser
from sqlalchemy import text

from infra import clock, cursors
from infra.bench import centre
from infra.bench.browser import chromium, drawn_s, window
from infra.bench.console_paths import PAGES, ROUTES, Opened
from infra.bench.desk_figures import ConsoleReport, Row
from infra.bench.figures import spread
from infra.bench.machine import this_machine
from infra.bench.one_door import Door, one_door
from infra.database import transaction
from infra.tokens import Role

CENTRE, FEW, FEW_CALLS = "centre", "few", 200
WARM = 2
MIDDLE = text(
    "SELECT call_id, started_at, handoff FROM handoff JOIN call USING (tenant, call_id) "
    "WHERE tenant = :tenant AND handoff.state = 'completed' ORDER BY started_at OFFSET :half LIMIT 1"
)
COUNT = text("SELECT count(*) FROM handoff WHERE tenant = :tenant AND state = 'completed'")
SIZE = text("SELECT pg_database_size(current_database())")
Tell = Callable[[str], None]


async def measure(
    *, calls: int, repeats: int, drawn: int, folder: Path, command: str, tell: Tell
) -> ConsoleReport:
    """Fill, then open everything one after the other; `drawn` times each page in Chromium, none for 0."""
    machine = this_machine()
    async with one_door(folder) as door:
        tell(f"{calls} calls are written")
        began = time.perf_counter()
        rows = await asyncio.to_thread(_fill, door, calls, tell)
        filled_s = round(time.perf_counter() - began, 1)
        with transaction(door.pool) as connection:
            size: int = connection.execute(SIZE).scalar_one()
        await _stewarded(door)
        routes = await _timed(door, ROUTES, repeats, _asked, tell)
        pages = await _timed(door, PAGES, repeats, _page, tell)
        shown: tuple[Row, ...] = ()
        live: tuple[Row, ...] = ()
        if drawn:
            async with chromium() as browser:
                shown, live = await _drawn(door, browser, drawn, tell)
    return ConsoleReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, load_after=os.getloadavg()[0],
        calls=calls, few_calls=FEW_CALLS, rows=rows, filled_s=filled_s, database_mib=round(size / (1 << 20), 1),
        routes=routes, pages=pages, drawn=shown, live=live,
    )


def _fill(door: Door, calls: int, tell: Tell) -> int:
    rows = centre.fill(door.pool, FEW, FEW_CALLS, lambda _: None) + centre.fill(door.pool, CENTRE, calls, tell)
    centre.settle(door.pool)
    return rows


async def _stewarded(door: Door) -> None:
    """Place holds and ask for erasures, whose words are sealed: through the door, as people do."""
    for tenant in (FEW, CENTRE):
        async with door.client(door.token("dpo", subject="dora", tenant=tenant)) as client:
            for number in range(20):
                body = {"call": f"call-{number + 101:07d}", "reason": f"lawsuit {number}"}
                for path in ("/v1/holds", "/v1/erasures"):
                    (await client.post(path, json=body)).raise_for_status()


async def _asked(client: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    took = time.perf_counter() - began
    answer.raise_for_status()
    return took


async def _page(client: httpx.AsyncClient, path: str) -> float:
    if not client.cookies:
        (await client.post("/v1/sessions")).raise_for_status()
    began = time.perf_counter()
    answer = await client.get(path)
    took = time.perf_counter() - began
    if answer.status_code != httpx.codes.OK or "cw-banner cw-bad" in answer.text:
        raise httpx.HTTPError(f"{path} is no page: {answer.status_code}")
    return took


async def _timed(
    door: Door, opened: Sequence[Opened], repeats: int,
    once: Callable[[httpx.AsyncClient, str], Awaitable[float]], tell: Tell,
) -> tuple[Row, ...]:
    rows: list[Row] = []
    places = {tenant: _places(door, tenant) for tenant in (CENTRE, FEW)}
    for one in opened:
        took: dict[str, list[float]] = {}
        for tenant in (FEW, CENTRE):
            path = one.path.format(**places[tenant])
            async with door.client(_token(door, one.role, tenant)) as client:
                for _ in range(WARM):
                    await once(client, path)
                took[tenant] = [await once(client, path) for _ in range(repeats)]
        rows.append(_row(one, took, tell))
    return tuple(rows)


async def _drawn(
    door: Door, browser: Browser, repeats: int, tell: Tell
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    drawn: dict[Opened, dict[str, list[float]]] = {one: {} for one in PAGES}
    live: dict[Opened, dict[str, list[float]]] = {one: {} for one in PAGES}
    for tenant in (FEW, CENTRE):
        places = _places(door, tenant)
        for role in dict.fromkeys(one.role for one in PAGES):
            async with window(browser, url=door.url, token=_token(door, role, tenant)) as page:
                for one in PAGES:
                    if one.role == role:
                        path = one.path.format(**places)
                        await drawn_s(page, path)
                        took = [await drawn_s(page, path) for _ in range(repeats)]
                        drawn[one][tenant] = [seconds for seconds, _ in took]
                        live[one][tenant] = [seconds for _, seconds in took]
    return tuple(_row(one, drawn[one], tell) for one in PAGES), tuple(_row(one, live[one], tell) for one in PAGES)



def _row(one: Opened, took: dict[str, list[float]], tell: Tell) -> Row:
    row = Row(name=one.name, role=one.role, full=spread(took[CENTRE]), few=spread(took[FEW]))
    tell(f"{one.name}: p50 {row.full.p50_ms:.0f}, p95 {row.full.p95_ms:.0f} ms; over few {row.few.p50_ms:.0f} ms")
    return row


def _token(door: Door, role: Role, tenant: str) -> str:
    return door.token(role, subject=f"{role}-1", tenant=tenant)


def _places(door: Door, tenant: str) -> dict[str, str]:
    """Name a call in the middle of the month that came to a person, and places in lists."""
    with transaction(door.pool) as connection:
        half = connection.execute(COUNT, {"tenant": tenant}).scalar_one() // 2
        row = connection.execute(MIDDLE, {"tenant": tenant, "half": half}).one()
    at = row.started_at.isoformat()
    return {
        "call": row.call_id, "handoff": row.handoff, "middle": cursors.write((at, row.call_id)),
        "since": at.replace("+", "%2B"),
    }
