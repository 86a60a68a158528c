"""How calls stand before retention at one instant: when they were, what is held over them, what of them is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from governance.retention import Standing
from infra import holds
from infra.key_tables import SUBJECT_KEY
from infra.read_tables import CALL
from infra.retention_tables import RECEIPT
from schemas.retention import CLASSES


@dataclass(frozen=True, slots=True)
class Stands:
    """One call: its standing, the row of its key, and the classes of it that were swept before."""

    standing: Standing
    key: Row[Any] | None
    before: frozenset[str]


def look(
    connection: Connection, tenant: str, calls: Sequence[str], *, erasure: str | None, at: datetime
) -> dict[str, Stands]:
    """Give how each of these calls stands, with as many questions as for one."""
    known = {row.call_id: row for row in connection.execute(
        select(CALL).where(CALL.c.tenant == tenant, CALL.c.call_id.in_(calls))
    )}
    keys = {row.call: row for row in connection.execute(
        select(SUBJECT_KEY).where(SUBJECT_KEY.c.tenant == tenant, SUBJECT_KEY.c.call.in_(calls))
    )}
    swept: dict[str, set[str]] = {}
    receipts = select(RECEIPT.c.call_id, RECEIPT.c.data_class)
    for row in connection.execute(receipts.where(RECEIPT.c.tenant == tenant, RECEIPT.c.call_id.in_(calls))):
        swept.setdefault(row.call_id, set()).add(row.data_class)
    held = holds.covering_each(connection, tenant, calls)
    return {one: _stands(
        known.get(one), keys.get(one), frozenset(swept.get(one, ())), held.get(one, ()), erasure, at
    ) for one in calls}


def _stands(
    call: Row[Any] | None, key: Row[Any] | None, before: frozenset[str], held: tuple[str, ...], erasure: str | None,
    at: datetime,
) -> Stands:
    return Stands(
        Standing(
            started_at=call.started_at if call else key.created_at if key else at,
            ended_at=_ended_at(call, key, before, at), holds=held, erasure=erasure,
        ), key, before,
    )


def _ended_at(call: Row[Any] | None, key: Row[Any] | None, before: frozenset[str], at: datetime) -> datetime | None:
    if call is not None:
        ended: datetime | None = call.ended_at
        return ended if call.state == "ended" else None
    # Only its key is known: it has been swept, or its first event is on its way and may name a caller who is held.
    swept = before == set(CLASSES) or (key is not None and key.destroyed_at is not None)
    return at if swept else None
