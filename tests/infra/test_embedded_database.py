"""The embedded database keeps what it was given, and is not to be reached over a network."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

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
