"""Erasure against a hold, and against what is being recorded: each race has one clean winner, on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, text

from infra import holds, key_gate, read_model
from infra.database import engine, transaction
from infra.keys import Keyring
from schemas.retention import Target
from tests.support import calls
from tests.support.calls import TENANT
from tests.support.erasing import NOW, SUBJECT, Store

pytestmark = pytest.mark.fault

ROUNDS = 15
WITHIN_S = 60.0
T = TypeVar("T")


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    pool = engine(database_url)
    made = Store(pool, tmp_path / "kek.json", Keyring(engine=pool, kek=tmp_path / "kek.json"))
    made.tell()
    yield made
    pool.dispose()


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def waits(store: Store) -> bool:
    """Tell whether some session of this database waits for a lock."""
    query = text(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    )
    with transaction(store.pool) as connection:
        return bool(connection.execute(query).scalar_one())


def until(condition: Callable[[], bool], doing: "Future[Any]") -> None:
    for _ in range(int(WITHIN_S / 0.01)):
        if condition():
            return
        assert not doing.done(), "it did not wait"
        sleep(0.01)
    pytest.fail("it neither waited nor ended")


def gone(store: Store) -> bool:
    return "utterance" not in store.rows()


def test_a_hold_that_is_being_placed_wins_once_it_commits(store: Store, aside: ThreadPoolExecutor) -> None:
    asked = store.ask()
    with transaction(store.pool) as connection:
        holds.place(
            connection, store.keyring, Target(subject=SUBJECT), tenant=TENANT, reason="a lawsuit", by="cleo", at=NOW
        )
        erasing = aside.submit(store.erase, asked)
        until(lambda: waits(store), erasing)
    answer = erasing.result(WITHIN_S)
    assert answer.state == "waiting"
    assert {one.outcome for one in answer.waiting[0].rulings} == {"held"}
    assert not gone(store)


def test_a_hold_that_is_taken_back_in_its_own_transaction_holds_nothing(
    store: Store, aside: ThreadPoolExecutor
) -> None:
    asked = store.ask()
    connection = store.pool.connect()
    begun = connection.begin()
    holds.place(
        connection, store.keyring, Target(subject=SUBJECT), tenant=TENANT, reason="a lawsuit", by="cleo", at=NOW
    )
    erasing = aside.submit(store.erase, asked)
    until(lambda: waits(store), erasing)
    begun.rollback()
    connection.close()
    assert erasing.result(WITHIN_S).state == "completed"
    assert gone(store)


def test_a_hold_that_comes_while_the_rows_go_is_told_that_it_is_too_late(
    store: Store, aside: ThreadPoolExecutor
) -> None:
    asked = store.ask()
    reached, go_on = threading.Event(), threading.Event()

    def pause(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM utterance"):
            reached.set()
            assert go_on.wait(WITHIN_S)

    event.listen(store.pool, "before_cursor_execute", pause)
    erasing = aside.submit(store.erase, asked)
    assert reached.wait(WITHIN_S)
    holding = aside.submit(store.hold)
    until(lambda: waits(store), holding)
    go_on.set()
    assert erasing.result(WITHIN_S).state == "completed"
    placed = holding.result(WITHIN_S)
    event.remove(store.pool, "before_cursor_execute", pause)
    assert gone(store)
    with transaction(store.pool) as connection:
        assert holds.find(connection, store.keyring, TENANT, placed).already_gone == ("call-1",)


def test_whoever_is_first_the_answer_the_rows_and_the_log_agree(store: Store, aside: ThreadPoolExecutor) -> None:
    first = set()
    for number in range(ROUNDS):
        name = f"race-{number}"
        store.tell(name, handoff=name)
        target = Target(call=name)
        asked = store.ask(target)
        together = threading.Barrier(2)

        def after(work: Callable[[], T], *, barrier: threading.Barrier = together) -> T:
            barrier.wait(WITHIN_S)
            return work()

        erasing = aside.submit(after, lambda asked=asked: store.erase(asked))
        holding = aside.submit(after, lambda target=target: store.hold(target))
        answer, hold = erasing.result(WITHIN_S), holding.result(WITHIN_S)
        with transaction(store.pool) as connection:
            told = holds.find(connection, store.keyring, TENANT, hold).already_gone
        left = "utterance" in store.rows(name)
        assert (answer.state, told) == (("waiting", ()) if left else ("completed", (name,)))
        first.add(left)
    assert first <= {True, False}


def test_what_is_being_recorded_of_a_call_is_swept_with_it(store: Store, aside: ThreadPoolExecutor) -> None:
    asked = store.ask()
    with transaction(store.pool) as connection:
        assert key_gate.forgotten(connection, {(TENANT, "call-1")}) == set()
        erasing = aside.submit(store.erase, asked)
        until(lambda: waits(store), erasing)
        read_model.apply(connection, calls.event(70, calls.utterance("the last word", name="u9")))
    assert erasing.result(WITHIN_S).state == "completed"
    assert gone(store)
    with transaction(store.pool) as connection:
        assert key_gate.forgotten(connection, {(TENANT, "call-1")}) == {(TENANT, "call-1")}
