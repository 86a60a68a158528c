"""Traces hold together over Kafka headers, and nothing leaves that the registry does not name."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra import telemetry
from infra.telemetry_export import FileExporter, RegisteredOnly, violations
from infra.trace_carrier import context_of, extract, inject, span_context
from schemas import telemetry as registry
from schemas.base import Event
from schemas.turns import SpeechStarted

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[1]
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-03"
STALE = "00-11111111111111111111111111111111-2222222222222222-01"
HEARD = Event(
    id="e1", source="/twilio/+15550100", call_id="c1", tenant="acme", occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
    traceparent=PARENT, data=SpeechStarted(participant="caller", at_ms=0, turn=1),
)


def test_the_page_is_what_the_registry_renders() -> None:
    page = (ROOT / registry.PAGE).read_text(encoding="utf-8")
    assert page == registry.render(), "run `python -m schemas.telemetry`"


def test_the_last_traceparent_wins_in_every_shape_of_headers() -> None:
    shapes = (
        {"traceparent": PARENT.encode()},
        (("traceparent", STALE.encode()), ("traceparent", PARENT.encode())),
        [("Traceparent", PARENT)],
    )
    for headers in shapes:
        assert f"{span_context(extract(headers)).trace_id:032x}" == TRACE


@pytest.mark.parametrize("flags", ["00", "01", "03"])
def test_any_flags_of_a_traceparent_are_taken(flags: str) -> None:
    assert span_context(context_of(f"00-{TRACE}-{SPAN}-{flags}")).is_valid


@pytest.mark.parametrize("spoiled", [None, "", "00-zz-11-01", f"ff-{TRACE}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01"])
def test_a_traceparent_that_cannot_be_read_begins_a_new_trace(spoiled: str | None) -> None:
    assert not span_context(context_of(spoiled)).is_valid
    assert not span_context(extract([("traceparent", b"\xff\xfe"), ("other", None)])).is_valid


def test_sending_replaces_the_context_and_passes_no_baggage_on(spans: InMemorySpanExporter) -> None:
    headers = [("ce_id", b"e1"), ("traceparent", STALE.encode()), ("baggage", b"caller=+15550100")]
    with telemetry.send_span("call.raw") as sent_in:
        written = inject(headers)
    assert [name for name, _ in written] == ["ce_id", "traceparent"]
    assert written[-1] == ("traceparent", (sent_in or "").encode())
    assert inject(headers) == headers  # without a span there is nothing better to say


def test_a_room_continues_the_trace_of_its_event_and_links_to_it(spans: InMemorySpanExporter) -> None:
    with telemetry.process_span("call.events", event=HEARD, room="redaction") as answers_carry:
        assert telemetry.current_traceparent() == answers_carry
    span = spans.get_finished_spans()[0]
    assert (span.name, span.kind.name) == ("process call.events", "CONSUMER")
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" == f"{TRACE}-{SPAN}"
    assert [f"{link.context.span_id:016x}" for link in span.links] == [SPAN]
    assert answers_carry is not None
    assert answers_carry.startswith(f"00-{TRACE}-")
    assert dict(span.attributes or {})[registry.CONVERSATION_ID] == "c1"
    assert telemetry.current_traceparent() is None


def test_an_error_leaves_its_kind_on_the_span_and_not_its_words(spans: InMemorySpanExporter) -> None:
    def fail() -> None:
        with telemetry.genai_span(
            registry.CHAT, model="scripted:orders", provider="local", call_id="c1", turn=2, parent=PARENT
        ):
            raise ValueError("my card is 4111")

    with pytest.raises(ValueError, match="4111"):
        fail()
    span = spans.get_finished_spans()[0]
    assert span.name == "chat scripted:orders"
    assert dict(span.attributes or {})[registry.ERROR_TYPE] == "ValueError"
    assert "4111" not in span.to_json()


def test_what_is_not_registered_or_is_personal_is_found_and_never_exported(tmp_path: Path) -> None:
    memory, path = InMemorySpanExporter(), tmp_path / "spans" / "out.jsonl"
    provider = TracerProvider(resource=Resource({"service.name": "tests"}))
    provider.add_span_processor(SimpleSpanProcessor(memory))
    provider.add_span_processor(SimpleSpanProcessor(RegisteredOnly(FileExporter(path))))

    def fail() -> None:
        with provider.get_tracer("other").start_as_current_span("surprise") as span:
            span.set_attributes({"gen_ai.input.messages": "secret", "x.text": "secret", "callwarden.turn": 3})
            raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        fail()
    provider.shutdown()
    line = json.loads(path.read_text())
    assert line["attributes"] == {"callwarden.turn": 3}
    assert line["service"] == "tests"
    assert "secret" not in path.read_text()
    told = " ".join(violations(memory.get_finished_spans()))
    for name in ("surprise", "gen_ai.input.messages", "x.text", "exception.message"):
        assert name in told
    assert "callwarden.turn " not in told


def test_personal_attributes_do_not_enter_our_own_spans(spans: InMemorySpanExporter) -> None:
    span = telemetry.start_span(registry.TURN, attributes={registry.INPUT_MESSAGES: "hello", registry.TURN_NUMBER: 1})
    telemetry.annotate(span, {registry.USER_ID: "ann", registry.TTFA_MS: 420.0})
    span.end()
    kept = dict(spans.get_finished_spans()[0].attributes or {})
    assert kept == {registry.TURN_NUMBER: 1, registry.TTFA_MS: 420.0}


def test_every_attribute_of_the_registry_is_either_personal_or_exportable() -> None:
    for key, one in registry.ATTRIBUTES.items():
        assert registry.exportable(key) is not one.pii
        assert one.about
    assert not registry.exportable("transcript")
