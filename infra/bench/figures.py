"""What a measurement says: percentiles of times and rates, in one report that is printed or written as JSON."""

from collections.abc import Sequence
from math import ceil

from schemas.base import Frozen

TARGET_P50_MS, TARGET_P95_MS, TARGET_START_S = 25.0, 60.0, 15.0


class Spread(Frozen):
    """Times in milliseconds; a percentile is a time that was measured (nearest rank)."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Machine(Frozen):
    """Where it ran, and how many processes wanted a core just before."""

    cpu: str
    cores: int
    load_before: float


class StairReport(Frozen):
    """One run of `callwarden bench stair`."""

    command: str
    date: str
    machine: Machine
    rate: int
    seconds: int
    accepted_to_judged: Spread
    sent_to_judged: Spread
    sent_to_accepted: Spread
    presidio_alone: Spread
    plain_loop: Spread
    sustained_per_s: float
    backlog: int
    processor_ms: dict[str, float]
    memory_mb: dict[str, float]
    starts_s: tuple[float, ...]
    start_s: float | None

    def targets(self) -> dict[str, bool]:
        """Tell for each target that was measured whether this run meets it."""
        met = {
            f"accepted to judged p50 <= {TARGET_P50_MS:.0f} ms": self.accepted_to_judged.p50_ms <= TARGET_P50_MS,
            f"accepted to judged p95 <= {TARGET_P95_MS:.0f} ms": self.accepted_to_judged.p95_ms <= TARGET_P95_MS,
        }
        if self.start_s is not None:
            met[f"start to ready <= {TARGET_START_S:.0f} s"] = self.start_s <= TARGET_START_S
        return met


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """Give the smallest value that at least `share` (0 to 1) of the sorted values do not exceed."""
    return sorted_values[max(ceil(share * len(sorted_values)), 1) - 1]


def spread(seconds: Sequence[float]) -> Spread:
    """Give the spread of times measured in seconds; there must be one at least."""
    ordered = [round(one * 1000, 2) for one in sorted(seconds)]
    return Spread(
        count=len(ordered), p50_ms=percentile(ordered, 0.5), p95_ms=percentile(ordered, 0.95),
        p99_ms=percentile(ordered, 0.99), max_ms=ordered[-1],
    )
