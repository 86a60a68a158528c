"""Statements without waiting: all of them or none, whatever fails between them."""

from contextlib import suppress

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from governance.errors import InputError
from infra.database import transaction
from infra.pipelined import pipelined

pytestmark = pytest.mark.contract

INTO = "INSERT INTO audit_head (tenant, size, frontier) VALUES (%s, %s, '')"


def sizes(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT size FROM audit_head ORDER BY tenant")).scalars())


def test_what_is_sent_in_a_pipeline_is_of_the_callers_transaction(pool: Engine) -> None:
    with transaction(pool) as connection:
        with pipelined(connection) as driver:
            for number in range(3):
                driver.execute(INTO, (f"t-{number}", number))
            read = driver.execute("SELECT max(size) FROM audit_head")
            assert read.fetchone() == (2,)
        assert sizes(connection) == [0, 1, 2]
        connection.rollback()
    with transaction(pool) as connection:
        assert sizes(connection) == []


def send(connection: Connection, *rows: tuple[str, int], wrong: bool = False) -> None:
    with pipelined(connection) as driver:
        for row in rows:
            driver.execute(INTO, row)
        if wrong:
            raise InputError("the next was no good")


def send_and_go_on(connection: Connection) -> None:
    """Act as a caller who thinks she may."""
    with suppress(InputError):
        send(connection, ("t-1", 1), wrong=True)
    sizes(connection)


def send_in_a_savepoint(connection: Connection) -> None:
    with connection.begin_nested():
        send(connection, ("t-1", 1), wrong=True)


def test_what_the_server_refuses_later_is_an_error_of_sqlalchemy_without_values(pool: Engine) -> None:
    with pytest.raises(IntegrityError) as refused, transaction(pool) as connection:
        send(connection, ("t-1", 1), ("t-2", -1), ("t-3", 1))
    assert refused.value.params is None
    with transaction(pool) as connection:
        assert sizes(connection) == []


def test_after_a_failure_between_two_statements_nobody_can_commit_the_first(pool: Engine) -> None:
    with pytest.raises(InvalidRequestError), transaction(pool) as connection:
        send_and_go_on(connection)
    with transaction(pool) as connection:
        assert sizes(connection) == []


def test_a_savepoint_around_a_failure_is_all_that_is_undone(pool: Engine) -> None:
    with transaction(pool) as connection:
        send(connection, ("t-0", 7))
        with pytest.raises(InputError):
            send_in_a_savepoint(connection)
    with transaction(pool) as connection:
        assert sizes(connection) == [7]
