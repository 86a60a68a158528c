"""Appends to the audit log on PostgreSQL: one writer at a time for each tenant, each event once."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert

from governance.audit.log_of_logs import LOGS
from governance.audit.merkle import Frontier
from governance.audit.sequence import Sequencer, conflict_ids
from infra import audit_insert, audit_state
from infra.audit_state import lock_head
from infra.audit_tables import HEAD, LEAF, NODE, POSITION, STREAM
from infra.pipelined import Driver, pipelined
from schemas.audit import Appended, Draft

log = structlog.get_logger()
MAX_BATCH = 4096
PART = 64  # of a batch is placed before it is sent
BEHIND_MS = 1000  # of the log; less is two processes that looked at one clock before either wrote


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
MOVE_HEAD = "UPDATE audit_head SET size = %s, frontier = %s, last_recorded_at = %s WHERE tenant = %s"


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
    streams = {draft.stream for draft in drafts}
    with pipelined(connection) as driver:
        state = audit_state.read(driver, tenant, event_ids=[draft.event_id for draft in drafts], streams=streams)
    if state is None:
        lock_head(connection, tenant)  # begins the log
        return append(connection, tenant, drafts, recorded_at)
    with pipelined(connection) as driver:
        if state.known:
            state.known.update(audit_state.known(driver, tenant, conflict_ids(drafts, state.known)))
        last = state.last_recorded_at
        if last is not None and (behind_ms := (last - recorded_at).total_seconds() * 1000) > BEHIND_MS:
            log.warning("the clock is behind the log, whose time stands still", behind_ms=round(behind_ms))
        sequencer = Sequencer(
            tenant=tenant, frontier=state.frontier, recorded_at=recorded_at if last is None else max(recorded_at, last),
            streams=state.streams, known=state.known,
        )  # fmt: skip
        return _write(driver, sequencer, drafts)


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


def _write(driver: Driver, batch: Sequencer, drafts: Sequence[Draft]) -> list[Appended]:
    """Place and send part after part: the database writes one while we hash the next."""
    appended: list[Appended] = []
    written = 0
    for start in range(0, len(drafts), PART):
        appended += [batch.take(draft) for draft in drafts[start : start + PART]]
        if len(batch.rows) > written:
            audit_insert.entries(driver, batch.tenant, batch.rows[written:], batch.recorded_at)
            written = len(batch.rows)
    if written:
        _send(driver, NODES, batch.tenant, batch.nodes)
        # In one order for every writer.
        _send(driver, STREAMS, batch.tenant, [(name, *batch.streams[name]) for name in sorted(batch.touched)])
        head = (batch.frontier.size, batch.frontier.to_bytes(), batch.recorded_at, batch.tenant)
        driver.execute(MOVE_HEAD, head)
    return appended


def _send(driver: Driver, statement: str, tenant: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        driver.execute(statement, (tenant, *map(list, zip(*rows, strict=True))))


def move_head(connection: Connection, tenant: str, frontier: Frontier, at: datetime) -> None:
    """Write how far the log has come."""
    connection.exec_driver_sql(MOVE_HEAD, (frontier.size, frontier.to_bytes(), at, tenant))


def insert_rows(connection: Connection, statement: str, tenant: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows of one table as arrays of its columns; none, nothing."""
    if rows:
        connection.exec_driver_sql(statement, (tenant, *map(list, zip(*rows, strict=True))))
