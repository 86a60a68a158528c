"""Finds audit entries by their query columns, in the order of the log."""

import base64
import binascii

from sqlalchemy import ColumnElement, Connection, or_, select

from governance.errors import InputError
from infra.audit_tables import INDEX
from schemas.audit import AuditEntry, AuditFilter, AuditPage

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100


def search(
    connection: Connection,
    tenant: str,
    wanted: AuditFilter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> AuditPage:
    """Answer one page; the time window is that of recording, which the log itself vouches for."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    conditions = [INDEX.c.tenant == tenant, *_conditions(wanted)]
    if cursor is not None:
        conditions.append(INDEX.c.idx > _read_cursor(cursor))
    query = select(INDEX).where(*conditions).order_by(INDEX.c.idx).limit(limit + 1)
    rows = connection.execute(query).all()
    entries = tuple(
        AuditEntry(
            index=row.idx,
            event_id=row.event_id,
            type=row.type,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            actor=row.actor,
            actor_label=row.actor_label,
            subject=row.subject,
            call=row.call,
            rule=row.rule,
            policy=row.policy,
            leaf_hash=row.leaf_hash.hex(),
        )
        for row in rows[:limit]
    )
    return AuditPage(entries=entries, cursor=_cursor(entries[-1].index) if len(rows) > limit else None)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    exact = (
        (INDEX.c.call, wanted.call),
        (INDEX.c.subject, wanted.subject),
        (INDEX.c.type, wanted.type),
        (INDEX.c.rule, wanted.rule),
        (INDEX.c.policy, wanted.policy),
    )
    conditions.extend(column == value for column, value in exact if value is not None)
    if wanted.actor is not None:
        conditions.append(or_(INDEX.c.actor == wanted.actor, INDEX.c.actor_label == wanted.actor))
    if wanted.from_at is not None:
        conditions.append(INDEX.c.recorded_at >= wanted.from_at)
    if wanted.to_at is not None:
        conditions.append(INDEX.c.recorded_at < wanted.to_at)
    if wanted.q is not None:
        searched = (INDEX.c.type, INDEX.c.rule, INDEX.c.policy, INDEX.c.call, INDEX.c.actor_label)
        conditions.append(or_(*(column.icontains(wanted.q, autoescape=True) for column in searched)))
    return conditions


def _cursor(index: int) -> str:
    return base64.urlsafe_b64encode(f"i{index}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith("i") or not text[1:].isdecimal() or len(text) > 20:
        raise InputError("the cursor is not one this log gave out")
    return int(text[1:])
