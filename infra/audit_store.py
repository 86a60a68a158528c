"""Appends to the audit log on PostgreSQL: one writer at a time for each tenant, each event once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.dialects.postgresql import insert

from governance.audit.log_of_logs import LOGS
from governance.audit.merkle import Frontier
from governance.audit.sequence import Placed, Sequencer, conflict_ids
from infra import audit_insert
from infra.audit_tables import HEAD, LEAF, NODE, POSITION, STREAM
from infra.tenancy import declare
from schemas.audit import Appended, Draft

MAX_BATCH = 4096


def insert_of(table: Table, types: Sequence[str]) -> str:
    """Write the INSERT of many rows of one tenant; `types` are those of the columns after the tenant's."""
    names = ", ".join(f'"{each.name}"' for each in table.columns)
    arrays = ", ".join(f"%b::{each}[]" for each in types)
    return f"INSERT INTO {table.name} ({names}) SELECT %s, * FROM unnest({arrays})"  # noqa: S608 - names of our own tables


# One INSERT a table whose columns travel as binary arrays: as fast as COPY, which row security does not let write.
LEAVES = insert_of(LEAF, ("bigint", "text", "bytea", "bytea"))
NODES = insert_of(NODE, ("smallint", "bigint", "bytea"))
STREAMS = (
    insert_of(STREAM, ("text", "bigint", "bytea"))
    + " ON CONFLICT (tenant, stream) DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash"
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
    if tenant == LOGS:
        raise ValueError("the log of logs takes checkpoints only")
    declare(connection, tenant)
    frontier, last = lock_head(connection, tenant)
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
    """List the tenants that have a log; that of the logs is no tenant's."""
    query = select(HEAD.c.tenant).where(HEAD.c.tenant != LOGS)
    return list(connection.execute(query.order_by(HEAD.c.tenant)).scalars())


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


def lock_head(connection: Connection, tenant: str) -> tuple[Frontier, datetime | None]:
    """Hold the log's head until the transaction ends: one writer at a time."""
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
    audit_insert.entries(connection, batch.tenant, batch.rows, batch.recorded_at)
    insert_rows(connection, NODES, batch.tenant, batch.nodes)
    # In one order for every writer.
    insert_rows(connection, STREAMS, batch.tenant, [(name, *batch.streams[name]) for name in sorted(batch.touched)])
    move_head(connection, batch.tenant, batch.frontier, batch.recorded_at)


def move_head(connection: Connection, tenant: str, frontier: Frontier, at: datetime) -> None:
    """Write how far the log has come."""
    values = {"tenant": tenant, "size": frontier.size, "frontier": frontier.to_bytes(), "at": at}
    connection.execute(UPDATE_HEAD, values)


def insert_rows(connection: Connection, statement: str, tenant: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows of one table as arrays of its columns; none, nothing."""
    if rows:
        connection.exec_driver_sql(statement, (tenant, *map(list, zip(*rows, strict=True))))
