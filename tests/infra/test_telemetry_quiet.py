"""Where nobody keeps spans the context goes on, and no span is made; from the first who keeps them they are."""

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import INVALID_SPAN_CONTEXT

from infra import telemetry
from infra.telemetry_quiet import Provider, passing
from infra.trace_carrier import context_of, span_context, traceparent_of
from schemas import telemetry as registry

pytestmark = pytest.mark.contract

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def nobody_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    # The provider of a process stands once it is set, and other tests of this one keep spans.
    monkeypatch.setattr(telemetry, "kept", lambda: False)


def test_spans_are_kept_from_the_first_who_wants_them() -> None:
    provider = Provider()
    assert not provider.kept
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    assert provider.kept


def test_what_stands_for_a_span_goes_on_with_its_parent_or_begins_a_trace_that_is_not_sampled() -> None:
    parent = span_context(context_of(PARENT))
    assert traceparent_of(passing(parent).get_span_context()) == PARENT
    begun = traceparent_of(passing(INVALID_SPAN_CONTEXT).get_span_context()) or ""
    assert begun.endswith("-00")
    assert span_context(context_of(begun)).is_valid


@pytest.mark.usefixtures("nobody_keeps")
def test_a_record_carries_the_context_it_came_with() -> None:
    with telemetry.process_span("call.events", room="redaction", parent=PARENT) as answers_carry:
        assert answers_carry == PARENT
    with telemetry.process_span("call.events", room="redaction", parent={"traceparent": PARENT}) as answers_carry:
        assert answers_carry == PARENT
    with telemetry.send_span("call.raw", parent=PARENT) as sent_in:
        assert sent_in == PARENT


@pytest.mark.usefixtures("nobody_keeps")
def test_a_turn_is_named_by_a_trace_and_records_nothing() -> None:
    turn = telemetry.start_span(registry.TURN)
    assert turn.get_span_context().is_valid
    assert not turn.is_recording()
    with telemetry.genai_span(
        registry.CHAT, model="m", provider="p", call_id="c", turn=1, parent=traceparent_of(turn.get_span_context())
    ) as asked:
        assert asked.get_span_context() == turn.get_span_context() or not asked.is_recording()
    with telemetry.send_span("call.raw") as sent_in:
        assert sent_in is not None
