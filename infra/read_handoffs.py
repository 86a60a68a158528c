"""Writes the read model's rows of handoffs, timers and dead letters, whatever order their topics arrive in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from infra import amended_packets, outbox
from infra.read_tables import DEAD_LETTER, DEADLINE, HANDOFF
from schemas.base import Event
from schemas.calls import DeadlinePassed, DeadlineSet
from schemas.deadletters import DeadLettered
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffOffered,
    HandoffPackaged,
    HandoffWithdrawn,
)
from schemas.verdicts import HandoffRequested

CHANNEL = "callwarden_handoff"  # PostgreSQL NOTIFY; its payload is the tenant

Change = (
    HandoffOffered | HandoffClaimed | HandoffAccepted | HandoffDeclined | HandoffCompleted | HandoffExpired
    | HandoffWithdrawn
)

# Among changes of one instant the higher rank is the later: an offer answers the decline that caused it.
RANKS = {
    "requested": 0, "declined": 1, "expired": 2, "offered": 3, "claimed": 4, "accepted": 5, "withdrawn": 6,
    "completed": 7,
}
# What a state may follow. The desk decides first: nothing that was on its way undoes an acceptance.
MAY_FOLLOW = {
    "offered": ("requested", "offered", "claimed", "declined", "expired"),
    "claimed": ("requested", "offered", "declined"),
    "accepted": ("requested", "offered", "claimed"),
    "declined": ("requested", "offered", "claimed", "accepted"),
    "completed": ("requested", "offered", "claimed", "accepted"),
    "expired": ("requested", "offered", "claimed", "declined"),
    "withdrawn": ("requested", "offered", "claimed", "declined", "expired"),
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
    values = {"state": state, "state_at": at, "rank": RANKS[state], "version": HANDOFF.c.version + 1, **facts}
    connection.execute(statement.values(**values))


def ring(connection: Connection, tenant: str) -> None:
    """Tell listening doors, at commit, that a handoff of this tenant changed."""
    connection.execute(select(func.pg_notify(CHANNEL, tenant)))


def deadline(connection: Connection, event: Event, data: DeadlineSet | DeadlinePassed) -> None:
    """Keep a timer, or that it was answered."""
    if isinstance(data, DeadlinePassed):
        mine = (DEADLINE.c.tenant == event.tenant, DEADLINE.c.deadline == data.deadline, DEADLINE.c.sent_at.is_(None))
        connection.execute(DEADLINE.update().where(*mine).values(sent_at=event.occurred_at))
        return
    values = {
        "tenant": event.tenant, "deadline": data.deadline, "call_id": event.call_id, "due_at": data.due_at,
        "why": data.why, "about": data.about, "event_id": event.id, "traceparent": event.traceparent,
    }
    connection.execute(insert(DEADLINE).values(values).on_conflict_do_nothing())


def dead_letter(connection: Connection, event: Event, data: DeadLettered) -> None:
    """Keep that an input could not be read, and why."""
    values = {
        "tenant": event.tenant, "event_id": event.id, "call_id": event.call_id, "topic": data.topic,
        "reason": data.reason, "field": data.field, "sha256": data.sha256, "size": data.size,
        "occurred_at": event.occurred_at,
    }
    connection.execute(insert(DEAD_LETTER).values(values).on_conflict_do_nothing())


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
                "offered_at": event.occurred_at, "claimed_by": None, "cause": event.id,
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
        case HandoffWithdrawn():
            return "withdrawn", {}
