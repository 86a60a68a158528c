"""Writes entries of stream heads, and finds again what the streams' ends were when one was written."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from governance.audit.heads import STREAM_HEADS, Head, commitment, in_order
from governance.audit.leaf import parse_leaf
from infra.audit_state import lock_head
from infra.audit_store import append
from infra.audit_tables import INDEX, LEAF, STREAM
from infra.house_entries import plain
from infra.keys import Keyring
from infra.tenancy import declare
from schemas.base import derived_id


def record(connection: Connection, keyring: Keyring, *, tenant: str, at: datetime) -> int | None:
    """Append an entry that commits to the end of every stream; None where nothing came since the last one.

    Holds the log's head while all streams are read and hashed: some seconds for a million of them.
    """
    declare(connection, tenant)
    size = lock_head(connection, tenant)[0].size
    if size == 0 or newest(connection, tenant, below=size) == size - 1:
        return None
    heads = _now(connection, tenant)
    draft = plain(
        keyring, STREAM_HEADS, tenant=tenant, stream=STREAM_HEADS,
        event_id=derived_id(f"{tenant}/{size}", STREAM_HEADS, 0), at=at, payload=commitment(heads),
    )
    return append(connection, tenant, [draft], at)[0].index


def newest(connection: Connection, tenant: str, *, below: int) -> int | None:
    """Tell the index of the newest entry of stream heads among the first `below` entries."""
    query = select(func.max(INDEX.c.idx)).where(
        INDEX.c.tenant == tenant, INDEX.c.type == STREAM_HEADS, INDEX.c.idx < below
    )
    index: int | None = connection.execute(query).scalar()
    return index


def before(connection: Connection, tenant: str, index: int) -> list[Head]:
    """Give the ends of all streams as they were in front of an entry: those of now, led back by what came after."""
    heads = {each.stream: each for each in _now(connection, tenant)}
    seen: set[str] = set()
    query = select(LEAF.c.entry).where(LEAF.c.tenant == tenant, LEAF.c.idx >= index).order_by(LEAF.c.idx)
    for entry in connection.execution_options(yield_per=1024).execute(query).scalars():
        leaf = parse_leaf(bytes(entry))
        if leaf.stream in seen:
            continue
        seen.add(leaf.stream)
        if leaf.prev is None:
            heads.pop(leaf.stream)
        else:
            heads[leaf.stream] = Head(leaf.stream, leaf.seq - 1, bytes.fromhex(leaf.prev))
    return in_order(heads.values())


def _now(connection: Connection, tenant: str) -> list[Head]:
    query = select(STREAM.c.stream, STREAM.c.last_seq, STREAM.c.last_hash).where(STREAM.c.tenant == tenant)
    return in_order(Head(row.stream, row.last_seq, bytes(row.last_hash)) for row in connection.execute(query))
