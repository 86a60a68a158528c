"""A connection to the database tells who is there: one that is cut is not, and whoever looks then connects anew."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from infra.database import transaction
from infra.standing_by import StandingBy

pytestmark = pytest.mark.flow

FAMILY = "standing-test-"


@pytest.fixture
def first(database_url: str) -> Iterator[StandingBy]:
    one = StandingBy(url=database_url, family=FAMILY)
    yield one
    one.close()


@pytest.fixture
def second(database_url: str) -> Iterator[StandingBy]:
    one = StandingBy(url=database_url, family=FAMILY)
    yield one
    one.close()


def test_each_sees_itself_and_the_others_until_they_close(first: StandingBy, second: StandingBy) -> None:
    assert first.look() == {first.name}
    assert second.look() == {first.name, second.name}
    second.close()
    while second.name in first.look():
        pass
    assert first.look() == {first.name}


def test_a_connection_that_was_cut_shows_and_is_made_again(
    first: StandingBy, second: StandingBy, pool: Engine
) -> None:
    second.look()
    with transaction(pool) as connection:
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
        connection.execute(cut, {"name": second.name})
    while second.name in first.look():
        pass
    with pytest.raises(DBAPIError):
        second.look()
    assert second.look() == {first.name, second.name}


def test_a_name_that_the_database_would_cut_is_refused(database_url: str) -> None:
    with pytest.raises(ValueError, match="at most 63"):
        StandingBy(url=database_url, family=60 * "x")
