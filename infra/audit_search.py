"""Finds audit entries by their query columns and by the words of the redacted text, in the order of the log."""

import base64
import binascii
import re
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, text

from governance.errors import InputError
from infra.audit_tables import INDEX
from infra.tenancy import declare
from schemas.audit import AuditEntry, AuditFilter, AuditPage

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
# Columns of few values: those that hold the words are found first, by jumping from value to value in the index.
FEW = ("type", "rule", "policy", "actor_label")
VALUES = """
WITH RECURSIVE found(value) AS (
    (SELECT {column} FROM audit_index WHERE tenant = :tenant AND {column} IS NOT NULL ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (
        SELECT {column} FROM audit_index WHERE tenant = :tenant AND {column} > found.value ORDER BY {column} LIMIT 1
    )
    FROM found WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE strpos(lower(value), lower(:words)) > 0
"""
HOLDING = {column: text(VALUES.format(column=column)) for column in FEW}
SAID = text("SELECT audit_said(:words, CAST(:wanted AS jsonb), :after, :before, :most)")
# Entries are recorded in the order of the log, so an instant is a place in it.
FIRST_SINCE = text(
    "SELECT idx FROM audit_index WHERE tenant = :tenant AND recorded_at >= :at ORDER BY recorded_at, idx LIMIT 1"
)
END = 1 << 62
MOST_VALUES = 20
PSEUDONYM = re.compile(r"[0-9a-f]{32}")


def search(
    connection: Connection,
    tenant: str,
    wanted: AuditFilter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> AuditPage:
    """Answer one page; the time window is that of recording, which the log itself vouches for.

    `q` are words of the redacted text (`websearch_to_tsquery`: "a phrase", or, -not), part of a type, rule,
    policy or actor, or a whole call id.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    after = -1 if cursor is None else _read_cursor(cursor)
    declare(connection, tenant)
    if wanted.from_at is not None:
        after = max(after, _first_since(connection, tenant, wanted.from_at) - 1)
    before = END if wanted.to_at is None else _first_since(connection, tenant, wanted.to_at)
    conditions = [INDEX.c.tenant == tenant, INDEX.c.idx > after, INDEX.c.idx < before, *_conditions(wanted)]
    if wanted.q is not None:
        found = _holding(connection, tenant, wanted, conditions, after=after, before=before, most=limit + 1)
        conditions.append(INDEX.c.idx.in_(found))
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


def _holding(
    connection: Connection, tenant: str, wanted: AuditFilter, conditions: list[ColumnElement[bool]],
    *, after: int, before: int, most: int,
) -> list[int]:
    """List the first `most` indices at least that hold the words anywhere: each place has an index of its own."""
    words = wanted.q or ""
    places: list[ColumnElement[bool]] = [INDEX.c.call == words]
    for column in FEW:
        values = connection.execute(HOLDING[column], {"tenant": tenant, "words": words}).scalars().all()
        one_by_one = [INDEX.c[column] == value for value in values]  # each in the order of the log by its index
        places.extend(one_by_one if len(values) <= MOST_VALUES else [INDEX.c[column].in_(values)])
    found: set[int] = set()
    for place in places:
        query = select(INDEX.c.idx).where(*conditions, place).order_by(INDEX.c.idx).limit(most)
        found.update(connection.execute(query).scalars())
    asked = wanted.model_dump_json(exclude_none=True, exclude={"q", "from_at", "to_at"})
    said = {"words": words, "wanted": asked, "after": after, "before": before, "most": most}
    found.update(connection.execute(SAID, said).scalars())
    return sorted(found)[:most]


def _first_since(connection: Connection, tenant: str, at: datetime) -> int:
    first: int | None = connection.execute(FIRST_SINCE, {"tenant": tenant, "at": at}).scalar()
    return END if first is None else first


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
        column = INDEX.c.actor if PSEUDONYM.fullmatch(wanted.actor) else INDEX.c.actor_label
        conditions.append(column == wanted.actor)
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
