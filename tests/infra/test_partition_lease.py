"""A partition of call.audio.out has one gateway at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from infra import partition_lease
from infra.database import engine, transaction
from tests.support.calls import START as NOW

pytestmark = pytest.mark.contract
UNTIL = NOW + timedelta(seconds=15)


def take(pool: Engine, owner: str, *, partitions: int = 3, after_s: int = 0) -> int | None:
    at = timedelta(seconds=after_s)
    with transaction(pool) as connection:
        return partition_lease.take(connection, owner=owner, partitions=partitions, now=NOW + at, until=UNTIL + at)


def test_gateways_that_start_together_get_a_partition_each_and_no_more_than_there_are(database_url: str) -> None:
    pool = engine(database_url)
    with ThreadPoolExecutor(5) as gateways:
        taken = list(gateways.map(lambda number: take(pool, f"g{number}"), range(5)))
    assert sorted(each for each in taken if each is not None) == [0, 1, 2]


def test_a_lease_is_kept_by_renewing_lost_by_time_and_free_when_given_back(database_url: str) -> None:
    pool = engine(database_url)
    assert take(pool, "a", partitions=1) == 0
    assert take(pool, "b", partitions=1, after_s=10) is None
    assert take(pool, "b", partitions=1, after_s=16) == 0
    with transaction(pool) as connection:
        assert not partition_lease.renew(connection, owner="a", partition=0, until=UNTIL)
        assert partition_lease.renew(connection, owner="b", partition=0, until=UNTIL)
        partition_lease.give_back(connection, owner="b")
    assert take(pool, "a", partitions=1) == 0
