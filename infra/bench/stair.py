"""The stair under load on Apache Kafka: from accepted at the front door to judged, beside its baselines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx

from infra import clock
from infra.apache_kafka import ApacheKafka
from infra.bench import plain_loop, presidio_alone, warm_start
from infra.bench.callers import CALLS, HTTP_WITHIN_S, Accepted, Callers
from infra.bench.figures import Spread, StairReport, spread
from infra.bench.judged import Judged
from infra.bench.machine import processor_ms, resident_below_mb, resident_mb, this_machine
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer

WARM_S = 5
BACKLOG = 1000
JUDGED_WITHIN_S = 180.0
LOGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a run; no `starts` leave that measurement out."""

    rate: int
    seconds: int
    starts: int
    command: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What one running service showed."""

    accepted_to_judged: Spread
    sent_to_judged: Spread
    sent_to_accepted: Spread
    sustained_per_s: float
    processor_ms: dict[str, float]
    memory_mb: dict[str, float]


async def measure(load: Load, *, kafka: ApacheKafka, folder: Path, tell: Callable[[str], None]) -> StairReport:
    """Run the baselines, then the service, then its starts; `tell` hears what is going on."""
    machine = this_machine()
    tell("baseline: stock Presidio alone")
    alone = await presidio_alone.measure()
    tell(f"baseline: {plain_loop.HOPS} hops of aiokafka alone")
    loop = await plain_loop.measure(kafka.bootstrap_servers, rate=load.rate, seconds=load.seconds)
    tell("the service")
    async with _service(kafka, folder / "service") as house:
        measured = await _stair(house, kafka, load, tell)
    starts: list[float] = []
    if load.starts:
        kafka.stop()
        tell("starts of `callwarden up`")
        starts = await warm_start.measure(folder / "up", times=load.starts)
    return StairReport(
        command=load.command, date=clock.now().date().isoformat(), machine=machine, rate=load.rate,
        seconds=load.seconds, accepted_to_judged=measured.accepted_to_judged,
        sent_to_judged=measured.sent_to_judged, sent_to_accepted=measured.sent_to_accepted, presidio_alone=alone,
        plain_loop=loop, sustained_per_s=measured.sustained_per_s, backlog=BACKLOG,
        processor_ms=measured.processor_ms, memory_mb=measured.memory_mb,
        starts_s=tuple(starts), start_s=median(starts) if starts else None,
    )


@asynccontextmanager
async def _service(kafka: ApacheKafka, data: Path) -> AsyncIterator[House]:
    settings = Settings().model_copy(update={
        "data": data, "port": 0, "host": "127.0.0.1", "broker": f"kafka://{kafka.bootstrap_servers}",
        "database": "embedded", "policy": None,
    })
    house = await open_house(settings, voice=False)
    try:
        yield house
    finally:
        await house.stop()


async def _stair(house: House, kafka: ApacheKafka, load: Load, tell: Callable[[str], None]) -> Measured:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    token = issuer.issue(
        subject="bench", tenant=house.settings.tenant, role="channel", now=clock.now(), lifetime=LOGIN
    )
    client = httpx.AsyncClient(
        base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=HTTP_WITHIN_S
    )
    async with client, Judged(kafka.bootstrap_servers) as judged:
        tell("warming up")
        await _spoken(Callers(client, prefix="warm"), judged, rate=load.rate, count=load.rate * WARM_S)
        tell(f"{load.rate} utterances/s for {load.seconds} s over {CALLS} calls")
        before = _processor(house, kafka)
        steady = Callers(client, prefix="steady")
        said, at = await _spoken(steady, judged, rate=load.rate, count=load.rate * load.seconds)
        used = {name: round((end - before[name]) / len(said), 2) for name, end in _processor(house, kafka).items()}
        memory = _memory(house, kafka)
        tell(f"a backlog of {BACKLOG}")
        sustained = await _sustained(Callers(client, prefix="backlog"), judged)
    return Measured(
        accepted_to_judged=spread([end - one.accepted_at for one, end in zip(said, at, strict=True)]),
        sent_to_judged=spread([end - one.sent_at for one, end in zip(said, at, strict=True)]),
        sent_to_accepted=spread([one.accepted_at - one.sent_at for one in said]),
        sustained_per_s=sustained, processor_ms=used, memory_mb=memory,
    )


async def _spoken(
    callers: Callers, judged: Judged, *, rate: int, count: int
) -> tuple[Sequence[Accepted], Sequence[float]]:
    await callers.open()
    await asyncio.sleep(1)
    said = await callers.speak(rate=rate, count=count)
    return said, await judged.times([one.event_id for one in said], within_s=JUDGED_WITHIN_S)


async def _sustained(callers: Callers, judged: Judged) -> float:
    await callers.open()
    await asyncio.sleep(1)
    said = await callers.pile_up(first=0, count=BACKLOG)
    at = await judged.times([one.event_id for one in said], within_s=JUDGED_WITHIN_S)
    return round(BACKLOG / (max(at) - said[0].sent_at), 1)


def _pids(house: House, kafka: ApacheKafka) -> dict[str, int]:
    named = {**{child.name: child.pid for child in house.children}, "apache-kafka": kafka.pid}
    return {name: pid for name, pid in named.items() if pid is not None}


def _processor(house: House, kafka: ApacheKafka) -> dict[str, float]:
    return {name: processor_ms(pid) for name, pid in _pids(house, kafka).items()}


def _memory(house: House, kafka: ApacheKafka) -> dict[str, float]:
    held = {name: resident_mb(pid) for name, pid in _pids(house, kafka).items()}
    held["postgresql"] = resident_below_mb(house.settings.data.resolve())
    return held
