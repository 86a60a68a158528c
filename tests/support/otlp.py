"""A real OTLP/HTTP receiver on loopback (opentelemetry-proto): what a collector would be told."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

# Every room between the voice session and the audit entry, by the topic it reads.
WAY = (
    "send call.raw", "process call.raw", "process call.events", "process call.redacted", "process call.turns",
    "process call.governed",
)


@dataclass(frozen=True)
class SpanSeen:
    """One exported span."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, str]


@dataclass
class Collector:
    """Keeps every span it is sent."""

    url: str = ""
    spans: list[SpanSeen] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [
                    SpanSeen(
                        named.get("service.name", "?"), span.name, span.trace_id.hex(), span.span_id.hex(),
                        span.parent_span_id.hex(),
                        {one.key: str(one.value).strip() for one in span.attributes},
                    )
                    for span in scope.spans
                ]


def collector() -> Iterator[Collector]:
    """Listen until the generator is closed."""
    kept = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base names it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()


def of_turns(spans: list[SpanSeen], *, call: str) -> dict[str, list[SpanSeen]]:
    """Group the spans of a call's turns by trace."""
    roots = {
        one.trace_id for one in spans
        if one.name == "turn" and one.attributes["callwarden.turn"] != "int_value: 0"
        and f'"{call}"' in one.attributes.get("gen_ai.conversation.id", "")
    }
    grouped: dict[str, list[SpanSeen]] = defaultdict(list)
    for one in spans:
        if one.trace_id in roots:
            grouped[one.trace_id].append(one)
    return grouped


def whole(spans: list[SpanSeen]) -> bool:
    """Whether the way down and every parent named are there; each process exports in its own time."""
    ids = {one.span_id for one in spans}
    return set(WAY) <= {one.name for one in spans} and all(one.parent_id in ids for one in spans if one.parent_id)
