"""The embedded database keeps what it was given, and is not to be reached over a network."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from governance.errors import InvariantError
from infra import embedded_database
from infra.database import engine

pytestmark = pytest.mark.fault


def test_what_is_committed_is_there_after_a_restart() -> None:
    with TemporaryDirectory(prefix="callwarden-") as folder:
        data = Path(folder) / "data"
        for expected in (0, 1):
            database = embedded_database.start(data)
            pool = engine(database.url)
            with pool.begin() as connection:
                connection.execute(text("CREATE TABLE IF NOT EXISTS kept (one integer)"))
                assert connection.execute(text("SELECT count(*) FROM kept")).scalar_one() == expected
                assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""
                connection.execute(text("INSERT INTO kept VALUES (1)"))
            pool.dispose()
            database.stop()


@pytest.mark.parametrize("name", ["with space", "häuser & co", "100%, more?", "x" * 100])
def test_a_data_folder_may_have_any_name(name: str) -> None:
    with TemporaryDirectory(prefix="callwarden-") as folder:
        data = Path(folder) / name
        database = embedded_database.start(data)
        pool = engine(database.url)
        with pool.begin() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        pool.dispose()
        assert embedded_database.start(data).url == database.url
        assert embedded_database.exists(data)
        database.stop()


def test_a_process_that_was_killed_does_not_keep_the_server_running() -> None:
    with TemporaryDirectory(prefix="callwarden-") as folder:
        data = Path(folder) / "data"
        embedded_database.start(data).stop()
        gone = subprocess.Popen(["true"])
        gone.wait()
        (data / "postgres" / ".handle_pids.json").write_text(f"[{gone.pid}]")
        database = embedded_database.start(data)
        database.stop()
        assert not (data / "postgres" / "postmaster.pid").exists()


def test_the_number_of_another_program_is_not_taken_for_the_database() -> None:
    with TemporaryDirectory(prefix="callwarden-") as folder:
        data = Path(folder) / "data"
        embedded_database.start(data).stop()
        left = data / "postgres" / "postmaster.pid"
        left.write_text(f"{os.getpid()}\n{data}\n1700000000\n5432\n{data}\n\n1 2\nready\n")
        with pytest.raises(InvariantError, match=f"names process {os.getpid()}, which is no database"):
            embedded_database.start(data)
        left.write_text("")
        with pytest.raises(InvariantError, match="cannot be read"):
            embedded_database.start(data)


def test_a_locale_that_the_machine_has_not_keeps_nobody_from_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "tlh_QO.UTF-8")
    with TemporaryDirectory(prefix="callwarden-") as folder:
        database = embedded_database.start(Path(folder) / "data")
        pool = engine(database.url)
        with pool.begin() as connection:
            assert connection.execute(text("SELECT lower('É')")).scalar_one() == "é"
        pool.dispose()
        database.stop()
    assert os.environ["LC_ALL"] == "tlh_QO.UTF-8"


def test_instants_come_back_in_utc_wherever_the_server_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    with TemporaryDirectory(prefix="callwarden-") as folder:
        database = embedded_database.start(Path(folder) / "data")
        pool = engine(database.url)
        with pool.begin() as connection:
            assert connection.execute(text("SELECT now()")).scalar_one().utcoffset() == timedelta(0)
        pool.dispose()
        database.stop()
