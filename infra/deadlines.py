"""The timers that rooms asked for: which are due, and that they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from infra.read_tables import DEADLINE

MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose instant has come; `deadline` is derived, so it is one for all tenants."""

    deadline: str
    tenant: str
    call_id: str
    why: str
    about: str | None
    due_at: datetime


def due(connection: Connection, *, now: datetime, limit: int = MAX_BATCH) -> list[Due]:
    """Give the timers due by `now` that nobody has answered, earliest first."""
    query = select(DEADLINE).where(DEADLINE.c.sent_at.is_(None), DEADLINE.c.due_at <= now)
    rows = connection.execute(query.order_by(DEADLINE.c.due_at).limit(limit))
    return [Due(row.deadline, row.tenant, row.call_id, row.why, row.about, row.due_at) for row in rows]


def mark_sent(connection: Connection, deadlines: Sequence[str], *, at: datetime) -> None:
    """Remember that the front door has taken these; called after it said so."""
    if not deadlines:
        return
    mine = (DEADLINE.c.deadline.in_(deadlines), DEADLINE.c.sent_at.is_(None))
    connection.execute(DEADLINE.update().where(*mine).values(sent_at=at))
