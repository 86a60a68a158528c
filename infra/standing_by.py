"""Who of several processes is there, told by a connection of each to the database, which ends with its process.

PostgreSQL sees the end of a killed process's connection at once; a consumer group sees only that heartbeats stay away.
Where a pooler stands between, or a whole machine is lost, nobody is missed here and the group's own time counts.
"""

import os
import secrets

from sqlalchemy import Connection, text

from infra.database import connected, engine

NAME_CHARACTERS = 63  # PostgreSQL cuts what is longer
THERE = text(
    "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
    " AND starts_with(application_name, :family)"
)


class StandingBy:
    """One process's place among those whose names begin alike."""

    def __init__(self, *, url: str, family: str) -> None:
        """Take the database's address and how the names begin."""
        # Two machines may have a process of one number.
        self.name = f"{family}{secrets.token_hex(4)}-{os.getpid()}"
        if len(self.name) > NAME_CHARACTERS:
            raise ValueError(f"a name has at most {NAME_CHARACTERS} characters: {self.name}")
        self._family = family
        self._pool = engine(url, pool_size=1, name=self.name)
        self._connection: Connection | None = None

    def look(self) -> frozenset[str]:
        """Give the names of those who are there; raises DBAPIError, after which it connects anew."""
        try:
            if self._connection is None:
                self._connection = connected(self._pool).execution_options(isolation_level="AUTOCOMMIT")
            return frozenset(self._connection.execute(THERE, {"family": self._family}).scalars())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Be there no longer."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
        self._pool.dispose()
