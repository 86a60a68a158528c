"""Trace context in Kafka headers (W3C Trace Context): the last traceparent wins on reading, is replaced on writing."""

from collections.abc import Iterable, Mapping

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HeaderValue = str | bytes | None
Headers = Mapping[str, HeaderValue] | Iterable[tuple[str, HeaderValue]]
# Baggage is not passed on: it would leak to every host downstream.
CARRIED = ("traceparent", "tracestate", "baggage")
PROPAGATOR = TraceContextTextMapPropagator()


def extract(headers: Headers | None) -> Context:
    """Give the context a record was sent in; an empty one where it has none that can be read."""
    kept: dict[str, str] = {}
    for name, value in _pairs(headers):
        if name.lower() in CARRIED and value is not None:
            kept[name.lower()] = value if isinstance(value, str) else value.decode("ascii", "replace")
    return PROPAGATOR.extract(kept, context=Context())


def inject(headers: Headers | None) -> list[tuple[str, HeaderValue]]:
    """Give headers with the current span as their only context; unchanged where no span is current."""
    pairs = _pairs(headers)
    written: dict[str, str] = {}
    PROPAGATOR.inject(written)
    if not written:
        return pairs
    kept = [(name, value) for name, value in pairs if name.lower() not in CARRIED]
    return kept + [(name, value.encode()) for name, value in written.items()]


def context_of(traceparent: str | None) -> Context:
    """Give the context a traceparent names; any flags are taken, `03` (sampled, random id) too."""
    return extract({"traceparent": traceparent} if traceparent else None)


def traceparent_of(span: SpanContext) -> str | None:
    """Write a span's context down."""
    if not span.is_valid:
        return None
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"


def span_context(context: Context) -> SpanContext:
    """Give the span a context was made by."""
    return trace.get_current_span(context).get_span_context()


def _pairs(headers: Headers | None) -> list[tuple[str, HeaderValue]]:
    return list(headers.items() if isinstance(headers, Mapping) else headers or ())
