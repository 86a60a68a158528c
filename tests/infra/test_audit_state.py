"""What a batch is placed after is read once the head is held, not before."""

import threading

import pytest
from sqlalchemy import Engine, text

from governance.errors import InputError
from infra import audit_state
from infra.audit_store import PART, append
from infra.database import transaction
from infra.pipelined import pipelined
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.contract
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def test_of_a_tenant_without_a_log_there_is_no_state(pool: Engine) -> None:
    with transaction(pool) as connection, pipelined(connection) as driver:
        assert audit_state.read(driver, TENANT, event_ids=["event-1"], streams=["s"]) is None
        assert audit_state.known(driver, TENANT, ["event-1"]) == {}


def test_whoever_waited_for_the_head_sees_what_was_committed_meanwhile(pool: Engine) -> None:
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(0)], NOON)
    placed: list[int] = []

    def second() -> None:
        with transaction(pool) as connection:
            placed.extend(each.index for each in append(connection, TENANT, [draft(1), draft(2)], NOON))

    other = threading.Thread(target=second)
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(1)], NOON)
        other.start()
        with transaction(pool) as watching:
            while not watching.execute(WAITING).scalar_one():
                watching.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))
    other.join(timeout=120)
    assert placed == [1, 2]


def test_a_batch_of_many_parts_is_whole_where_one_of_its_last_entries_is_refused(pool: Engine) -> None:
    wrong = draft(PART * 3).model_copy(update={"cause": "ä" * 4000})  # past the shape's own check
    with pytest.raises(InputError, match="longer than"), transaction(pool) as connection:
        append(connection, TENANT, [*(draft(n) for n in range(PART * 3)), wrong], NOON)
    with transaction(pool) as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_leaf")).scalar_one() == 0
        placed = append(connection, TENANT, [draft(n) for n in range(PART * 3 + 1)], NOON)
        assert [each.index for each in placed] == list(range(PART * 3 + 1))
        again = append(connection, TENANT, [draft(n) for n in range(PART * 4)], NOON)
    assert [each.duplicate for each in again] == [True] * (PART * 3 + 1) + [False] * (PART - 1)
