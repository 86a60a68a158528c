"""Folds the events at the foot of the stair into the read model, each once."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from infra import (
    amended_packets,
    briefings,
    read_calls,
    read_disclosures,
    read_emergencies,
    read_handoffs,
    read_processors,
    read_reviews,
    read_timers,
    redaction_failures,
)
from schemas import (
    calls,
    deadletters,
    desk,
    emergencies,
    handoffs,
    legs,
    outside,
    redacted,
    reviews,
    turns,
    verdicts,
)
from schemas.base import Event
from schemas.disclosures import OfConsent, OfDisclosure, upcast

# One round trip answers whether the event is new and makes the call's row where this is the first we hear of it.
TAKE = text("""
WITH fresh AS (
    INSERT INTO applied_event (tenant, event_id, call_id, type, occurred_at)
    VALUES (:tenant, :event_id, :call_id, :type, :occurred_at)
    ON CONFLICT DO NOTHING RETURNING 1
), seen AS (
    INSERT INTO call (tenant, call_id, state, started_at)
    SELECT :tenant, :call_id, 'live', :occurred_at FROM fresh WHERE :about_a_call
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM fresh
""")
# The same for a batch: an event that is in it twice is fresh once.
TAKE_ALL = text("""
WITH given AS (
    SELECT * FROM unnest(
        CAST(:tenants AS text[]), CAST(:event_ids AS text[]), CAST(:call_ids AS text[]), CAST(:types AS text[]),
        CAST(:instants AS timestamptz[]), CAST(:about_calls AS boolean[])
    ) WITH ORDINALITY AS one(tenant, event_id, call_id, type, occurred_at, about_a_call, n)
), fresh AS (
    INSERT INTO applied_event (tenant, event_id, call_id, type, occurred_at)
    SELECT tenant, event_id, call_id, type, occurred_at FROM given ORDER BY n
    ON CONFLICT DO NOTHING RETURNING tenant, event_id
), seen AS (
    INSERT INTO call (tenant, call_id, state, started_at)
    SELECT DISTINCT ON (tenant, call_id) tenant, call_id, 'live', occurred_at
    FROM given JOIN fresh USING (tenant, event_id) WHERE about_a_call ORDER BY tenant, call_id, n
    ON CONFLICT DO NOTHING
)
SELECT tenant, event_id FROM fresh
""")


def apply(connection: Connection, event: Event) -> None:
    """Fold one event, in the caller's transaction; an event applied before changes nothing."""
    taken = connection.execute(
        TAKE,
        {
            "tenant": event.tenant,
            "event_id": event.id,
            "call_id": event.call_id,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "about_a_call": not isinstance(event.data, deadletters.DeadLettered),
        },
    )
    if taken.scalar_one():
        _fold(connection, _storable(event))


def apply_all(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events in their order, in the caller's transaction: one question tells which of them are new."""
    if not events:
        return
    taken = connection.execute(
        TAKE_ALL,
        {
            "tenants": [one.tenant for one in events],
            "event_ids": [one.id for one in events],
            "call_ids": [one.call_id for one in events],
            "types": [one.type for one in events],
            "instants": [one.occurred_at for one in events],
            "about_calls": [not isinstance(one.data, deadletters.DeadLettered) for one in events],
        },
    )
    fresh = {(row.tenant, row.event_id) for row in taken}
    for event in events:
        if (event.tenant, event.id) in fresh:
            fresh.remove((event.tenant, event.id))
            _fold(connection, _storable(event))


def _storable(event: Event) -> Event:
    # PostgreSQL holds no NUL character; a text with one must not stop the record of everything after it.
    written = event.data.model_dump_json()
    if "\\u0000" not in written:
        return event
    readable = type(event.data).model_validate_json(written.replace("\\u0000", "\\ufffd"))
    return event.model_copy(update={"data": readable})


def _fold(connection: Connection, event: Event) -> None:
    _of_call(connection, event)
    told = upcast(event.data)
    if isinstance(told, OfDisclosure | verdicts.DisclosureMissed):
        read_disclosures.disclosure(connection, event, told)
    elif isinstance(told, OfConsent):
        read_disclosures.consent(connection, event, told)
    _of_desk(connection, event)


def _of_call(connection: Connection, event: Event) -> None:
    match event.data:
        case calls.CallAdmitted() | calls.CallEnded():
            read_calls.call(connection, event, event.data)
        case redacted.UtteranceRedacted() | redacted.InterimRedacted() | redacted.AssistantRedacted():
            read_calls.utterance(connection, event, event.data)
            if not isinstance(event.data, redacted.InterimRedacted):
                read_processors.named(connection, event, event.data)
        case redacted.RedactionAmended():
            read_calls.amended(connection, event, event.data)
            amended_packets.amend(connection, event, event.data)
            briefings.amended(connection, event)
        case redacted.RedactionFailed() | calls.DtmfRedacted():
            read_calls.unsaid(connection, event, event.data)
            if isinstance(event.data, redacted.RedactionFailed):
                redaction_failures.note(connection, event, event.data)
        case outside.ProviderCalled():
            read_processors.called(connection, event, event.data)
        case outside.SignPlayed():
            read_calls.sign(connection, event, event.data)
        case outside.ProviderDenied():
            read_calls.denied(connection, event, event.data)
        case turns.ProviderFailed():
            redaction_failures.note(connection, event, event.data)
        case redacted.EntitySealed():
            read_calls.sealed(connection, event, event.data)
        case turns.TurnEnded() | turns.LatencyMeasured() | turns.TurnMarked() | turns.BargeInDetected():
            read_calls.turn(connection, event, event.data)
        case (
            verdicts.VerdictReached() | verdicts.ShadowVerdictReached() | verdicts.EmergencyDetected()
            | verdicts.HandoffRequested() | verdicts.DisclosureGiven() | verdicts.DisclosureMissed()
        ):
            read_calls.verdict(connection, event, event.data)
        case OfDisclosure() | OfConsent():
            read_calls.told(connection, event, event.data)
        case reviews.CallReviewed():
            read_reviews.reviewed(connection, event, event.data)
        case _:
            pass  # no row of a call: what remains concerns handoffs, timers and dead letters, or nobody asks for it


def _of_desk(connection: Connection, event: Event) -> None:
    match event.data:
        case (
            verdicts.HandoffRequested() | handoffs.HandoffPackaged() | handoffs.HandoffOffered()
            | handoffs.HandoffClaimed() | handoffs.HandoffAccepted() | handoffs.HandoffDeclined()
            | handoffs.HandoffCompleted() | handoffs.HandoffExpired() | handoffs.HandoffWithdrawn()
            | desk.HandoffReleased() | desk.HandoffReassigned()
        ):
            read_handoffs.handoff(connection, event, event.data)
        case desk.HandoffOverflowed():
            read_handoffs.overflowed(connection, event, event.data)
        case desk.HandoffSummarised():
            read_handoffs.written(connection, event, event.data)
        case desk.HandoffNoteRedacted():
            read_handoffs.noted(connection, event, event.data)
        case legs.BriefingPlayed():
            briefings.played(connection, event, event.data)
        case redacted.UtteranceRedacted() | redacted.AssistantRedacted(stage="heard") | redacted.RedactionAmended():
            read_handoffs.ring_for_call(connection, event)
        case calls.DeadlineSet() | calls.DeadlinePassed():
            read_timers.deadline(connection, event, event.data)
            if isinstance(event.data, calls.DeadlineSet):
                read_emergencies.emergency(connection, event, event.data)
        case (
            emergencies.EmergencyAlerted() | emergencies.EmergencyAnswered() | emergencies.DispatchRequested()
            | emergencies.DispatchAcknowledged() | emergencies.LadderExhausted() | emergencies.EmergencyStoodDown()
            | emergencies.DispatchDelivered()
        ):
            read_emergencies.emergency(connection, event, event.data)
        case deadletters.DeadLettered():
            read_timers.dead_letter(connection, event, event.data)
        case _:
            pass
