"""Writes the read model's rows of handoffs, whatever order their topics arrive in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from governance.upheld import sentence
from infra import amended_packets, outbox
from infra.desk_tables import HANDOFF_NOTE
from infra.read_tables import HANDOFF
from schemas.base import Event
from schemas.desk import (
    HandoffNoteRedacted,
    HandoffOverflowed,
    HandoffReassigned,
    HandoffReleased,
    HandoffSummarised,
)
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffOffered,
    HandoffPackaged,
    HandoffPacket,
    HandoffWithdrawn,
)
from schemas.verdicts import HandoffRequested

CHANNEL = "callwarden_handoff"  # PostgreSQL NOTIFY; its payload is the tenant, or tenant and call
RING_FOR_CALL = text("""
SELECT pg_notify(:channel, :tenant || ' ' || :call_id) WHERE EXISTS (
    SELECT FROM handoff WHERE tenant = :tenant AND call_id = :call_id AND state IN ('offered', 'claimed', 'accepted')
)
""")

Change = (
    HandoffOffered | HandoffClaimed | HandoffAccepted | HandoffDeclined | HandoffCompleted | HandoffExpired
    | HandoffWithdrawn | HandoffReleased | HandoffReassigned
)

# Among changes of one instant the higher rank is the later: an offer answers the decline that caused it.
RANKS = {
    "requested": 0, "declined": 1, "released": 1, "expired": 2, "offered": 3, "claimed": 4, "accepted": 5,
    "withdrawn": 6, "completed": 7,
}
# What a state may follow. The desk decides first: nothing that was on its way undoes an acceptance.
MAY_FOLLOW = {
    "offered": ("requested", "offered", "claimed", "declined", "released", "expired"),
    "claimed": ("requested", "offered", "claimed", "accepted", "declined", "released", "expired"),
    "accepted": ("requested", "offered", "claimed"),
    "released": ("requested", "offered", "claimed", "accepted", "declined", "expired"),
    "declined": ("requested", "offered", "claimed", "accepted"),
    "completed": ("requested", "offered", "claimed", "accepted"),
    "expired": ("requested", "offered", "claimed", "declined", "released"),
    "withdrawn": ("requested", "offered", "claimed", "declined", "released", "expired"),
}
# The first of each is kept: what a queue promises counts from the request to the first claim.
STAMPS: dict[str, Column[datetime]] = {
    "claimed": HANDOFF.c.claimed_at, "accepted": HANDOFF.c.accepted_at, "completed": HANDOFF.c.over_at,
    "withdrawn": HANDOFF.c.over_at,
}


def handoff(connection: Connection, event: Event, data: HandoffRequested | HandoffPackaged | Change) -> None:
    """Fold one step of a handoff; a step that the desk itself decided is there already."""
    if isinstance(data, HandoffRequested):
        facts = {
            "rule": data.rule, "reason": data.reason, "queue": data.queue, "priority": data.priority,
            "requested_at": event.occurred_at, "traceparent": event.traceparent,
        }
        _describe(connection, event, data.handoff, facts)
    elif isinstance(data, HandoffPackaged):
        packet = amended_packets.current(connection, event, data.packet)
        _describe(connection, event, data.handoff, {"packet": packet.model_dump(mode="json")})
    elif not outbox.holds(connection, event.tenant, event.id):
        _describe(connection, event, data.handoff, {})
        state, facts = _change(event, data)
        advance(connection, event.tenant, data.handoff, state=state, at=event.occurred_at, facts=facts)
    ring(connection, event.tenant)


def advance(
    connection: Connection, tenant: str, handoff_id: str, *, state: str, at: datetime, facts: Mapping[str, object]
) -> None:
    """Move a handoff to a state unless it has gone further."""
    statement = HANDOFF.update().where(
        HANDOFF.c.tenant == tenant,
        HANDOFF.c.handoff == handoff_id,
        HANDOFF.c.state.in_(MAY_FOLLOW[state]),
        tuple_(HANDOFF.c.state_at, HANDOFF.c.rank) <= (at, RANKS[state]),
    )
    values = {"state": state, "state_at": at, "rank": RANKS[state], "version": HANDOFF.c.version + 1}
    values |= {**stamped(state, at), **facts}
    connection.execute(statement.values(**values))


def stamped(state: str, at: datetime) -> dict[str, object]:
    """Give the instant that a state is the first of, for the row."""
    column = STAMPS.get(state)
    return {} if column is None else {column.name: func.coalesce(column, at)}


def overflowed(connection: Connection, event: Event, data: HandoffOverflowed) -> None:
    """Keep which queue did not take the handoff; where it waits now its next offer says."""
    _describe(connection, event, data.handoff, {"overflowed_from": data.queue})


def written(connection: Connection, event: Event, data: HandoffSummarised) -> None:
    """Put what a model wrote of the call, and what held, into the packet."""
    amended_packets.hold(connection, event)
    mine = (HANDOFF.c.tenant == event.tenant, HANDOFF.c.handoff == data.handoff, HANDOFF.c.packet.is_not(None))
    row = connection.execute(select(HANDOFF.c.packet).where(*mine)).one_or_none()
    if row is None:
        return  # swept, or of a packet that nobody has
    packet = HandoffPacket.model_validate(row.packet)
    # Held once more against what may be read now: a line may have been amended while the model wrote.
    cited = (f"{one.text} {list(one.turns)}" for one in data.sentences)
    held = tuple(one for text in cited if (one := sentence(text, packet.transcript)) is not None)
    now = packet.model_copy(update={"written": held, "written_by": data.provider})
    values = {"packet": now.model_dump(mode="json"), "version": HANDOFF.c.version + 1}
    connection.execute(HANDOFF.update().where(*mine).values(values))
    ring(connection, event.tenant)


def noted(connection: Connection, event: Event, data: HandoffNoteRedacted) -> None:
    """Keep an agent's note as it may be read."""
    values = {
        "tenant": event.tenant, "event_id": event.id, "call_id": event.call_id, "handoff": data.handoff,
        "agent": data.agent, "text": data.text, "spans": [one.model_dump(mode="json") for one in data.spans],
        "occurred_at": event.occurred_at,
    }
    connection.execute(insert(HANDOFF_NOTE).values(values).on_conflict_do_nothing())
    ring_for_call(connection, event)


