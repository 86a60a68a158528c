"""PostgreSQL: engines, transactions with one commit at the edge, and migrations to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from governance.errors import InputError

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_S = 10
POOL_TIMEOUT_S = 30
# A statement that takes longer has met a fault, not a large table: every read here is bounded.
# Instants come back in UTC wherever the server stands: answers and archives write them as they come.
SESSION = (
    "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000"
)
MIGRATION_LOCK = 0x63_61_6C_6C_77  # any number, the same for every process that migrates


def engine(url: str, *, pool_size: int = 5, name: str | None = None) -> Engine:
    """Open a pool; parameters never show in errors or logs, as they may be a caller's words.

    `name` is what the database calls its connections by.
    """
    named = {"application_name": name} if name else {}
    return create_engine(
        _psycopg(url),
        pool_size=pool_size,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": SESSION, **named},
    )


@contextmanager
def transaction(pool: Engine) -> Iterator[Connection]:
    """Commit once when the block ends, roll back when it fails."""
    with connected(pool) as connection, connection.begin():
        yield connection


def connected(pool: Engine) -> Connection:
    """Take a connection; raises OperationalError also where all stay busy: a database that is slow is away."""
    try:
        return pool.connect()
    except PoolExhausted as busy:  # no error of a driver: who waits for the database would end instead
        raise OperationalError(None, None, busy) from None


def migrate(url: str) -> None:
    """Bring the schema to the newest version; processes that start together wait for each other."""
    from alembic import command  # here: half a second that no other process needs
    from alembic.config import Config

    pool = create_engine(_psycopg(url), hide_parameters=True, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with pool.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.execute(text("SET LOCAL callwarden.migration = 'on'"))  # or the audit log refuses DDL
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
    finally:
        pool.dispose()


def _psycopg(url: str) -> str:
    """Accept the plain spelling of a PostgreSQL address, and always talk psycopg 3."""
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in ("postgresql", "postgres")
    except (ArgumentError, ValueError):  # their words repeat the address, which may hold a password
        known = False
    if not known:
        raise InputError("the database's address must be of the kind postgresql://user@host/name")
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
