"""Appends to the audit log on PostgreSQL: one writer at a time for each tenant, each event once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.dialects.postgresql import insert

from governance.audit.merkle import Frontier
from governance.audit.sequence import NewRow, Placed, Sequencer, conflict_ids
from infra.audit_tables import HEAD, INDEX, LEAF, NODE, PAYLOAD, POSITION, STREAM
from schemas.audit import Appended, Draft

MAX_BATCH = 4096


# Columns in the order of the tables, which is that of _leaf_columns and _index_columns.
COPY = {
    table.name: sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(each.name) for each in table.columns)
    )
    for table in (LEAF, INDEX, PAYLOAD, NODE)
}
UPSERT_STREAMS = text(
    "INSERT INTO audit_stream (tenant, stream, last_seq, last_hash) SELECT :tenant, * FROM "
    "unnest(CAST(:stream AS text[]), CAST(:last_seq AS bigint[]), CAST(:last_hash AS bytea[])) "
    "ON CONFLICT (tenant, stream) DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash"
)
UPDATE_HEAD = text(
    "UPDATE audit_head SET size = :size, frontier = :frontier, last_recorded_at = :at WHERE tenant = :tenant"
)


def append(connection: Connection, tenant: str, drafts: Sequence[Draft], recorded_at: datetime) -> list[Appended]:
    """Append drafts in order, in the caller's transaction; holds the tenant's head until that ends.

    A known event keeps its index. An event whose id was taken by other content becomes a
    `dedup.conflict` entry. Nothing is acknowledged before the caller's commit.
    """
    if len(drafts) > MAX_BATCH:
        raise ValueError(f"at most {MAX_BATCH} entries in one batch")
    if not drafts:
        return []
    frontier, last = _lock_head(connection, tenant)
    known = _known(connection, tenant, [draft.event_id for draft in drafts])
    if known:
        known |= _known(connection, tenant, conflict_ids(drafts, known))
    sequencer = Sequencer(
        tenant=tenant,
        frontier=frontier,
        recorded_at=recorded_at if last is None else max(recorded_at, last),
        streams=_streams(connection, tenant, {draft.stream for draft in drafts}),
        known=known,
    )
    appended = [sequencer.take(draft) for draft in drafts]
    if sequencer.rows:
        _write(connection, sequencer)
    return appended


def tenants(connection: Connection) -> list[str]:
    """List the tenants that have a log."""
    return list(connection.execute(select(HEAD.c.tenant).order_by(HEAD.c.tenant)).scalars())


def positions(connection: Connection, *, consumer: str, incarnation: str) -> dict[tuple[str, int], int]:
    """Tell where a consumer goes on, for each topic and partition."""
    query = select(POSITION.c.topic, POSITION.c.partition, POSITION.c.next_offset).where(
        POSITION.c.consumer == consumer, POSITION.c.incarnation == incarnation
    )
    return {(row.topic, row.partition): row.next_offset for row in connection.execute(query)}


def advance(
    connection: Connection, *, consumer: str, incarnation: str, topic: str, partition: int, next_offset: int
) -> None:
    """Move a consumer's position, in the transaction that records what it consumed."""
    statement = insert(POSITION).values(
        consumer=consumer,
        incarnation=incarnation,
        topic=topic,
        partition=partition,
        next_offset=next_offset,
    )
    keys = [POSITION.c.consumer, POSITION.c.incarnation, POSITION.c.topic, POSITION.c.partition]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"next_offset": next_offset}))


def _lock_head(connection: Connection, tenant: str) -> tuple[Frontier, datetime | None]:
    query = select(HEAD.c.frontier, HEAD.c.last_recorded_at).where(HEAD.c.tenant == tenant)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        first = insert(HEAD).values(tenant=tenant, size=0, frontier=b"", last_recorded_at=None)
        connection.execute(first.on_conflict_do_nothing())
        row = connection.execute(query.with_for_update()).one()
    return Frontier.from_bytes(row.frontier), row.last_recorded_at


def _known(connection: Connection, tenant: str, event_ids: Sequence[str]) -> dict[str, Placed]:
    if not event_ids:
        return {}
    query = text(
        "SELECT event_id, idx, leaf_hash, entry FROM audit_leaf "
        "WHERE tenant = :tenant AND event_id = ANY(CAST(:ids AS text[]))"
    )
    rows = connection.execute(query, {"tenant": tenant, "ids": list(event_ids)})
    return {row.event_id: Placed(row.idx, row.leaf_hash, row.entry) for row in rows}


def _streams(connection: Connection, tenant: str, names: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    query = select(STREAM.c.stream, STREAM.c.last_seq, STREAM.c.last_hash).where(
        STREAM.c.tenant == tenant, STREAM.c.stream.in_(sorted(names))
    )
    return {row.stream: (row.last_seq, row.last_hash) for row in connection.execute(query)}


def _write(connection: Connection, batch: Sequencer) -> None:
    tenant, rows = batch.tenant, batch.rows
    _copy(connection, LEAF, [(tenant, *_leaf_columns(row)) for row in rows])
    _copy(connection, INDEX, [(tenant, *_index_columns(row)) for row in rows])
    sealed = [(tenant, row.draft.event_id, row.draft.ct) for row in rows if row.draft.ct is not None]
    _copy(connection, PAYLOAD, sealed)
    _copy(connection, NODE, [(tenant, *node) for node in batch.nodes])
    names = sorted(batch.touched)
    connection.execute(
        UPSERT_STREAMS,
        {
            "tenant": tenant,
            "stream": names,
            "last_seq": [batch.streams[name][0] for name in names],
            "last_hash": [batch.streams[name][1] for name in names],
        },
    )
    connection.execute(
        UPDATE_HEAD,
        {
            "tenant": tenant,
            "size": batch.frontier.size,
            "frontier": batch.frontier.to_bytes(),
            "at": batch.recorded_at,
        },
    )


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows with COPY, twice as fast as INSERT and in the same transaction."""
    if not rows:
        return
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("the audit log is written through psycopg 3")
    with driver.cursor() as cursor, cursor.copy(COPY[table.name]) as copy:
        for row in rows:
            copy.write_row(row)


def _leaf_columns(row: NewRow) -> tuple[object, ...]:
    return row.placed.index, row.draft.event_id, row.placed.leaf_hash, row.placed.entry


def _index_columns(row: NewRow) -> tuple[object, ...]:
    draft = row.draft
    return (
        row.placed.index,
        draft.event_id,
        row.placed.leaf_hash,
        draft.type,
        draft.call,
        draft.actor,
        draft.actor_label,
        draft.subject,
        draft.rule,
        draft.policy_version,
        draft.occurred_at,
        row.recorded_at,
    )
