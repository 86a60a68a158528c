"""The providers of one port as one call asks them: in order, past those that just failed, and each on record."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from governance.errors import TransientError
from governance.residency import Choice, Located, choose
from infra.speech.links import Link, Port
from infra.speech.refusal import Refused
from infra.speech.retry_after import wait_ms_of
from infra.telemetry import annotate
from schemas.outside import NoProviderLeft, Operation, Outcome, ProviderCalled, ProviderDenied
from schemas.policies import Policy
from schemas.telemetry import (
    CHAT,
    FINISH_REASONS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    REALTIME_INFERENCE,
    SPECULATIVE,
    SPEECH_TO_TEXT,
    TEXT_TO_SPEECH,
    SpanName,
)
from schemas.turns import Provider
from streams.voice.reporter import Reporter, failure
from streams.voice.spans import TurnTrace

P = TypeVar("P", bound=Port)
SPANS: dict[Operation, SpanName] = {
    "speech_to_text": SPEECH_TO_TEXT, "chat": CHAT, "text_to_speech": TEXT_TO_SPEECH,
    "speech_to_speech": REALTIME_INFERENCE,
}
# How often in a row nobody of a chain may fail to answer before a person is asked for: a mute assistant helps nobody,
# a question may be said again.
PATIENCE: dict[Operation, int] = {"text_to_speech": 1, "chat": 2, "speech_to_text": 2, "speech_to_speech": 1}


@dataclass(slots=True)
class Units:
    """What one question took, filled in while it is answered."""

    audio_ms: int | None = None
    characters: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_audio_tokens: int | None = None
    output_audio_tokens: int | None = None
    ended: str | None = None  # how a model's answer ended, where it tells


class Chain(Generic[P]):
    """One call's way to a port."""

    def __init__(self, operation: Operation, links: Sequence[Link[P]], reporter: Reporter) -> None:
        """Take the providers that the call's policy permits."""
        self.lost = False  # nobody is left, and that has been told
        self.links = tuple(links)
        self._operation = operation
        self._reporter = reporter
        self._unanswered = 0

    def order(self) -> tuple[Link[P], ...]:
        """Give whom to ask, first to last; where all have just failed, all of them: better asked than silent."""
        ready = tuple(link for link in self.links if link.circuit.ready)
        return ready or tuple(sorted(self.links, key=lambda link: link.circuit.alone))

    @contextmanager
    def asks(self, link: Link[P], *, turn: int, trace: TurnTrace, speculative: bool = False) -> Iterator[Units]:
        """Trace and report one question; a TransientError that leaves the block is a failure, unless it is Refused."""
        units, began, outcome = Units(), time.monotonic(), "abandoned"
        link.circuit.began()
        try:
            with trace.asks(SPANS[self._operation], link.port.provider) as span:
                if speculative:
                    annotate(span, {SPECULATIVE: True})
                yield units
                if units.input_tokens is not None and units.output_tokens is not None:
                    annotate(span, {INPUT_TOKENS: units.input_tokens, OUTPUT_TOKENS: units.output_tokens})
                if units.ended is not None:
                    annotate(span, {FINISH_REASONS: [units.ended]})
            outcome = "answered"
            link.circuit.succeeded()
            self._unanswered = 0
        except Refused:
            outcome = "refused"
            link.circuit.succeeded()
            self._unanswered = 0
            raise
        except TransientError as failed:
            outcome = "failed"
            link.circuit.failed(wait_ms=wait_ms_of(failed))
            raise
        finally:
            if outcome == "abandoned":
                link.circuit.abandoned()
            self._called(link.port.provider, outcome, int(1000 * (time.monotonic() - began)), units, turn, trace)

    def failed(
        self, link: Link[P], error: TransientError, *, instead: Link[P] | str, turn: int, trace: TurnTrace | None
    ) -> None:
        """Report a failure with what is done instead: the next provider, or what the caller gets."""
        fallback = instead if isinstance(instead, str) else _named(instead.port.provider)
        self._reporter.failed(
            failure(link.port.provider, self._operation, error, fallback=fallback, turn=turn), trace
        )

    def unanswered(self, *, turn: int, trace: TurnTrace | None) -> None:
        """Take that nobody of the chain answered; after some times in a row a person is asked for, once."""
        self._unanswered += 1
        if self._unanswered >= PATIENCE[self._operation] and not self.lost:
            self.lost = True
            self._reporter.report(NoProviderLeft(operation=self._operation, why="failed", turn=turn), trace)

    def _called(
        self, provider: Provider, outcome: Outcome | str, duration_ms: int, units: Units, turn: int, trace: TurnTrace
    ) -> None:
        self._reporter.report(ProviderCalled.model_validate({
            "provider": provider, "operation": self._operation, "outcome": outcome, "duration_ms": duration_ms,
            "audio_ms": units.audio_ms, "characters": units.characters, "input_tokens": units.input_tokens,
            "output_tokens": units.output_tokens, "input_audio_tokens": units.input_audio_tokens,
            "output_audio_tokens": units.output_audio_tokens, "turn": turn,
        }), trace)


def chain_for(
    operation: Operation, links: Sequence[Link[P]], reporter: Reporter, *, policy: Policy | None, needed: bool = True
) -> Chain[P]:
    """Give the chain that a call's policy leaves of one, and report what it refuses; with nobody left, that too.

    A port that is not `needed` has others behind it.
    """
    if policy is None:
        return Chain(operation, links, reporter)
    providers = [link.port.provider for link in links]
    choice = judged(links, policy)
    for at, why in choice.refused:
        reporter.report(ProviderDenied(
            provider=providers[at], operation=operation, rule=why.rule, reason=why.reason,
            policy_version=policy.label, left=len(choice.permitted),
        ), None)
    chain = Chain(operation, [links[at] for at in choice.permitted], reporter)
    if needed and not choice.permitted:
        chain.lost = True
        reporter.report(NoProviderLeft(operation=operation, why="denied"), None)
    return chain


def judged(links: Sequence[Link[P]], policy: Policy) -> Choice:
    """Hold a chain against a policy."""
    providers = [link.port.provider for link in links]
    return choose([Located(name=one.name, region=one.region) for one in providers], policy.residency)


def followed(links: Sequence[Link[P]], last: str) -> Iterator[tuple[Link[P], Link[P] | str]]:
    """Give each provider with the one after it, and the last with what the caller gets."""
    for at, link in enumerate(links):
        yield link, links[at + 1] if at + 1 < len(links) else last


def _named(provider: Provider) -> str:
    return f"{provider.name} {provider.model} {provider.region}"
