"""Many open streams of the desk on one API process: memory of each, and how long until a change has reached all."""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from infra import clock
from infra.bench import centre
from infra.bench.desk_figures import StreamsReport
from infra.bench.figures import Spread, spread
from infra.bench.machine import processor_ms, resident_mb, this_machine
from infra.bench.one_door import Door, one_door
from infra.bench.sse_crowd import Crowd
from infra.database import transaction
from infra.read_model import apply
from schemas.base import Event
from schemas.handoffs import HandoffOffered
from schemas.verdicts import Evidence, HandoffRequested

TENANT, CALLS = "centre", 2000
PATH, MINE = "/v1/handoffs/stream", "/v1/handoffs/stream?mine=true"
WITHIN_S = 60.0
OFFERED_FOR = timedelta(hours=1)
IDLE_S = 12.0  # longer than a heartbeat
BETWEEN_S = 0.5
Tell = Callable[[str], None]


async def measure(
    *, streams: int, changes: int, mine: bool, folder: Path, command: str, tell: Tell
) -> StreamsReport:
    """Measure one stream, then all of them."""
    machine = this_machine()
    async with one_door(folder, also={"CALLWARDEN_MOST_STREAMS": str(streams)}) as door:
        await asyncio.to_thread(centre.fill, door.pool, TENANT, CALLS, lambda _: None)
        await asyncio.to_thread(centre.settle, door.pool)
        path = MINE if mine else PATH
        tell("one stream")
        crowd = Crowd(door.url, path)
        await crowd.open([_token(door, 0)])
        _, alone = await _changes(door, crowd, "alone", changes)
        await crowd.close()
        return await _all(door, Crowd(door.url, path), alone, streams=streams, changes=changes, tell=tell, about={
            "command": command, "date": clock.now().date().isoformat(), "machine": machine,
        })


async def _all(
    door: Door, crowd: Crowd, alone: Spread, *, streams: int, changes: int, tell: Tell, about: dict[str, object]
) -> StreamsReport:
    pid = door.process.pid or 0
    tokens = [_token(door, number) for number in range(streams)]
    resident, files = resident_mb(pid), _files(pid)
    tell(f"{streams} streams of as many people")
    began = time.perf_counter()
    await crowd.open(tokens)
    opened_s = time.perf_counter() - began
    tell(f"open after {opened_s:.1f} s; at rest for {IDLE_S:.0f} s")
    await asyncio.sleep(BETWEEN_S)
    before = processor_ms(pid)
    await asyncio.sleep(IDLE_S)
    idle = (processor_ms(pid) - before) / 1000 / IDLE_S
    held, opened = resident_mb(pid), _files(pid)
    refused = await _one_more(door, crowd)
    before = processor_ms(pid)
    tell(f"{changes} changes")
    first, last = await _changes(door, crowd, "all", changes)
    used = (processor_ms(pid) - before) / changes
    await crowd.close()
    return StreamsReport.model_validate({
        **about, "load_after": os.getloadavg()[0], "streams": streams, "opened_s": round(opened_s, 2),
        "resident_mib": resident, "kib_per_stream": round((held - resident) * 1024 / streams, 1),
        "files_per_stream": round((opened - files) / streams, 2), "one_told": alone, "first_told": first,
        "last_told": last, "processor_ms_per_change": round(used, 1), "processor_share_idle": round(idle, 3),
        "refused": refused,
    })


async def _changes(door: Door, crowd: Crowd, name: str, count: int) -> tuple[Spread, Spread]:
    first, last = [], []
    for number in range(count):
        handoff = f"{name}-{number}"
        at = await asyncio.to_thread(_offer, door, handoff)
        told = await crowd.until(f"{handoff}:2", within_s=WITHIN_S)
        first.append(told[0] - at)
        last.append(told[-1] - at)
        await asyncio.sleep(BETWEEN_S)
    return spread(first), spread(last)


def _offer(door: Door, handoff: str) -> float:
    """Fold a request and its offer into the read model as the records worker does; gives the instant it began."""
    at = clock.now()
    because = (Evidence(event_id="e", turn=1, start=0, end=1),)
    requested = HandoffRequested(
        handoff=handoff, rule="escalation.explicit_request", reason="The caller asked for a person.",
        policy_version="house@1", queue="orders", priority=2, because=because,
    )
    offered = HandoffOffered(handoff=handoff, queue="orders", priority=2, expires_at=at + OFFERED_FOR)
    began = clock.now().timestamp()
    with transaction(door.pool) as connection:
        for number, data in enumerate((requested, offered)):
            apply(connection, Event(
                id=f"{handoff}-{number}", source="/bench", call_id=f"call-{handoff}", tenant=TENANT, occurred_at=at,
                data=data,
            ))
    return began


async def _one_more(door: Door, crowd: Crowd) -> str:
    try:
        await crowd.open([_token(door, -1)])
    except ConnectionError as refused:
        return str(refused)
    return "nothing: it was opened"


def _files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _token(door: Door, number: int) -> str:
    return door.token("agent", subject=f"agent-{number}", tenant=TENANT)
