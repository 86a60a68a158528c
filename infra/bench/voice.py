"""The voice session's overhead: the service on Apache Kafka with all governance, beside Pipecat's own pipeline."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import soxr

from infra import apache_kafka, clock
from infra.bench.machine import this_machine
from infra.bench.voice_figures import LOAD_P95_MS, Level, LoadReport, VoiceReport
from infra.bench.voice_line import RATE
from infra.bench.voice_sides import Side, Step, callwarden, pipecat, run, vendors
from infra.child import Child
from infra.speech.wav import read_wav

CLIP = Path(__file__).parents[1] / "demo" / "audio" / "speak-to-customer-support.wav"
CLIP_S = 1.2
LOUD = 800
SETTLED_S = 2.0
STEPS = (Step(1, 12, 0.0, 20), Step(10, 6, 1.0, 20), Step(50, 4, 2.5, 100))
LOAD_FRAME_MS = 100
LOAD_CALLS = (1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
LOAD_TURNS = 3
MISSES = 2  # steps in a row that miss end the climb: one may be another job on the machine
Tell = Callable[[str], None]
Run = Callable[[Step], Awaitable[Level]]


async def measure(steps: Sequence[Step], *, folder: Path, command: str, tell: Tell) -> VoiceReport:
    """Run the baseline, end it, then run the service."""
    machine, clip = this_machine(), spoken()
    async with vendors() as (url, stand_ins):
        tell("baseline: Pipecat's pipeline")
        async with pipecat(url, stand_ins) as side:
            baseline = [await _at_rest(side, step, clip, tell) for step in steps]
        async with service(url, stand_ins, folder, tell) as side:
            ours = [await _at_rest(side, step, clip, tell) for step in steps]
    return VoiceReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, pipecat=tuple(baseline),
        callwarden=tuple(ours),
    )


async def measure_load(calls: Sequence[int], *, folder: Path, command: str, tell: Tell) -> LoadReport:
    """Hold more and more calls until the overhead is too long twice in a row."""
    machine, clip = this_machine(), spoken()
    async with vendors() as (url, stand_ins), service(url, stand_ins, folder, tell) as side:

        async def hold(step: Step) -> Level:
            return await _at_rest(side, step, clip, tell)

        steps = await climb(calls, hold)
    return LoadReport(command=command, date=clock.now().date().isoformat(), machine=machine, steps=tuple(steps))


async def climb(calls: Sequence[int], hold: Run) -> list[Level]:
    """Give the levels up to the one at which it is clear that no more can be held."""
    levels: list[Level] = []
    missed = 0
    for count in calls:
        levels.append(await hold(Step(count, LOAD_TURNS, min(2.5, count / 10), LOAD_FRAME_MS)))
        last = levels[-1]
        missed = missed + 1 if last.lost or last.net.p95_ms > LOAD_P95_MS else 0
        if missed == MISSES:
            break
    return levels


def spoken() -> bytes:
    """Give 1.2 s of real speech as linear16 without one sample of silence in it."""
    wav = read_wav(CLIP.read_bytes())
    samples = soxr.resample(wav.samples.astype(np.float32), wav.sample_rate, RATE).astype("<i2")
    began = int(np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)[0])
    cut = samples[began : began + int(CLIP_S * RATE)]
    heard: bytes = np.where(cut == 0, 1, cut).astype("<i2").tobytes()
    return heard


async def _at_rest(side: Side, step: Step, clip: bytes, tell: Tell) -> Level:
    tell(f"{step.calls} calls, {step.turns} turns each")
    await asyncio.sleep(SETTLED_S)
    return await run(side, step, clip)


@asynccontextmanager
async def service(
    url: str, stand_ins: Child, folder: Path, tell: Tell, *, eager: bool = True
) -> AsyncIterator[Side]:
    """Run the service on a broker of its own."""
    tell("the service on Apache Kafka")
    kafka = apache_kafka.start(folder / "kafka", apache_kafka.copy_libs())
    try:
        async with callwarden(url, stand_ins, kafka=kafka, data=folder / "service", eager=eager) as side:
            yield side
    finally:
        kafka.stop()
