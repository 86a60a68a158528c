"""The database: migrations that meet, transactions with one end, errors that tell nothing."""

import threading
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError
from infra.database import engine, migrate, transaction
from infra.tenancy import tenant_transaction

pytestmark = pytest.mark.contract


def test_a_migration_runs_once_however_many_processes_start(empty_database_url: str) -> None:
    threads = [threading.Thread(target=migrate, args=(empty_database_url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(empty_database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'audit_leaf'").fetchone()
        versions = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    assert (tables, versions) == ((1,), (1,))


def test_errors_never_show_parameters(pool: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, transaction(pool) as connection:
        connection.execute(text("SELECT CAST(:words AS text) || 1 / 0"), {"words": "my secret"})
    assert "my secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///x", "mysql://127.0.0.1/x"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="postgresql://"):
        engine(url)


def test_a_database_whose_connections_are_all_busy_is_waited_for_like_one_that_is_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.database.POOL_TIMEOUT_S", 0.05)
    full = engine(database_url, pool_size=1)
    with ExitStack() as busy:
        for _ in range(11):  # and ten above the size
            busy.enter_context(transaction(full))
        with pytest.raises(DBAPIError), transaction(full):
            pass
        with pytest.raises(DBAPIError), tenant_transaction(full, "default"):
            pass
    full.dispose()
