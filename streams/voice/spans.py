"""One tree of spans for each turn: the root `turn`, below it what was asked of providers (OpenTelemetry GenAI)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import Span

from infra import telemetry
from infra.telemetry import Value
from infra.trace_carrier import traceparent_of
from schemas import telemetry as registry
from schemas.telemetry import Attribute, SpanName
from schemas.turns import Provider


class TurnTrace:
    """The span of one turn, open from the caller's first word until the answer was heard."""

    def __init__(self, *, call_id: str, turn: int) -> None:
        """Open the root."""
        self._call_id = call_id
        self._turn = turn
        self._root = telemetry.start_span(
            registry.TURN, attributes={registry.CONVERSATION_ID: call_id, registry.TURN_NUMBER: turn}
        )

    @property
    def traceparent(self) -> str | None:
        """The W3C trace context for events of this turn; None where nothing is traced."""
        return traceparent_of(self._root.get_span_context())

    @contextmanager
    def asks(self, operation: SpanName, provider: Provider) -> Iterator[Span]:
        """Trace one question to a provider."""
        with telemetry.genai_span(
            operation, model=provider.model, provider=provider.name, call_id=self._call_id, turn=self._turn,
            parent=self.traceparent,
        ) as span:
            telemetry.annotate(span, {registry.PROVIDER_REGION: provider.region})
            yield span

    def note(self, attributes: Mapping[Attribute, Value]) -> None:
        """Add to the turn's root what was done in it."""
        if self._root.is_recording():
            telemetry.annotate(self._root, attributes)

    @contextmanager
    def guards(self, *, policy_version: str) -> Iterator[Span]:
        """Trace one phrase's way past the rail."""
        span = telemetry.start_span(registry.APPLY_GUARDRAIL, about="output rail", parent=self.traceparent, attributes={
            registry.GUARDRAIL_NAME: "output rail", registry.POLICY_VERSION: policy_version,
            registry.CONVERSATION_ID: self._call_id, registry.TURN_NUMBER: self._turn,
        })
        try:
            yield span
        finally:
            span.end()

    def heard(self, *, played_ms: int, interrupted: bool) -> None:
        """Note how the answer was heard."""
        if self._root.is_recording():
            telemetry.annotate(
                self._root, {registry.PLAYED_MS: played_ms, registry.INTERRUPTED: interrupted}
            )

    def speculated(self, outcome: str) -> None:
        """Note what became of an answer that was begun on suspicion; the last one counts."""
        if self._root.is_recording():
            telemetry.annotate(self._root, {registry.SPECULATION: outcome})

    def end(self) -> None:
        """Close the root; a second time changes nothing."""
        if self._root.is_recording():
            self._root.end()


class Traces:
    """The turns of one call that are being traced."""

    def __init__(self, *, call_id: str) -> None:
        """Start with none."""
        self._call_id = call_id
        self._traces: dict[int, TurnTrace] = {}

    def of(self, turn: int) -> TurnTrace:
        """Give a turn's trace, opened when it is first asked for."""
        if turn not in self._traces:
            self._traces[turn] = TurnTrace(call_id=self._call_id, turn=turn)
        return self._traces[turn]

    def end(self, *, last_turn: int) -> None:
        """Close every turn that was taken; what was only begun is no turn and is never exported."""
        for turn, trace in self._traces.items():
            if turn <= last_turn:
                trace.end()
