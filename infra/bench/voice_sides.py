"""The two sides of the voice bench as running processes: the whole service on Apache Kafka, and Pipecat's pipeline."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from infra import clock
from infra.apache_kafka import ApacheKafka
from infra.bench.machine import processor_below_ms, processor_ms, program, resident_below_mb, resident_mb
from infra.bench.vendor_times import TurnTimes
from infra.bench.voice_figures import Level, level
from infra.bench.voice_line import RATE, Door, hold
from infra.child import Child
from infra.house import SINGLE_THREAD, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer

READY_WITHIN_S = 60.0
AUDIO_MS = 400  # of each phrase of the stand-in voice
SERVES_WITHIN_S = 180.0  # a bench may run beside other jobs: how long the start takes is not what it measures
LOGIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Side:
    """Where calls come in, and which processes answer them."""

    door: Door
    vendors: str
    pids: Callable[[], dict[str, int]]
    database: Path | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How much is asked of a side at once."""

    calls: int
    turns: int
    spread_s: float
    frame_ms: int


async def run(side: Side, step: Step, clip: bytes) -> Level:
    """Hold the calls of a step; give what they met."""
    await _times(side.vendors)
    before, began = _processor(side), time.monotonic()
    asked = await hold(
        side.door, clip, calls=step.calls, turns=step.turns + 1, spread_s=step.spread_s, frame_ms=step.frame_ms,
        name=f"bench-{step.calls}-{int(began * 1000)}",
    )
    took_ms = 1000 * (time.monotonic() - began)
    share = {name: round((end - before.get(name, 0)) / took_ms, 3) for name, end in _processor(side).items()}
    memory = {name: resident_mb(pid) for name, pid in side.pids().items()}
    if side.database is not None:
        memory["postgresql"] = resident_below_mb(side.database)
    return level(
        asked, await _times(side.vendors), calls=step.calls, frame_ms=step.frame_ms, share=share, memory=memory
    )


@asynccontextmanager
async def vendors(*, audio_ms: int = AUDIO_MS, eager_ms: int = 0) -> AsyncIterator[tuple[str, Child]]:
    """Run the stand-ins; gives their address. Their end of turn is believed `eager_ms` before, or never (0)."""
    child = Child("vendors", [*program("infra.bench.vendors"), str(audio_ms), str(eager_ms)], {})
    url = (await child.start(within_s=READY_WITHIN_S)).removeprefix("ready ")
    try:
        yield url, child
    finally:
        await child.stop()


@asynccontextmanager
async def pipecat(url: str, stand_ins: Child) -> AsyncIterator[Side]:
    """Run Pipecat's pipeline."""
    child = Child("pipecat", [*program("infra.bench.pipecat_pipeline"), url], SINGLE_THREAD)
    at = (await child.start(within_s=READY_WITHIN_S)).removeprefix("ready ")
    door = Door(at.replace("http", "ws", 1) + "/{call}", {}, greets=False, out_rate=24_000)
    try:
        yield Side(door, url, lambda: _running({"pipecat": child.pid, "vendors": stand_ins.pid}))
    finally:
        await child.stop()


def at_stand_ins(url: str) -> dict[str, str]:
    """Give the settings that name the stand-ins as providers."""
    return {
        "models_url": f"{url}/v1", "speech_to_text": "deepgram", "transcription_model": "flux-general-en",
        "deepgram_key": "bench", "deepgram_url": url, "speech_voice": "alloy", "chat_model": "stand-in",
    }


@asynccontextmanager
async def callwarden(
    url: str, stand_ins: Child, *, kafka: ApacheKafka, data: Path, asks: Mapping[str, str] | None = None,
    eager: bool = True,
) -> AsyncIterator[Side]:
    """Run the service with everything on, its providers at the stand-ins; `asks` are other settings."""
    asks = at_stand_ins(url) if asks is None else asks
    settings = Settings().model_copy(update={
        "data": data, "port": 0, "host": "127.0.0.1", "broker": f"kafka://{kafka.bootstrap_servers}",
        "database": "embedded", "policy": None, **asks,
    })
    with _environment({f"CALLWARDEN_{name.upper()}": value for name, value in {**asks, "eager": str(eager)}.items()}):
        house = await open_house(settings, voice=True, within_s=SERVES_WITHIN_S)
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    token = issuer.issue(
        subject="bench", tenant=house.settings.tenant, role="channel", now=clock.now(), lifetime=LOGIN
    )
    held_in = await asyncio.to_thread(data.resolve)
    address = f"{house.url.replace('http', 'ws', 1)}/v1/calls/{{call}}/audio?encoding=linear16&sample_rate={RATE}"
    door = Door(address, {"authorization": f"Bearer {token}"}, greets=True, out_rate=RATE)

    def pids() -> dict[str, int]:
        named = {child.name: child.pid for child in house.children}
        return _running({**named, "apache-kafka": kafka.pid, "vendors": stand_ins.pid})

    try:
        yield Side(door, url, pids, held_in)
    finally:
        await house.stop()


def _processor(side: Side) -> dict[str, float]:
    used = {name: processor_ms(pid) for name, pid in side.pids().items()}
    used["callers"] = processor_ms(os.getpid())
    if side.database is not None:
        used["postgresql"] = processor_below_ms(side.database)
    return used


def _running(named: Mapping[str, int | None]) -> dict[str, int]:
    return {name: pid for name, pid in named.items() if pid is not None}


async def _times(url: str) -> dict[int, TurnTimes]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/times") as answer:
        found = await answer.json()
    return {int(number): TurnTimes.model_validate(one) for number, one in found.items()}


class _environment:  # noqa: N801 - reads as what it is in a with statement
    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        """Set what children inherit."""
        self._before = {name: os.environ.get(name) for name in self._given}
        os.environ.update(self._given)

    def __exit__(self, *_: object) -> None:
        """Put back what was there."""
        for name, value in self._before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

