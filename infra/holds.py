"""Legal holds: placed and released under the lock that erasures decide under; their reasons are sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text, tuple_

from governance.errors import InputError
from infra import cursors, retention_entries, retention_lock
from infra.house_entries import ACCESS
from infra.keys import Keyring
from infra.retention_tables import HOLD
from infra.sealed_originals import open_original, seal_original
from schemas.base import derived_id
from schemas.retention import Hold, HoldPage, Target

MAX_LIMIT = 200
COVERING = text(
    "SELECT w.call_id, h.hold FROM unnest(CAST(:calls AS text[])) AS w (call_id) "
    "LEFT JOIN call AS c ON c.tenant = :tenant AND c.call_id = w.call_id "
    "JOIN legal_hold AS h ON h.tenant = :tenant AND h.released_at IS NULL "
    "AND (h.call_id = w.call_id OR h.subject = c.caller_pseudonym) ORDER BY w.call_id, h.hold"
)
GONE = text(
    "SELECT DISTINCT r.call_id FROM sweep_receipt AS r LEFT JOIN erasure AS e "
    "ON e.tenant = r.tenant AND e.erasure = r.erasure "
    "WHERE r.tenant = :tenant AND (r.call_id = :call OR e.subject = :subject) ORDER BY r.call_id LIMIT 1000"
)


class HoldUnknown(InputError):
    """This tenant has no such hold."""


def place(
    connection: Connection, keyring: Keyring, target: Target, *, tenant: str, reason: str, by: str, at: datetime
) -> str:
    """Place a hold and record it, in the caller's transaction; what commits after it neither erases nor expires."""
    name = derived_id(f"{tenant}/{target.subject}/{target.call}/{by}/{at.isoformat()}", "hold", 0)
    sealed = seal_original(keyring, tenant=tenant, call_id=ACCESS, pseudonym=name, entity="REASON", value=reason)
    retention_lock.take(connection, tenant)
    connection.execute(HOLD.insert().values(
        tenant=tenant, hold=name, subject=target.subject, call_id=target.call, reason=sealed.sealed,
        key_id=sealed.key_id, placed_by=by, placed_at=at,
    ))
    facts = {"hold": name, "subject": target.subject, "call": target.call, "reason": reason}
    retention_entries.record(
        connection, keyring, retention_entries.PLACED, tenant=tenant, by=by, about=name, facts=facts, at=at,
        subject=target.subject, call=target.call,
    )
    return name


def release(connection: Connection, keyring: Keyring, *, tenant: str, hold: str, by: str, at: datetime) -> None:
    """End a hold and record it; one that is released stays so. Raises HoldUnknown."""
    retention_lock.take(connection, tenant)
    row = _row(connection, tenant, hold)
    if row.released_at is not None:
        return
    connection.execute(HOLD.update().where(*_mine(tenant, hold)).values(released_by=by, released_at=at))
    facts = {"hold": hold, "subject": row.subject, "call": row.call_id}
    retention_entries.record(
        connection, keyring, retention_entries.RELEASED, tenant=tenant, by=by, about=hold, facts=facts, at=at,
        subject=row.subject, call=row.call_id,
    )


def covering(connection: Connection, tenant: str, call_id: str) -> tuple[str, ...]:
    """Give the holds that cover a call, by itself or by its caller."""
    return covering_each(connection, tenant, [call_id]).get(call_id, ())


def covering_each(connection: Connection, tenant: str, calls: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give the holds that cover each of these calls; one that nothing covers is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(COVERING, {"tenant": tenant, "calls": list(calls)}):
        found[row.call_id] = (*found.get(row.call_id, ()), row.hold)
    return found


def find(connection: Connection, keyring: Keyring, tenant: str, hold: str) -> Hold:
    """Give a hold with the calls that were gone before it; raises HoldUnknown."""
    row = _row(connection, tenant, hold)
    gone = connection.execute(GONE, {"tenant": tenant, "call": row.call_id, "subject": row.subject}).scalars()
    return _hold(keyring, row).model_copy(update={"already_gone": tuple(gone)})


def listing(
    connection: Connection, keyring: Keyring, tenant: str, *, released: bool | None = None, cursor: str | None = None,
    limit: int = 50,
) -> HoldPage:
    """Give one page of holds, newest first."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    query = select(HOLD).where(HOLD.c.tenant == tenant)
    if released is not None:
        query = query.where(HOLD.c.released_at.is_not(None) if released else HOLD.c.released_at.is_(None))
    if cursor is not None:
        query = query.where(tuple_(HOLD.c.placed_at, HOLD.c.hold) < cursors.read_place(cursor))
    rows = connection.execute(query.order_by(HOLD.c.placed_at.desc(), HOLD.c.hold.desc()).limit(limit + 1)).all()
    more = cursors.write((rows[limit - 1].placed_at.isoformat(), rows[limit - 1].hold)) if len(rows) > limit else None
    return HoldPage(holds=tuple(_hold(keyring, row) for row in rows[:limit]), cursor=more)


def _hold(keyring: Keyring, row: Row[Any]) -> Hold:
    reason = open_original(keyring, call_id=ACCESS, pseudonym=row.hold, key_id=row.key_id, sealed=row.reason)
    return Hold(
        hold=row.hold, subject=row.subject, call=row.call_id, reason=reason, placed_by=row.placed_by,
        placed_at=row.placed_at, released_by=row.released_by, released_at=row.released_at,
    )


def _row(connection: Connection, tenant: str, hold: str) -> Row[Any]:
    row = connection.execute(select(HOLD).where(*_mine(tenant, hold))).one_or_none()
    if row is None:
        raise HoldUnknown("there is no such hold")
    return row


def _mine(tenant: str, hold: str) -> tuple[Any, Any]:
    return HOLD.c.tenant == tenant, HOLD.c.hold == hold
