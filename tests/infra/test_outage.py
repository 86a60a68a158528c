"""Each way in which a database does nothing has a remedy, and none repeats the database's words."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from infra.outage import AGAIN, remedy

pytestmark = pytest.mark.pure


def failed(orig: psycopg.Error, *, cut: bool = False) -> DBAPIError:
    return OperationalError("INSERT", {}, orig, connection_invalidated=cut)


def test_a_full_disk_says_which_disks_to_look_at_also_where_it_ended_the_connection() -> None:
    for cut in (False, True):
        assert "pg_wal" in remedy(failed(psycopg.errors.DiskFull("4111 1111"), cut=cut))
    assert "standby" in remedy(failed(psycopg.errors.ReadOnlySqlTransaction("x")))


def test_a_database_that_is_gone_is_looked_for_and_nothing_it_said_is_repeated() -> None:
    gone = failed(psycopg.OperationalError("4111 1111"), cut=True)
    for error in (gone, failed(psycopg.errors.DeadlockDetected("4111"))):
        assert remedy(error).endswith(AGAIN)
        assert "4111" not in remedy(error)
