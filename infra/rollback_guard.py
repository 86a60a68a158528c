"""Remembers the last signed size and root of each log outside the database, so no restore forks a log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from governance.audit.merkle import EMPTY_ROOT
from governance.errors import InvariantError

BUSY_TIMEOUT_S = 10.0


REMEDY = (
    "nothing is signed until people have looked: what was lost is in a newer copy of the database, or a successor goes "
    "on (callwarden audit succeed)"
)


class RollbackRefused(InvariantError):
    """Signing would roll a log back or fork it: fatal, people must look."""

    def __init__(self, what: str) -> None:
        """Say what, and what people can do."""
        super().__init__(f"{what}; {REMEDY}")


class RollbackGuard:
    """A file of its own that is never restored together with the database."""

    def __init__(self, path: Path) -> None:
        """Open or create the file."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS guard"
                " (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT"
            )
        path.chmod(0o600)

    def last(self, origin: str) -> tuple[int, bytes]:
        """Tell the last size and root that may have been signed."""
        with self._writing() as database:
            return self._read(database, origin)

    def origins(self) -> list[str]:
        """List the logs that may have been signed."""
        with self._writing() as database:
            return [row[0] for row in database.execute("SELECT origin FROM guard ORDER BY origin")]

    def advance(self, origin: str, *, size: int, root: bytes) -> None:
        """Remember a newer size, durably; refuses a smaller one, and the same one with another root.

        Call it before a signature leaves the process.
        """
        with self._writing() as database:
            last_size, last_root = self._read(database, origin)
            if size < last_size:
                raise RollbackRefused(f"{origin}: would roll back from {last_size} to {size}")
            if size == last_size and root != last_root:
                raise RollbackRefused(f"{origin}: would fork at {size}")
            database.execute(
                "INSERT INTO guard (origin, size, root) VALUES (?, ?, ?)"
                " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root",
                (origin, size, root),
            )

    def _read(self, database: sqlite3.Connection, origin: str) -> tuple[int, bytes]:
        row = database.execute("SELECT size, root FROM guard WHERE origin = ?", (origin,)).fetchone()
        return (0, EMPTY_ROOT) if row is None else (row[0], row[1])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file's write lock for one comparison and one write."""
        with closing(sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")
