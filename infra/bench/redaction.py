"""Redaction of a fifteen-word utterance on one core, beside Presidio as it comes in the same run."""

import json
import os
import subprocess
from collections.abc import Callable

from infra import clock
from infra.bench.detection import WORDS
from infra.bench.figures import Machine, Spread, spread
from infra.bench.machine import program, this_machine
from infra.house import SINGLE_THREAD
from schemas.base import Frozen

WITHIN_S = 600
TARGET_P50_MS, TARGET_P95_MS = 6.0, 15.0


class RedactionReport(Frozen):
    """One run of `callwarden bench redaction`."""

    command: str
    date: str
    machine: Machine
    words: int
    ours: Spread
    presidio_as_it_comes: Spread
    interims: Spread

    def targets(self) -> dict[str, bool]:
        """Tell for each target whether this run meets it."""
        return {
            f"p50 <= {TARGET_P50_MS:.0f} ms": self.ours.p50_ms <= TARGET_P50_MS,
            f"p95 <= {TARGET_P95_MS:.0f} ms": self.ours.p95_ms <= TARGET_P95_MS,
            "ahead of Presidio as it comes at p50": self.ours.p50_ms < self.presidio_as_it_comes.p50_ms,
        }


def measure(tell: Callable[[str], None]) -> RedactionReport:
    """Time each in a process of its own, one after the other; raises CalledProcessError or TimeoutExpired."""
    machine = this_machine()
    return RedactionReport(
        command="callwarden bench redaction", date=clock.now().date().isoformat(), machine=machine, words=WORDS,
        ours=_alone("ours", tell), presidio_as_it_comes=_alone("stock", tell), interims=_alone("interims", tell),
    )


def _alone(which: str, tell: Callable[[str], None]) -> Spread:
    tell(which)
    ended = subprocess.run(
        [*program("infra.bench.detection"), which], capture_output=True, timeout=WITHIN_S, check=True,
        env={**os.environ, **SINGLE_THREAD},
    )
    return spread(json.loads(ended.stdout))
