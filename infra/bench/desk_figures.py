"""What the benches of desk and console say: times beside their baselines, and which targets a run meets."""

from infra.bench.figures import Machine, Spread
from schemas.base import Frozen

HANDOFF_P95_MS, PAGE_P95_MS = 1000.0, 300.0


class Row(Frozen):
    """One route or page: over all calls, and the same over few, which is what it costs without them."""

    name: str
    role: str
    full: Spread
    few: Spread


class ConsoleReport(Frozen):
    """One run of `callwarden bench console`."""

    command: str
    date: str
    machine: Machine
    load_after: float
    calls: int
    few_calls: int
    rows: int
    filled_s: float
    database_mib: float
    routes: tuple[Row, ...]
    pages: tuple[Row, ...]  # the whole document, over HTTP
    drawn: tuple[Row, ...]  # from the click to the frame in Chromium
    live: tuple[Row, ...] = ()  # and until everything on it can be pressed

    def targets(self) -> dict[str, bool]:
        """Tell for each kind whether every one of it is fast enough."""
        kinds = (("route", self.routes), ("page's document", self.pages), ("page drawn in Chromium", self.drawn))
        return {
            f"every {kind} p95 <= {PAGE_P95_MS:.0f} ms": max(row.full.p95_ms for row in rows) <= PAGE_P95_MS
            for kind, rows in kinds if rows
        }


class StreamsReport(Frozen):
    """One run of `callwarden bench streams`."""

    command: str
    date: str
    machine: Machine
    load_after: float
    streams: int
    opened_s: float
    resident_mib: float  # of the process before
    kib_per_stream: float
    files_per_stream: float
    first_told: Spread  # change committed -> told, each time the first stream
    last_told: Spread  # and the last of all
    one_told: Spread  # the same with one stream open: the baseline
    processor_ms_per_change: float
    processor_share_idle: float
    refused: str  # what one stream more than there is room for is told

    def targets(self) -> dict[str, bool]:
        """Tell whether all were told within the second that a handoff has."""
        return {f"all {self.streams} told p95 <= {HANDOFF_P95_MS:.0f} ms": self.last_told.p95_ms <= HANDOFF_P95_MS}


class HandoffReport(Frozen):
    """One run of `callwarden bench handoff`: from the request, accepted at the front door, to each place."""

    command: str
    date: str
    machine: Machine
    load_after: float
    count: int
    every_s: float
    accepted_to_offered: Spread  # the row in the table, polled
    accepted_to_stream: Spread  # told by /v1/handoffs/stream
    accepted_to_seen: Spread  # in the document of the desk's page in Chromium
    accepted_to_packet: Spread  # the packet is in the row

    def targets(self) -> dict[str, bool]:
        """Tell whether this run meets them."""
        return {
            f"requested to seen on the desk p95 <= {HANDOFF_P95_MS:.0f} ms":
                self.accepted_to_seen.p95_ms <= HANDOFF_P95_MS,
            f"packet ready p95 <= {HANDOFF_P95_MS:.0f} ms": self.accepted_to_packet.p95_ms <= HANDOFF_P95_MS,
        }
