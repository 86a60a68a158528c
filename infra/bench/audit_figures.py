"""What `callwarden bench audit` says: rates and sizes as the log grows, times of acknowledgement, search and proof."""

from infra.bench.figures import Machine, Spread
from schemas.base import Frozen

TARGET_PER_S, TARGET_SHARE = 10_000, 0.3
TARGET_SIGNED_MS, TARGET_VERIFY_S, TARGET_VERIFIED, TARGET_PAGE_MS = 1000.0, 60.0, 1_000_000, 100.0


class Step(Frozen):
    """Rates while the log grew to `size`, and what the tables take on disk then, in MiB."""

    size: int
    log_per_s: float
    plain_per_s: float
    plain_arrays_per_s: float
    log_mib: float
    plain_mib: float


class Page(Frozen):
    """First pages of one search, its first on cold caches, and that once the service has warmed them."""

    asked: str
    found: int
    times: Spread
    cold_ms: float | None = None
    warmed_ms: float | None = None


class AuditReport(Frozen):
    """One run of `callwarden bench audit`."""

    command: str
    date: str
    machine: Machine
    batch: int
    steps: tuple[Step, ...]
    acknowledged: Spread
    paced_per_s: int
    paced_acknowledged: Spread
    acknowledged_to_signed: Spread
    verified: int
    verify_s: float
    verify_said: str
    pages: tuple[Page, ...]

    @property
    def log_per_s(self) -> float:
        """Give entries a second over the whole run."""
        return _overall([step.log_per_s for step in self.steps])

    @property
    def share(self) -> float:
        """Give our rate as a share of the plain insert's."""
        return self.log_per_s / _overall([step.plain_per_s for step in self.steps])

    def targets(self) -> dict[str, bool]:
        """Tell for each target whether this run meets it; the verification's only at its size."""
        slowest = max(page.times.p99_ms for page in self.pages)
        cold = [page.cold_ms for page in self.pages if page.cold_ms is not None]
        signed = self.acknowledged_to_signed.max_ms
        met = {
            f"appended >= {TARGET_PER_S} entries/s": self.log_per_s >= TARGET_PER_S,
            f"appended >= {TARGET_SHARE} of a plain insert": self.share >= TARGET_SHARE,
            f"acknowledged to signed <= {TARGET_SIGNED_MS:.0f} ms": signed <= TARGET_SIGNED_MS,
            f"every first page <= {TARGET_PAGE_MS:.0f} ms": slowest <= TARGET_PAGE_MS,
        }
        if cold:
            met[f"every first page on cold caches <= {TARGET_PAGE_MS:.0f} ms"] = max(cold) <= TARGET_PAGE_MS
        warmed = [page.warmed_ms for page in self.pages if page.warmed_ms is not None]
        if warmed:
            met[f"every first page once the service has started <= {TARGET_PAGE_MS:.0f} ms"] = (
                max(warmed) <= TARGET_PAGE_MS
            )
        if self.verified >= TARGET_VERIFIED:
            met[f"verification of {TARGET_VERIFIED} entries <= {TARGET_VERIFY_S:.0f} s"] = (
                self.verify_s <= TARGET_VERIFY_S
            )
        return met


def _overall(rates: list[float]) -> float:
    """Steps are equally long in entries, so the mean rate is the harmonic one."""
    return len(rates) / sum(1 / rate for rate in rates)
