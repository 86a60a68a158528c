"""The sequencer on a real PostgreSQL: each event once, dense under concurrency, never rewritten."""

import threading
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from governance.audit.chain import Chain
from governance.audit.leaf import parse_leaf
from governance.audit.merkle import Frontier, leaf_hash
from infra.audit_store import MAX_BATCH, advance, append, positions
from infra.audit_tables import HEAD, INDEX, LEAF, NODE, PAYLOAD
from infra.database import transaction
from schemas.audit import Appended
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.contract


def add(pool: Engine, *numbers: int, says: str = "hello") -> list[Appended]:
    with transaction(pool) as connection:
        return append(connection, TENANT, [draft(each, says=says) for each in numbers], NOON)


def stored(pool: Engine) -> list[bytes]:
    """Read the log back, checking that it is dense and chained and that the head is its frontier."""
    with transaction(pool) as connection:
        rows = connection.execute(select(LEAF).where(LEAF.c.tenant == TENANT).order_by(LEAF.c.idx)).all()
        head = connection.execute(select(HEAD).where(HEAD.c.tenant == TENANT)).one()
    frontier, chain = Frontier(), Chain()
    for index, row in enumerate(rows):
        assert (row.idx, row.leaf_hash) == (index, leaf_hash(row.entry))
        frontier.push(row.leaf_hash)
        chain.extend(row.entry, row.leaf_hash)
    assert (head.size, head.frontier) == (len(rows), frontier.to_bytes())
    return [row.entry for row in rows]


def test_entries_get_dense_places_across_batches(pool: Engine) -> None:
    assert [each.index for each in add(pool, 0, 1, 2)] == [0, 1, 2]
    assert [each.index for each in add(pool, 3)] == [3]
    assert add(pool) == []
    assert [parse_leaf(entry).event_id for entry in stored(pool)] == [f"event-{n}" for n in range(4)]


def test_a_known_event_keeps_its_index(pool: Engine) -> None:
    first = add(pool, 0, 1, 2)
    again = add(pool, 2, 3, 3, 0)
    assert [(each.index, each.duplicate) for each in again] == [(2, True), (3, False), (3, True), (0, True)]
    assert again[0].leaf_hash == first[2].leaf_hash
    assert len(stored(pool)) == 4


def test_an_id_with_other_content_becomes_a_conflict_entry_once(pool: Engine) -> None:
    add(pool, 0, 1)
    first = add(pool, 1, says="something else")[0]
    again = add(pool, 1, says="something else")[0]
    assert (first.index, first.conflict, first.duplicate) == (2, True, False)
    assert (again.index, again.conflict, again.duplicate) == (2, True, True)
    entries = stored(pool)
    assert [parse_leaf(entry).type for entry in entries][1:] == ["turn.ended", "dedup.conflict"]
    assert parse_leaf(entries[1]).payload == draft(1).payload


def test_what_the_caller_rolls_back_was_never_there(pool: Engine) -> None:
    add(pool, 0)
    with pool.connect() as connection:
        append(connection, TENANT, [draft(1), draft(2)], NOON)
        connection.rollback()
    assert [each.index for each in add(pool, 2)] == [1]
    assert len(stored(pool)) == 2


def test_a_clock_that_runs_backwards_is_clamped_and_told(pool: Engine) -> None:
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(0)], NOON)
    with transaction(pool) as connection, structlog.testing.capture_logs() as told:
        append(connection, TENANT, [draft(1)], NOON - timedelta(hours=1))
    assert [line["behind_ms"] for line in told] == [3_600_000]
    assert {parse_leaf(entry).recorded_at for entry in stored(pool)} == {"2026-03-01T12:00:00.000000Z"}


def test_racing_writers_keep_the_log_dense_and_every_event_once(pool: Engine) -> None:
    places: list[dict[str, int]] = [{} for _ in range(4)]
    failures: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for start in range(0, 120, 10):
                numbers = [(start + offset + writer * 30) % 120 for offset in range(10)]
                for number, appended in zip(numbers, add(pool, *numbers), strict=True):
                    places[writer][f"event-{number}"] = appended.index
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    entries = stored(pool)
    assert len(entries) == 120
    expected = {parse_leaf(entry).event_id: index for index, entry in enumerate(entries)}
    assert all(place == expected for place in places)


def test_tenants_have_logs_of_their_own(pool: Engine) -> None:
    add(pool, 0, 1)
    with transaction(pool) as connection:
        other = append(connection, "other", [draft(0, tenant="other")], NOON)
    assert other[0].index == 0
    assert len(stored(pool)) == 2


def test_full_tiles_queries_and_payloads_are_written_beside_the_leaves(pool: Engine) -> None:
    add(pool, *range(300))
    add(pool, *range(300, 520))
    with transaction(pool) as connection:
        nodes = connection.execute(select(NODE.c.level, NODE.c.idx).order_by(NODE.c.idx)).all()
        row = connection.execute(select(INDEX).where(INDEX.c.idx == 9)).one()
        payload = connection.execute(select(PAYLOAD.c.ct).where(PAYLOAD.c.event_id == "event-9")).scalar_one()
    assert [tuple(node) for node in nodes] == [(1, 0), (1, 1)]
    assert (row.call, row.rule, row.policy, row.type) == ("call-4", "person.requested", "baseline-3", "turn.ended")
    assert (row.occurred_at, row.recorded_at) == (draft(9).occurred_at, NOON)
    assert payload == b"sealed 9"


@pytest.mark.parametrize("table", ["audit_leaf", "audit_node"])
@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET idx = idx + 1000",
        "DELETE FROM {} WHERE idx = 0",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "WITH gone AS (DELETE FROM {} RETURNING 1) SELECT count(*) FROM gone",
    ],
)
def test_leaves_and_nodes_are_never_changed(pool: Engine, table: str, role: str, statement: str) -> None:
    add(pool, *range(256))
    script = f"SET LOCAL session_replication_role = {role}; {statement.format(table)}"
    with pytest.raises(DBAPIError, match="append-only"), transaction(pool) as connection:
        connection.execute(text(script))
    assert len(stored(pool)) == 256


def test_an_upsert_cannot_replace_a_leaf(pool: Engine) -> None:
    add(pool, 0)
    with pytest.raises(DBAPIError, match="append-only"), transaction(pool) as connection:
        connection.execute(
            text(
                "INSERT INTO audit_leaf SELECT tenant, idx, event_id, leaf_hash, 'forged' FROM audit_leaf "
                "ON CONFLICT (tenant, idx) DO UPDATE SET entry = excluded.entry"
            )
        )


def test_a_batch_has_an_end(pool: Engine) -> None:
    with pytest.raises(ValueError, match="at most"):
        add(pool, *range(MAX_BATCH + 1))


def test_positions_move_with_what_was_recorded(pool: Engine) -> None:
    with pool.connect() as connection:
        advance(connection, consumer="records", incarnation="i1", topic="t", partition=0, next_offset=5)
        connection.rollback()
    for offset in (7, 9):
        with transaction(pool) as connection:
            advance(connection, consumer="records", incarnation="i1", topic="t", partition=0, next_offset=offset)
    with transaction(pool) as connection:
        assert positions(connection, consumer="records", incarnation="i1") == {("t", 0): 9}
        assert positions(connection, consumer="records", incarnation="i2") == {}
