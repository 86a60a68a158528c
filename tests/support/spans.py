"""Catches the spans of a test and lays each of them against the registry."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra import telemetry
from infra.telemetry_export import violations


@pytest.fixture(scope="session")
def span_memory() -> InMemorySpanExporter:
    """Trace this process into memory, before any filter."""
    memory = InMemorySpanExporter()
    telemetry.setup(service="tests", otlp_endpoint=None).add_span_processor(SimpleSpanProcessor(memory))
    return memory


@pytest.fixture
def spans(span_memory: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    """Give what is traced in one test; the test fails when a span is not as the registry allows."""
    span_memory.clear()
    yield span_memory
    assert violations(span_memory.get_finished_spans()) == []
