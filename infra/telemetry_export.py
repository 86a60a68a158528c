"""Where spans go: through the registry, which drops what may not leave, to a collector or to a file of JSON lines."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes

from schemas.telemetry import exportable, faults


class RegisteredOnly(SpanExporter):
    """Passes spans on without the attributes that are unknown to the registry or about a person."""

    def __init__(self, inner: SpanExporter) -> None:
        """Wrap an exporter."""
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export what may leave."""
        return self._inner.export([_cleaned(span) for span in spans])

    def shutdown(self) -> None:
        """End the inner exporter."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the inner exporter."""
        return self._inner.force_flush(timeout_millis)


class FileExporter(SpanExporter):
    """Appends one line of JSON a span; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        """Open the file for appending."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write each span as one line in one write, so that lines of processes do not mix."""
        for span in spans:
            self._file.write(json.dumps(_line(span), separators=(",", ":")).encode() + b"\n")
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        self._file.close()


def violations(spans: Sequence[ReadableSpan]) -> list[str]:
    """Name every name and attribute in these spans that the registry does not allow."""
    found: list[str] = []
    for span in spans:
        keys = list(span.attributes or ())
        for event in span.events:
            keys += event.attributes or ()
        for link in span.links:
            keys += link.attributes or ()
        found += faults(span.name, keys)
    return found


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_allowed(span.attributes),
        events=[Event(one.name, _allowed(one.attributes), one.timestamp) for one in span.events],
        links=[Link(one.context, _allowed(one.attributes)) for one in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),  # its description is an exception's message
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _allowed(attributes: Attributes) -> Attributes:
    return {key: value for key, value in (attributes or {}).items() if exportable(key)}


def _line(span: ReadableSpan) -> Mapping[str, object]:
    context, parent = span.context, span.parent
    return {
        "traceId": f"{context.trace_id:032x}" if context else None,
        "spanId": f"{context.span_id:016x}" if context else None,
        "parentSpanId": f"{parent.span_id:016x}" if parent else None,
        "service": span.resource.attributes.get("service.name"),
        "name": span.name,
        "kind": span.kind.name,
        "startTimeUnixNano": span.start_time,
        "endTimeUnixNano": span.end_time,
        "status": span.status.status_code.name,
        "statusDescription": span.status.description,
        "attributes": dict(span.attributes or {}),
        "events": [{"name": one.name, "attributes": dict(one.attributes or {})} for one in span.events],
        "links": [f"{one.context.trace_id:032x}-{one.context.span_id:016x}" for one in span.links],
    }
