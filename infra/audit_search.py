"""Finds audit entries by their query columns and by the words of the redacted text, in the order of the log."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Connection, Text, any_, cast, or_, select, text

from governance.errors import InputError
from infra.audit_tables import INDEX
from infra.read_tables import CALL
from infra.tenancy import declare
from schemas.audit import AuditEntry, AuditFilter, AuditPage

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
# Columns of few values: those that hold the words are found first, by jumping from value to value in the index.
JUMPED = """
WITH RECURSIVE found(value) AS (
    (SELECT {column} FROM audit_index WHERE tenant = :tenant AND {column} IS NOT NULL ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (
        SELECT {column} FROM audit_index WHERE tenant = :tenant AND {column} > found.value ORDER BY {column} LIMIT 1
    )
    FROM found WHERE found.value IS NOT NULL
)
"""
FEW = ("type", "rule", "policy")
HOLDS = "SELECT value FROM found WHERE strpos(lower(value), lower(:words)) > 0"
HOLDING = {column: text(JUMPED.format(column=column) + HOLDS) for column in FEW}
# An actor's label is that of her first entry.
LABELS = """
SELECT value, label FROM found CROSS JOIN LATERAL (
    SELECT actor_label FROM audit_index WHERE tenant = :tenant AND actor = value ORDER BY idx LIMIT 1
) AS one(label) WHERE label IS NOT NULL
"""
LABELLED = text(JUMPED.format(column="actor") + LABELS)
FIRST_SINCE = text("SELECT audit_first_since(:at)")
SAID = text("SELECT audit_said(:words, CAST(:wanted AS jsonb), :after, :before, :most)")
END = 1 << 62
MOST_VALUES = 20
MOST_CALLS = 10_000  # of one caller, the newest
PSEUDONYM = re.compile(r"actor-[0-9a-f]{16}|[0-9a-f]{32}")


def search(
    connection: Connection,
    tenant: str,
    wanted: AuditFilter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> AuditPage:
    """Answer one page; the time window is that of recording, which the log itself vouches for.

    A `subject` is found by entries that name her and by those of her calls. `q` are words of the redacted text
    (`websearch_to_tsquery`: "a phrase", or, -not), part of a type, rule, policy or actor, or a whole call id.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    after = -1 if cursor is None else _read_cursor(cursor)
    declare(connection, tenant)
    if wanted.from_at is not None:
        after = max(after, first_since(connection, wanted.from_at) - 1)
    before = END if wanted.to_at is None else first_since(connection, wanted.to_at)
    actors = None if wanted.actor is None else _actors(connection, tenant, wanted.actor)
    calls = [] if wanted.subject is None else _calls_of(connection, tenant, wanted.subject)
    conditions = [INDEX.c.tenant == tenant, INDEX.c.idx > after, INDEX.c.idx < before]
    conditions += _conditions(wanted, actors, calls)
    if wanted.q is not None:
        asked = wanted.model_dump(exclude_none=True, include={"call", "subject", "type", "rule", "policy"})
        asked |= {} if actors is None else {"actors": actors}
        asked |= {"calls": calls} if calls else {}
        said = {"words": wanted.q, "wanted": json.dumps(asked), "after": after, "before": before, "most": limit + 1}
        found = set(connection.execute(SAID, said).scalars())
        found |= _holding(connection, tenant, wanted.q, conditions, most=limit + 1)
        conditions.append(INDEX.c.idx.in_(sorted(found)[: limit + 1]))
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
    connection: Connection, tenant: str, words: str, conditions: list[ColumnElement[bool]], *, most: int
) -> set[int]:
    """List the first indices whose columns hold the words, `most` for each place: each is asked by itself."""
    places: list[ColumnElement[bool]] = [INDEX.c.call == words]
    for column in FEW:
        values = connection.execute(HOLDING[column], {"tenant": tenant, "words": words}).scalars().all()
        places += _each_of(INDEX.c[column], values)
    labelled = connection.execute(LABELLED, {"tenant": tenant})
    places += _each_of(INDEX.c.actor, [row.value for row in labelled if words.lower() in row.label.lower()])
    found: set[int] = set()
    for place in places:
        query = select(INDEX.c.idx).where(*conditions, place).order_by(INDEX.c.idx).limit(most)
        found.update(connection.execute(query).scalars())
    return found


def _each_of(column: ColumnElement[str], values: Sequence[str]) -> list[ColumnElement[bool]]:
    """Ask for one value at a time, each in the order of the log by its index, unless there are many."""
    return [column == value for value in values] if len(values) <= MOST_VALUES else [column.in_(values)]


def _actors(connection: Connection, tenant: str, actor: str) -> list[str]:
    if PSEUDONYM.fullmatch(actor):
        return [actor]
    return [row.value for row in connection.execute(LABELLED, {"tenant": tenant}) if row.label == actor]


def first_since(connection: Connection, at: datetime) -> int:
    """Tell the index of the declared tenant's first entry that was recorded at an instant or later."""
    first: int = connection.execute(FIRST_SINCE, {"at": at}).scalar_one()
    return first


def _calls_of(connection: Connection, tenant: str, subject: str) -> list[str]:
    """List the calls of a caller: what happened in them is about her, and only entries of erasures name her."""
    query = select(CALL.c.call_id).where(CALL.c.tenant == tenant, CALL.c.caller_pseudonym == subject)
    return list(connection.execute(query.order_by(CALL.c.started_at.desc()).limit(MOST_CALLS)).scalars())


def _conditions(
    wanted: AuditFilter, actors: Sequence[str] | None, calls: Sequence[str]
) -> list[ColumnElement[bool]]:
    exact = (
        (INDEX.c.call, wanted.call),
        (INDEX.c.type, wanted.type),
        (INDEX.c.rule, wanted.rule),
        (INDEX.c.policy, wanted.policy),
    )
    conditions = [column == value for column, value in exact if value is not None]
    if wanted.subject is not None:
        of_calls = INDEX.c.call == any_(cast(calls, ARRAY(Text)))
        named = INDEX.c.subject == wanted.subject
        conditions.append(or_(named, of_calls) if calls else named)
    if actors is not None:
        conditions.append(INDEX.c.actor == actors[0] if len(actors) == 1 else INDEX.c.actor.in_(actors))
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
