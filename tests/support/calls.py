"""Events of a made-up call, as they lie on call.governed and call.outcomes, for tests of the read side."""

from datetime import UTC, datetime, timedelta

from schemas.base import Data, Event
from schemas.calls import CallAdmitted
from schemas.handoffs import HandoffOffered, HandoffPackaged, HandoffPacket, HandoffReason
from schemas.redacted import AssistantRedacted, RedactedSpan, UtteranceRedacted
from schemas.turns import LatencyMeasured, Part, TurnEnded
from schemas.verdicts import Evidence, HandoffRequested

TENANT = "acme"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
FAR = datetime(2199, 1, 1, tzinfo=UTC)


def event(
    number: int, data: Data, *, call_id: str = "call-1", tenant: str = TENANT, at: datetime | None = None
) -> Event:
    """Give the event that came `number` seconds into the call."""
    return Event(
        id=f"{tenant}/{call_id}/{number}",
        source="/tests",
        call_id=call_id,
        tenant=tenant,
        occurred_at=at or START + timedelta(seconds=number),
        sequence=number,
        traceparent=TRACEPARENT,
        data=data,
    )


def admitted() -> CallAdmitted:
    """Open a call."""
    return CallAdmitted(
        channel="phone", caller_pseudonym="caller-3f", language="en", encoding="mulaw", sample_rate=8000,
        audio_partition=0, policy_version="baseline-1",
    )


def utterance(text: str, *, name: str = "u1", turn: int = 1) -> UtteranceRedacted:
    """Say something as the caller."""
    span = RedactedSpan(
        start=5, end=24, entity="CREDIT_CARD", pseudonym="<CARD_1>", score=0.9, recognizer="card",
        redacted_start=5, redacted_end=13,
    )
    spans = (span,) if "<CARD_1>" in text else ()
    return UtteranceRedacted(
        participant="caller", utterance=name, turn=turn, text=text, spans=spans, detector="d1", end_ms=900
    )


def spoken(stage: str, text: str, *, interrupted: bool = False) -> AssistantRedacted:
    """Give one stage of the assistant's answer."""
    return AssistantRedacted.model_validate({
        "stage": stage, "utterance": "a1", "turn": 1, "text": text, "detector": "d1", "interrupted": interrupted,
        "mismatch": interrupted, "method": "playback_mark" if stage == "heard" else None,
    })


def turn_ended() -> TurnEnded:
    """End the first turn."""
    return TurnEnded(turn=1, utterances=("u1",))


def latency() -> LatencyMeasured:
    """Measure the first turn."""
    return LatencyMeasured(turn=1, ttfa_ms=700.0, parts=(Part(name="endpoint", ms=500.0), Part(name="rest", ms=200.0)))


def because(event_id: str = "acme/call-1/2") -> tuple[Evidence, ...]:
    """Cite an utterance."""
    return (Evidence(event_id=event_id, turn=1, start=0, end=4),)


def requested(handoff: str = "h1", *, priority: int = 3) -> HandoffRequested:
    """Ask for a person."""
    return HandoffRequested(
        handoff=handoff, rule="explicit_request", reason="asked for a person", policy_version="baseline-1",
        queue="general", priority=priority, because=because(),
    )


def packaged(handoff: str = "h1", *, tenant: str = TENANT, call_id: str = "call-1") -> HandoffPackaged:
    """Complete the packet."""
    packet = HandoffPacket(
        handoff=handoff, call_id=call_id, tenant=tenant, queue="general", priority=3, language="en", channel="phone",
        caller_pseudonym="caller-3f",
        reason=HandoffReason(rule="explicit_request", text="asked", policy_version="baseline-1", because=because()),
        summary=(), transcript=(), pseudonyms=("<CARD_1>",), disclosure_heard=True, trace_id=TRACE,
        audit_position="acme/call-1/5", requested_at=START,
    )
    return HandoffPackaged(handoff=handoff, packet=packet)


def offered(handoff: str = "h1", *, expires_at: datetime = FAR, priority: int = 3) -> HandoffOffered:
    """Offer the call."""
    return HandoffOffered(handoff=handoff, queue="general", priority=priority, expires_at=expires_at)


def story(*, call_id: str = "call-1", tenant: str = TENANT, handoff: str = "h1") -> list[Event]:
    """Tell a whole call up to its offer."""
    facts: list[Data] = [
        admitted(),
        utterance("it is <CARD_1> thanks"),
        turn_ended(),
        spoken("generated", "Thank you. Anything else?"),
        spoken("synthesised", "Thank you. Anything else?"),
        spoken("heard", "Thank you.", interrupted=True),
        latency(),
        requested(handoff),
        packaged(handoff, tenant=tenant, call_id=call_id),
        offered(handoff),
    ]
    return [event(number, data, call_id=call_id, tenant=tenant) for number, data in enumerate(facts, start=1)]
