"""Events that a door decided in a database transaction, until the front door has taken them (transactional outbox)."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select, text

from infra.database import transaction
from infra.read_tables import OUTBOX
from schemas import codec
from schemas.base import Event

MAX_BATCH = 500


def add(connection: Connection, event: Event) -> None:
    """Leave an event to be sent, in the transaction that makes it true."""
    headers = {name: value.decode() for name, value in codec.headers_of(event)}
    row = {
        "tenant": event.tenant,
        "event_id": event.id,
        "call_id": event.call_id,
        "headers": headers,
        "value": json.loads(codec.value_of(event)),
    }
    connection.execute(OUTBOX.insert().values(row))


def leave(pool: Engine, event: Event) -> None:
    """Leave an event to be sent that a broker did not take; nothing else depends on it."""
    with transaction(pool) as connection:
        add(connection, event)


def unsent(connection: Connection, *, limit: int = MAX_BATCH) -> list[tuple[str, Event]]:
    """Give what waits with its row's id, oldest first; two senders may both send one, and it is one event."""
    query = select(OUTBOX.c.event_id, OUTBOX.c.headers, OUTBOX.c.value).where(OUTBOX.c.sent_at.is_(None))
    rows = connection.execute(query.order_by(OUTBOX.c.number).limit(limit))
    return [(row.event_id, codec.read(row.headers, json.dumps(row.value).encode())) for row in rows]


def mark_sent(connection: Connection, rows: Sequence[str], *, at: datetime) -> None:
    """Remember that the front door has these; called after it said so."""
    if rows:
        statement = OUTBOX.update().where(OUTBOX.c.event_id.in_(rows), OUTBOX.c.sent_at.is_(None))
        connection.execute(statement.values(sent_at=at))


def holds(connection: Connection, tenant: str, event_id: str) -> bool:
    """Tell whether this event was decided here, so that its effect is in the database already."""
    query = text("SELECT EXISTS (SELECT FROM outbox WHERE tenant = :tenant AND event_id = :event_id)")
    return bool(connection.execute(query, {"tenant": tenant, "event_id": event_id}).scalar_one())
