"""Reads what a batch of new entries is placed after: the log's head, held; known events; ends of streams."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from governance.audit.merkle import Frontier
from governance.audit.sequence import Placed
from infra.audit_insert import joined
from infra.audit_tables import HEAD
from infra.pipelined import Driver

SPLIT = "ANY(string_to_array(%s::text, E'\\x1f'))"
DECLARE = "SELECT set_config('callwarden.tenant', %s, true)"
HELD = "SELECT frontier, last_recorded_at FROM audit_head WHERE tenant = %s FOR UPDATE"
KNOWN = f"SELECT event_id, idx, leaf_hash, entry FROM audit_leaf WHERE tenant = %s AND event_id = {SPLIT}"  # noqa: S608 - our own names
ENDS = f"SELECT stream, last_seq, last_hash FROM audit_stream WHERE tenant = %s AND stream = {SPLIT}"  # noqa: S608 - as above


class State(NamedTuple):
    """Where the log of one tenant stands, as far as a batch needs it."""

    frontier: Frontier
    last_recorded_at: datetime | None
    known: dict[str, Placed]
    streams: dict[str, tuple[int, bytes]]


def read(driver: Driver, tenant: str, *, event_ids: Sequence[str], streams: Iterable[str]) -> State | None:
    """Hold the head and read the rest, all on one way to the server and back; None where there is no log yet.

    Four statements, not one: each sees what was committed when it begins, and those behind the head's begin when
    the head is held.
    """
    driver.execute(DECLARE, (tenant,))
    head = driver.execute(HELD, (tenant,), binary=True)
    met = driver.execute(KNOWN, (tenant, joined(event_ids)), binary=True)
    ends = driver.execute(ENDS, (tenant, joined(sorted(streams))), binary=True)
    row = head.fetchone()
    if row is None:
        return None
    known = {event_id: Placed(index, hashed, entry) for event_id, index, hashed, entry in met}
    return State(Frontier.from_bytes(row[0]), row[1], known, {name: (seq, hashed) for name, seq, hashed in ends})


def known(driver: Driver, tenant: str, event_ids: Sequence[str]) -> dict[str, Placed]:
    """Find the places of events that the log has."""
    if not event_ids:
        return {}
    rows = driver.execute(KNOWN, (tenant, joined(event_ids)), binary=True)
    return {event_id: Placed(index, hashed, entry) for event_id, index, hashed, entry in rows}


def lock_head(connection: Connection, tenant: str) -> tuple[Frontier, datetime | None]:
    """Hold the log's head until the transaction ends, and begin the log where there is none: one writer at a time."""
    query = select(HEAD.c.frontier, HEAD.c.last_recorded_at).where(HEAD.c.tenant == tenant)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        first = insert(HEAD).values(tenant=tenant, size=0, frontier=b"", last_recorded_at=None)
        connection.execute(first.on_conflict_do_nothing())
        row = connection.execute(query.with_for_update()).one()
    return Frontier.from_bytes(row.frontier), row.last_recorded_at
