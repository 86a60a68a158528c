"""Writes the read model's rows of timers and dead letters."""

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from infra.read_tables import DEAD_LETTER, DEADLINE
from schemas.base import Event
from schemas.calls import DeadlinePassed, DeadlineSet
from schemas.deadletters import DeadLettered


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
