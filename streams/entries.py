"""An event of the flow as an entry of the audit log: commitments and pseudonyms in the leaf, its payload beside it."""

from datetime import datetime
from hashlib import sha256

from infra.house_entries import plain
from infra.keys import Keyring
from schemas import codec
from schemas.audit import Draft, Source
from schemas.base import Event
from schemas.calls import DtmfRedacted
from schemas.desk import HandoffNoteRedacted, HandoffReassigned
from schemas.disclosures import OfConsent, OfDisclosure
from schemas.emergencies import (
    DispatchRequested,
    EmergencyAcknowledged,
    EmergencyAlerted,
    LadderExhausted,
)
from schemas.handoffs import HandoffAccepted, HandoffClaimed, HandoffCompleted, HandoffDeclined, HandoffWithdrawn
from schemas.legs import BriefingPlayed, LegHeld, LegResumed, ListeningBegan, ListeningEnded
from schemas.redacted import (
    AssistantRedacted,
    InterimRedacted,
    RedactionAmended,
    RedactionFailed,
    UtteranceRedacted,
)
from schemas.reviews import CallReviewed
from schemas.transfers import TransferRequested
from schemas.verdicts import (
    DisclosureGiven,
    DisclosureMissed,
    EmergencyDetected,
    HandoffRequested,
    ShadowVerdictReached,
    VerdictReached,
)

BY_POLICY = (
    VerdictReached, ShadowVerdictReached, EmergencyDetected, HandoffRequested, DisclosureGiven, DisclosureMissed,
    OfDisclosure, OfConsent, EmergencyAlerted, DispatchRequested,
)
REDACTIONS = (
    UtteranceRedacted, InterimRedacted, AssistantRedacted, RedactionAmended, RedactionFailed, DtmfRedacted,
    HandoffNoteRedacted,
)
BY_AGENT = (
    HandoffClaimed, HandoffAccepted, HandoffDeclined, HandoffCompleted, HandoffReassigned, EmergencyAcknowledged,
    TransferRequested, BriefingPlayed, LegHeld, LegResumed, ListeningBegan, ListeningEnded, CallReviewed,
    HandoffWithdrawn,
)

VERSIONED = (*BY_POLICY, *REDACTIONS, LadderExhausted, CallReviewed)

HOUSE = "default"  # the tenant whose log tells what concerns no single one
STREAM = "ingest"


def draft(event: Event, *, src: Source, keyring: Keyring) -> Draft:
    """Give the entry of one event; the payload is encrypted under the event's own key (erasure keeps proofs valid)."""
    data = event.data
    actor = (data.agent if isinstance(data, BY_AGENT) else None) or event.source
    key_id = keyring.ensure(tenant=event.tenant, call_id=event.call_id)
    payload = keyring.commit_payload(
        key_id=key_id, tenant=event.tenant, event_id=event.id, plaintext=codec.value_of(event)
    )
    return Draft(
        tenant=event.tenant,
        stream=keyring.pseudonym(tenant=event.tenant, kind="stream", value=event.call_id),
        event_id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        actor=keyring.pseudonym(tenant=event.tenant, kind="actor", value=actor),
        cause=event.cause,
        policy_version=data.policy_version if isinstance(data, VERSIONED) else None,
        payload=payload.commitment,
        src=src,
        call=event.call_id,
        rule=data.rule if isinstance(data, BY_POLICY) else None,
        actor_label=actor,
        ct=payload.ct,
    )


def forgotten(event: Event, *, src: Source, keyring: Keyring) -> Draft:
    """Give the entry of an event that came after its call was erased: that it came, and nothing of it."""
    return plain(
        keyring, "ingest.forgotten", tenant=event.tenant, stream=event.call_id,
        event_id=f"ingest.forgotten/{src.topic_id}/{src.partition}/{src.offset}", at=event.occurred_at, src=src,
        call=event.call_id,
    )


def gap(*, src: Source, expected: int, at: datetime, keyring: Keyring) -> Draft:
    """Give the entry that says records were skipped: worse than duplicates, so it must be seen."""
    event_id = f"ingest.gap/{src.topic_id}/{src.partition}/{expected}-{src.offset}"
    return plain(keyring, "ingest.gap", tenant=HOUSE, stream=STREAM, event_id=event_id, at=at, src=src)


def unreadable(*, src: Source, content: bytes, at: datetime, keyring: Keyring) -> Draft:
    """Give the entry of a record that nobody can read; its place and digest are kept."""
    event_id = f"ingest.unreadable/{src.topic_id}/{src.partition}/{src.offset}/{sha256(content).hexdigest()}"
    return plain(keyring, "ingest.unreadable", tenant=HOUSE, stream=STREAM, event_id=event_id, at=at, src=src)


def failure(kind: str, *, whom: str, at: datetime, keyring: Keyring) -> Draft:
    """Give the entry that says who did not vouch for the log of logs: a witness or a time-stamping authority."""
    event_id = f"{kind}/{whom}/{at.isoformat()}"[:200]
    return plain(keyring, kind, tenant=HOUSE, stream=STREAM, event_id=event_id, at=at, by=whom[:200])
