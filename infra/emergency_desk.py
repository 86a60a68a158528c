"""Open emergencies as people see them, and the one step they take: to acknowledge, exclusively, with its event."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from governance.errors import InputError
from infra import cursors, outbox
from infra.read_tables import EMERGENCY
from schemas.answers import EmergencyPage, EmergencyView
from schemas.base import Event, derived_id
from schemas.emergencies import EmergencyAcknowledged

MAX_LIMIT = 500
WAITING = ("open", "exhausted")
SOURCE = "/callwarden/desk"


class EmergencyUnknown(InputError):
    """This tenant has no emergency in such a call."""


class EmergencyTaken(InputError):
    """Somebody else acknowledged it, or the caller said that nobody is in danger."""


def listing(
    connection: Connection, tenant: str, *, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> EmergencyPage:
    """Give one page, longest waiting first; those nobody has acknowledged unless a state is named."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    table = EMERGENCY.c
    query = select(EMERGENCY).where(table.tenant == tenant, table.state.in_(WAITING if state is None else (state,)))
    if cursor is not None:
        at, call_id = cursors.read_place(cursor)
        query = query.where(
            (table.opened_at > at) | ((table.opened_at == at) & (table.call_id > call_id))
        )
    rows = connection.execute(query.order_by(table.opened_at, table.call_id).limit(limit + 1)).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return EmergencyPage(
        emergencies=tuple(_view(row) for row in rows[:limit]),
        cursor=cursors.write([more.opened_at.isoformat(), more.call_id]) if more is not None else None,
    )


def is_open(connection: Connection, tenant: str, call_id: str) -> bool:
    """Tell whether a call has an emergency that nobody has taken on."""
    table = EMERGENCY.c
    query = select(table.call_id).where(table.tenant == tenant, table.call_id == call_id, table.state.in_(WAITING))
    return connection.execute(query).first() is not None


def acknowledge(
    connection: Connection, tenant: str, call_id: str, *, by: str, role: str, at: datetime
) -> EmergencyView:
    """Take an emergency on, in the caller's transaction; of several who try, one gets it, and may say so again.

    Raises EmergencyUnknown or EmergencyTaken.
    """
    table = EMERGENCY.c
    mine = (table.tenant == tenant, table.call_id == call_id)
    statement = EMERGENCY.update().where(*mine, table.state.in_(WAITING)).values(
        state="acknowledged", acknowledged_by=by, acknowledged_at=at, due_at=None, waits_for=None,
        version=table.version + 1,
    )
    row = connection.execute(statement.returning(EMERGENCY)).one_or_none()
    if row is None:
        known = connection.execute(select(EMERGENCY).where(*mine)).one_or_none()
        if known is None:
            raise EmergencyUnknown("there is no emergency in such a call")
        if known.state == "acknowledged" and known.acknowledged_by == by:
            return _view(known)
        if known.state == "acknowledged":
            raise EmergencyTaken("somebody else has acknowledged this emergency")
        raise EmergencyTaken("the caller said that nobody is in danger: there is nothing to acknowledge")
    outbox.add(connection, Event(
        id=derived_id(f"{tenant}/{row.emergency}", "emergency desk", row.version), source=SOURCE, call_id=call_id,
        tenant=tenant, occurred_at=at, cause=row.cause, traceparent=row.traceparent,
        data=EmergencyAcknowledged(emergency=row.emergency, agent=by, role=role),
    ))
    return _view(row)


def _view(row: Row[Any]) -> EmergencyView:
    return EmergencyView(
        call_id=row.call_id, emergency=row.emergency, state=row.state, drill=row.drill, kinds=tuple(row.kinds),
        rule=row.rule, reason=row.reason, queue=row.queue, alerts=row.alerts, answer=row.answer, rung=row.rung,
        attempt=row.attempt, endpoint=row.endpoint, delivered_at=row.delivered_at, due_at=row.due_at,
        waits_for=row.waits_for, opened_at=row.opened_at, acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
    )
