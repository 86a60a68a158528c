"""Tracing (OpenTelemetry): set-up for a process, and spans whose names and attributes come from the registry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer

from infra.telemetry_export import FileExporter, RegisteredOnly
from infra.telemetry_quiet import Provider, kept, passing
from infra.trace_carrier import Headers, context_of, extract, span_context, traceparent_of
from schemas import telemetry as registry
from schemas.base import Event
from schemas.telemetry import Attribute, SpanName

SCOPE = "callwarden"
EXPORT_WITHIN_S = 5
FILE_EVERY_MS = 200
COLLECTOR_EVERY_MS = 2_000
Value = str | bool | int | float | list[str]


def setup(*, service: str, otlp_endpoint: str | None) -> TracerProvider:
    """Trace this process; spans go to an OTLP/HTTP collector, to a `file:///…` of JSON lines, or nowhere.

    The first set-up of a process stands; later ones give it back.
    """
    present = trace.get_tracer_provider()
    if isinstance(present, TracerProvider):
        return present
    provider = Provider(resource=Resource({"service.name": service}))
    if otlp_endpoint:
        exporter, every_ms = _exporter(otlp_endpoint)
        provider.add_span_processor(BatchSpanProcessor(RegisteredOnly(exporter), schedule_delay_millis=every_ms))
    trace.set_tracer_provider(provider)
    return provider


def tracer() -> Tracer:
    """Give the tracer of this project."""
    return _tracer_of(trace.get_tracer_provider())


@cache
def _tracer_of(provider: trace.TracerProvider) -> Tracer:
    return provider.get_tracer(SCOPE)  # looking it up costs as much as a span


def current_traceparent() -> str | None:
    """Write the current span's context down, or None where nothing is traced."""
    return traceparent_of(trace.get_current_span().get_span_context())


def start_span(
    name: SpanName,
    *,
    about: str = "",
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[Attribute, Value] | None = None,
) -> Span:
    """Start a span that its caller ends; a child of `parent` (a traceparent) or, without one, of the current span."""
    context = context_of(parent) if parent else None
    if not kept():
        return passing(trace.get_current_span(context).get_span_context())
    return tracer().start_span(
        f"{name} {about}".rstrip(),
        context=context,
        kind=kind,
        attributes=_plain(attributes or {}),
    )


def annotate(span: Span, attributes: Mapping[Attribute, Value]) -> None:
    """Add attributes of the registry to a span."""
    span.set_attributes(_plain(attributes))


def fail(span: Span, error: BaseException | str) -> None:
    """Mark a span as failed by the kind of error; its message may hold a caller's words and stays out."""
    kind = error if isinstance(error, str) else type(error).__name__
    span.set_attribute(registry.ERROR_TYPE, kind)
    span.set_status(Status(StatusCode.ERROR))


@contextmanager
def process_span(
    topic: str, *, room: str, event: Event | None = None, parent: Headers | str | None = None
) -> Iterator[str | None]:
    """Trace one record's way through a room; gives the traceparent of what the room answers.

    The span continues the trace of `parent` (headers or a traceparent) or of the event, and links to it.
    """
    given = parent if parent is not None else event.traceparent if event else None
    if isinstance(given, str) and not kept():
        yield given
        return
    came_from = context_of(given) if given is None or isinstance(given, str) else extract(given)
    attributes = {**_messaging(registry.PROCESS, topic), registry.ROOM: room, **_of_event(event)}
    with _current(registry.PROCESS, topic, SpanKind.CONSUMER, attributes, came_from) as span:
        yield traceparent_of(span.get_span_context())


@contextmanager
def send_span(
    topic: str, *, count: int = 1, event: Event | None = None, parent: str | None = None
) -> Iterator[str | None]:
    """Trace the sending of records, below `parent` or what is current; gives the traceparent they carry."""
    if parent and not kept():
        yield parent
        return
    attributes = {**_messaging(registry.SEND, topic), registry.MESSAGING_BATCH_COUNT: count, **_of_event(event)}
    with _current(registry.SEND, topic, SpanKind.PRODUCER, attributes, context_of(parent) if parent else None) as span:
        yield traceparent_of(span.get_span_context())


@contextmanager
def genai_span(
    operation: SpanName, *, model: str, provider: str, call_id: str, turn: int, parent: str | None = None
) -> Iterator[Span]:
    """Trace one question to a model; not made current, so that it may live in an async generator."""
    attributes: dict[Attribute, Value] = {
        registry.OPERATION_NAME: str(operation),
        registry.REQUEST_MODEL: model,
        registry.PROVIDER_NAME: provider,
        registry.CONVERSATION_ID: call_id,
        registry.TURN_NUMBER: turn,
    }
    span = start_span(operation, about=model, kind=SpanKind.CLIENT, parent=parent, attributes=attributes)
    try:
        yield span
    except BaseException as error:
        fail(span, error)
        raise
    finally:
        span.end()


@contextmanager
def _current(
    name: SpanName, about: str, kind: SpanKind, attributes: Mapping[Attribute, Value], came_from: Context | None
) -> Iterator[Span]:
    if not kept():
        yield passing(trace.get_current_span(came_from).get_span_context())
        return
    links = []
    if came_from is not None and span_context(came_from).is_valid:
        links = [Link(span_context(came_from))]
    span = tracer().start_span(
        f"{name} {about}", context=came_from, kind=kind, attributes=_plain(attributes), links=links
    )
    token = contexts.attach(trace.set_span_in_context(span))
    try:
        yield span
    except BaseException as error:
        fail(span, error)
        raise
    finally:
        contexts.detach(token)
        span.end()


def _messaging(operation: SpanName, topic: str) -> dict[Attribute, Value]:
    return {
        registry.MESSAGING_SYSTEM: "kafka",
        registry.MESSAGING_OPERATION_NAME: str(operation),
        registry.MESSAGING_OPERATION_TYPE: str(operation),
        registry.MESSAGING_DESTINATION: topic,
    }


def _of_event(event: Event | None) -> dict[Attribute, Value]:
    if event is None:
        return {}
    return {
        registry.EVENT_ID: event.id,
        registry.EVENT_TYPE: event.data.ce_type(),
        registry.CONVERSATION_ID: event.call_id,
        registry.TENANT: event.tenant,
    }


def _plain(attributes: Mapping[Attribute, Value]) -> dict[str, Value]:
    # What is about a person is dropped at export as well; here it does not even enter the span.
    return {str(key): value for key, value in attributes.items() if not key.pii}


def _exporter(endpoint: str) -> tuple[SpanExporter, int]:
    if endpoint.startswith("file://"):
        return FileExporter(Path(urlsplit(endpoint).path)), FILE_EVERY_MS
    address = f"{endpoint.rstrip('/')}/v1/traces"
    return OTLPSpanExporter(endpoint=address, timeout=EXPORT_WITHIN_S), COLLECTOR_EVERY_MS
