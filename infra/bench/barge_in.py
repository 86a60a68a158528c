"""How soon the assistant is still when a caller cuts in, through the whole service, and what a backchannel costs."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from infra import clock
from infra.bench.barge_in_line import Cut, CuttingLine
from infra.bench.figures import Machine, Spread, spread
from infra.bench.machine import this_machine
from infra.bench.voice import Tell, service, spoken
from infra.bench.voice_sides import Side, vendors
from schemas.base import Frozen

ANSWER_MS = 8_000  # of each phrase of the stand-in voice: nobody interrupts an answer that is over
STOPPED_P95_MS = 150.0
SEED = 7


class BargeInReport(Frozen):
    """One run of `callwarden bench barge-in`; all from the caller's first speech sample at the socket."""

    command: str
    date: str
    machine: Machine
    calls: int
    last_sent: Spread
    cleared: Spread
    last_played: Spread
    backchannels: int
    stopped_by_backchannel: int
    backchannel_pause: Spread | None

    @property
    def met(self) -> bool:
        """Whether the last sample was sent in time."""
        return self.last_sent.p95_ms <= STOPPED_P95_MS


async def measure(
    *, calls: int, interruptions: int, hums: bool, folder: Path, command: str, tell: Tell
) -> BargeInReport:
    """Let callers cut in, each so many times."""
    machine = this_machine()
    async with vendors(audio_ms=ANSWER_MS) as (url, stand_ins), service(url, stand_ins, folder, tell) as side:
        tell(f"{calls} calls, {interruptions} interruptions each")
        lines = await _hold(side, calls=calls, interruptions=interruptions, hums=hums)
    return report_of(
        [one for line in lines for one in line.barged], [one for line in lines for one in line.hummed],
        command=command, date=clock.now().date().isoformat(), machine=machine, calls=calls,
    )


def report_of(
    barged: Sequence[Cut], hummed: Sequence[Cut], *, command: str, date: str, machine: Machine, calls: int
) -> BargeInReport:
    """Sum up what callers noted."""
    went_on = [one.longest_gap_s for one in hummed if one.cleared_s is None]
    return BargeInReport(
        command=command, date=date, machine=machine, calls=calls,
        last_sent=spread([max(one.last_sent_s, 0.0) for one in barged]),
        cleared=spread([one.cleared_s for one in barged if one.cleared_s is not None]),
        last_played=spread([max(one.last_played_s, 0.0) for one in barged]), backchannels=len(hummed),
        stopped_by_backchannel=len(hummed) - len(went_on), backchannel_pause=spread(went_on) if went_on else None,
    )


async def _hold(side: Side, *, calls: int, interruptions: int, hums: bool) -> list[CuttingLine]:
    clip = spoken()
    lines = [
        CuttingLine(
            f"cut-{SEED}-{number}", side.door, clip, interruptions, hums, number,
        )
        for number in range(calls)
    ]
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session, asyncio.TaskGroup() as tasks,
    ):
        for line in lines:
            tasks.create_task(line.run(session))
            await asyncio.sleep(0.3)
    return lines
