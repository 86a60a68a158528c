"""What the bench of tactics says: time to first audio for each way to run the service, in one run on one machine."""

from collections.abc import Sequence

from infra.bench.figures import Machine, percentile
from schemas.base import Frozen

SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
RAIL_MS = 20.0


class Row(Frozen):
    """One way to run the service."""

    name: str
    switch: dict[str, str]
    turns: int
    lost: int
    ttfa_ms: dict[str, float]  # caller's last sample in -> first sample of any answer or sign out


class TacticsReport(Frozen):
    """One run of `callwarden bench tactics`."""

    command: str
    date: str
    machine: Machine
    load_after: float
    stack: str
    calls: int
    rows: tuple[Row, ...]
    rail_ms: dict[str, float]  # one phrase held against twenty rules

    def targets(self) -> dict[str, bool]:
        """Tell for each target that was measured whether this run meets it."""
        met = {f"output rail p99 <= {RAIL_MS:.0f} ms": self.rail_ms.get("p99", RAIL_MS + 1) <= RAIL_MS}
        return met | {f"{one.name}: every turn answered": one.lost == 0 for one in self.rows}

    def ratio(self, row: Row) -> float | None:
        """Give the median beside that of the first row, which is the service as it is shipped."""
        first = self.rows[0].ttfa_ms.get("p50") if self.rows else None
        return round(row.ttfa_ms["p50"] / first, 2) if first and "p50" in row.ttfa_ms else None


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Give percentiles in milliseconds (nearest rank); nothing of no times."""
    ordered = sorted(round(1000 * one, 2) for one in seconds)
    return {name: percentile(ordered, share) for name, share in SHARES.items()} if ordered else {}
