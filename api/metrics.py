"""What operators see of this process (Prometheus text format): counts and durations, never content or call ids."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from infra.redaction_failures import Failures, degraded

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The instruments of one process, in a registry of their own."""

    def __init__(self) -> None:
        """Make them."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "callwarden_http_requests", "Requests served", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "callwarden_http_request_seconds", "Time to the answer's last byte", ["route"], buckets=BUCKETS_S,
            registry=self._registry,
        )
        self._accepted = Counter("callwarden_events_accepted", "Events taken", registry=self._registry)
        self._dead = Counter("callwarden_dead_letters", "Inputs that could not be read", registry=self._registry)
        self._refused = Counter("callwarden_access_refused", "Missing rights", registry=self._registry)
        self._sockets = Gauge("callwarden_audio_sockets", "Calls with audio open here", registry=self._registry)
        self._frames = Counter("callwarden_audio_records", "Audio records", ["direction"], registry=self._registry)
        self._direct = Gauge("callwarden_audio_direct_calls", "Calls with a direct line", registry=self._registry)
        self._overrun = Counter("callwarden_audio_overrun", "Calls ended for a slow socket", registry=self._registry)
        self._astray = Counter(
            "callwarden_audio_frames_astray", "Numbered frames that did not come as they were sent", ["how"],
            registry=self._registry,
        )

    def served(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def accepted(self, number: int) -> None:
        """Count events taken."""
        self._accepted.inc(number)

    def dead(self, number: int = 1) -> None:
        """Count dead letters."""
        self._dead.inc(number)

    def refused(self) -> None:
        """Count a missing right."""
        self._refused.inc()

    def socket(self, change: int) -> None:
        """Count an audio socket opened (1) or closed (-1)."""
        self._sockets.inc(change)

    def audio(self, direction: str) -> None:
        """Count an audio record."""
        self._frames.labels(direction).inc()

    def direct(self, calls: Callable[[], int]) -> None:
        """Take who knows how many calls have a direct line."""
        self._direct.set_function(calls)

    def overrun(self) -> None:
        """Count a call ended because its socket did not take what was said."""
        self._overrun.inc()

    def line(self, *, lost: int, doubled: int) -> None:
        """Count what the network of a call that has ended did to its frames; `doubled` came too late or twice."""
        self._astray.labels("lost").inc(lost)
        self._astray.labels("doubled").inc(doubled)

    def text(self, *, withheld: list[Failures], at: datetime) -> bytes:
        """Write everything, and how often redaction failed in all processes."""
        return generate_latest(self._registry) + generate_latest(_Redaction(withheld, at))


class _Redaction(CollectorRegistry):
    """What the database counts, written as of now."""

    def __init__(self, withheld: list[Failures], at: datetime) -> None:
        super().__init__()
        self._withheld = withheld
        self._at = at

    def collect(self) -> Iterator[Metric]:
        """Give the two families."""
        failed = CounterMetricFamily(
            "callwarden_redaction_failed", "Texts withheld because no detector answered", labels=["place", "error"]
        )
        for one in self._withheld:
            failed.add_metric([one.place, one.error], one.number)
        yield failed
        ill = float(degraded(self._withheld, at=self._at) is not None)
        yield GaugeMetricFamily("callwarden_redaction_degraded", "1 for a minute after the last failure", value=ill)
