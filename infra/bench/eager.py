"""What an eager end of turn gains: time to first audio without and with it, over stand-ins that believe beforehand."""

from pathlib import Path

from infra import clock
from infra.bench.figures import Machine, Spread, spread
from infra.bench.machine import this_machine
from infra.bench.voice import Tell, service, spoken
from infra.bench.voice_line import hold
from infra.bench.voice_sides import Step, vendors
from schemas.base import Frozen


class EagerReport(Frozen):
    """One run of `callwarden bench eager`: from the caller's last sample to the first audible one of the answer."""

    command: str
    date: str
    machine: Machine
    eager_ms: int
    off: Spread
    on: Spread
    lost: int


async def measure(*, eager_ms: int, turns: int, folder: Path, command: str, tell: Tell) -> EagerReport:
    """Ask the same of the service twice."""
    machine, clip, lost = this_machine(), spoken(), 0
    found: dict[bool, Spread] = {}
    async with vendors(eager_ms=eager_ms) as (url, stand_ins):
        for eager in (False, True):
            step = Step(1, turns, 0.0, 20)
            async with service(url, stand_ins, folder / str(eager), tell, eager=eager) as side:
                asked = await hold(
                    side.door, clip, calls=1, turns=step.turns + 1, spread_s=0.0, frame_ms=step.frame_ms,
                    name=f"eager-{eager}",
                )
            took = [one.first_at - one.ended_at for one in asked if one.first_at is not None and not one.warm]
            lost += sum(1 for one in asked if one.first_at is None and not one.warm)
            found[eager] = spread(took)
    return EagerReport(
        command=command, date=clock.now().date().isoformat(), machine=machine, eager_ms=eager_ms, off=found[False],
        on=found[True], lost=lost,
    )
