"""A handoff's packet for tests."""

from datetime import UTC, datetime

from schemas.handoffs import CitedSentence, HandoffPacket, HandoffReason, TranscriptLine
from schemas.verdicts import Evidence

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def packet(text: str, *, event_id: str, handoff: str = "h1", call_id: str = "call-1", tenant: str = "acme"
) -> HandoffPacket:  # fmt: skip
    """One whose transcript is one line of the caller's, which the summary quotes."""
    because = (Evidence(event_id=event_id, turn=1, start=0, end=2),)
    return HandoffPacket(
        handoff=handoff, call_id=call_id, tenant=tenant, queue="general", priority=5, language="en", channel="phone",
        caller_pseudonym=None,
        reason=HandoffReason(rule="r", text="asked", policy_version="p", because=because),
        summary=(CitedSentence(text=f"The caller came with: “{text}”", turns=(1,)),),
        transcript=(TranscriptLine(event_id=event_id, participant="caller", turn=1, text=text, occurred_at=NOON),),
        pseudonyms=(), disclosure_heard=True, trace_id=None, audit_position=None, requested_at=NOON,
    )  # fmt: skip
