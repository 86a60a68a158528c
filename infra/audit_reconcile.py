"""Compares what serves searches with the entries themselves: an edited row of the projection is named."""

from typing import Any

import orjson
from sqlalchemy import Connection, Row, and_, select

from governance.audit.leaf import instant
from governance.audit.merkle import leaf_hash
from infra.audit_tables import INDEX, LEAF
from infra.tenancy import declare

CHUNK = 4096
# Column of the projection and field of the leaf; call, rule and label are in no leaf and cannot be judged.
SAME = (("event_id", "event_id"), ("type", "type"), ("actor", "actor"), ("policy", "policy_version"))
TIMES = ("occurred_at", "recorded_at")


def first_difference(connection: Connection, tenant: str) -> str | None:
    """Name the first entry whose row for searches is missing or says something else; None where all agree."""
    declare(connection, tenant)
    joined = LEAF.outerjoin(INDEX, and_(INDEX.c.tenant == LEAF.c.tenant, INDEX.c.idx == LEAF.c.idx))
    names = (*(name for name, _ in SAME), *TIMES, "subject", "leaf_hash")
    columns = (LEAF.c.idx, LEAF.c.entry, *(INDEX.c[name] for name in names))
    query = select(*columns).select_from(joined).where(LEAF.c.tenant == tenant)
    after = -1
    while True:
        rows = connection.execute(query.where(LEAF.c.idx > after).order_by(LEAF.c.idx).limit(CHUNK)).all()
        for row in rows:
            wrong = _wrong(row)
            if wrong is not None:
                return f"entry {row.idx}: {wrong}"
        if len(rows) < CHUNK:
            return None
        after = rows[-1].idx


def _wrong(row: Row[Any]) -> str | None:
    leaf = orjson.loads(row.entry)
    if row.leaf_hash is None:
        return "has no row for searches"
    if bytes(row.leaf_hash) != leaf_hash(row.entry):
        return "its row for searches names another leaf"
    for column, field in SAME:
        if getattr(row, column) != leaf[field]:
            return f"its row for searches has another {column}"
    for column in TIMES:
        if instant(getattr(row, column)) != leaf[column]:
            return f"its row for searches has another {column}"
    if row.subject not in (None, leaf["subject"]):  # a forgotten subject is no lie
        return "its row for searches has another subject"
    return None