def ring_for_call(connection: Connection, event: Event) -> None:
    """Tell, at commit, those who follow a handoff of this call; of a call without one nobody is told."""
    connection.execute(RING_FOR_CALL, {"tenant": event.tenant, "call_id": event.call_id, "channel": CHANNEL})


def ring(connection: Connection, tenant: str) -> None:
    """Tell listening doors, at commit, that a handoff of this tenant changed."""
    connection.execute(select(func.pg_notify(CHANNEL, tenant)))


def _describe(connection: Connection, event: Event, handoff_id: str, facts: Mapping[str, object]) -> None:
    first = {
        "tenant": event.tenant, "handoff": handoff_id, "call_id": event.call_id, "state": "requested",
        "state_at": event.occurred_at, "rank": RANKS["requested"], "version": 1, "cause": event.id,
    }
    statement = insert(HANDOFF).values(**first, **facts)
    if not facts:
        connection.execute(statement.on_conflict_do_nothing())
        return
    changed = {**facts, "version": HANDOFF.c.version + 1}
    connection.execute(statement.on_conflict_do_update(index_elements=["tenant", "handoff"], set_=changed))


def _change(event: Event, data: Change) -> tuple[str, dict[str, object]]:
    match data:
        case HandoffOffered():
            offer = {
                "queue": data.queue, "priority": data.priority, "expires_at": data.expires_at,
                "offered_at": event.occurred_at, "claimed_by": None, "cause": event.id, "language": data.language,
                "skills": list(data.skills), "answer_within_ms": data.answer_within_ms,
                "offers": HANDOFF.c.offers + 1,
            }
            return "offered", offer
        case HandoffClaimed():
            return "claimed", {"claimed_by": data.agent}
        case HandoffAccepted():
            return "accepted", {"claimed_by": data.agent}
        case HandoffDeclined():
            return "declined", {"claimed_by": None}
        case HandoffCompleted():
            return "completed", {"claimed_by": data.agent, "disposition": data.disposition}
        case HandoffExpired():
            return "expired", {"claimed_by": None}
        case HandoffReleased():
            return "released", {"claimed_by": None}
        case HandoffReassigned(to_agent=str(agent)):
            return "claimed", {"claimed_by": agent}
        case HandoffReassigned():
            return "released", {"claimed_by": None}
        case HandoffWithdrawn():
            return "withdrawn", {"over_reason": data.reason, "over_by": data.agent}
