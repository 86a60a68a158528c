"""The walls of the audit log, in SQL: the wrong tenant, the program's own role, and an administrator."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from infra.audit_keys import Ed25519Signer
from infra.audit_store import append
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from infra.tenancy import declare, tenant_transaction
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.published_log import Log

pytestmark = pytest.mark.fault

KEPT = (
    "audit_leaf", "audit_node", "audit_head", "audit_stream", "audit_index", "audit_checkpoint", "audit_payload",
    "audit_cosigned",
)  # fmt: skip
WRITER = "SET LOCAL ROLE callwarden_writer"
REFUSALS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
FORCED = text("SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY(:names) ORDER BY relname")
# What an administrator tries with every trigger in place.
TRIED = (
    "UPDATE audit_leaf SET entry = 'x' WHERE idx = 1",
    "DELETE FROM audit_leaf WHERE idx = 1",
    "UPDATE audit_node SET hash = hash",
    "DELETE FROM audit_index WHERE idx = 1",
    "UPDATE audit_index SET type = 'other'",
    "UPDATE audit_index SET call = 'call-9'",
    "UPDATE audit_payload SET ct = 'x'",
    "UPDATE audit_head SET size = size - 1",
    "DELETE FROM audit_head",
    "UPDATE audit_stream SET last_seq = 0",
    "DELETE FROM audit_stream",
    "UPDATE audit_checkpoint SET root = sha256('x')",
    "DELETE FROM audit_checkpoint",
    "ALTER TABLE audit_leaf ALTER COLUMN entry TYPE bytea USING 'x'",
    "ALTER TABLE audit_leaf DISABLE TRIGGER ALL",
    "ALTER TABLE audit_leaf NO FORCE ROW LEVEL SECURITY",
    "DROP TRIGGER audit_leaf_keeps_rows ON audit_leaf",
    "DROP FUNCTION audit_refuse() CASCADE",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP TABLE audit_payload",
    "CREATE RULE none AS ON INSERT TO audit_leaf DO INSTEAD NOTHING",
    *(f"TRUNCATE {table} CASCADE" for table in KEPT),
)


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    made = Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    made.add(*range(260))
    made.publish()
    yield made
    pool.dispose()


def attempt(log: Log, *statements: str) -> DBAPIError | None:
    """Run statements in one transaction; answers what the database has against it."""
    try:
        with transaction(log.pool) as connection:
            for statement in statements:
                connection.execute(text(statement))
    except DBAPIError as refused:
        return refused
    return None


@pytest.mark.parametrize("role", ["origin", "replica"])
def test_an_administrator_with_triggers_in_place_changes_nothing(log: Log, role: str) -> None:
    for statement in TRIED:
        refused = attempt(log, f"SET LOCAL session_replication_role = {role}", statement)
        assert refused is not None, statement
        assert isinstance(refused.orig, psycopg.errors.RestrictViolation), statement
    assert log.publish().checkpoint.size == 260


def test_forgetting_is_not_rewriting(log: Log) -> None:
    with transaction(log.pool) as connection:
        connection.execute(text("UPDATE audit_index SET call = NULL, actor_label = NULL WHERE idx = 1"))
        connection.execute(text("DELETE FROM audit_payload WHERE event_id = 'event-1'"))
    log.add(260)
    assert log.publish().checkpoint.size == 261


def test_the_writers_role_appends_and_signs_and_can_do_nothing_else(log: Log) -> None:
    with transaction(log.pool) as connection:
        connection.execute(text(WRITER))
        append(connection, TENANT, [draft(number) for number in range(255, 520)], NOON)
    assert log.publish().checkpoint.size == 520
    for statement in TRIED:
        refused = attempt(log, WRITER, f"SET LOCAL callwarden.tenant = '{TENANT}'", statement)
        assert refused is not None, statement
        assert isinstance(refused.orig, REFUSALS), statement


def test_no_role_but_a_superuser_sees_or_writes_another_tenants_rows(log: Log) -> None:
    with transaction(log.pool) as connection:
        assert connection.execute(FORCED, {"names": list(KEPT)}).scalars().all() == sorted(KEPT)
    for role in ("callwarden_writer", "callwarden_audit", "callwarden_tenant"):
        for declared, seen in ((TENANT, 260), ("other", 0), (None, 0)):
            with transaction(log.pool) as connection:
                connection.execute(text(f"SET LOCAL ROLE {role}"))
                if declared is not None:
                    declare(connection, declared)
                assert connection.execute(text("SELECT count(*) FROM audit_leaf")).scalar() == seen, (role, declared)
    write = f"INSERT INTO audit_payload VALUES ('{TENANT}', 'x', 'x', 999)"
    assert attempt(log, WRITER, "SET LOCAL callwarden.tenant = 'other'", write) is not None


def test_a_search_of_words_as_another_tenant_finds_nothing(log: Log) -> None:
    said = f"('{TENANT}', 'event-7', 'call-2', 1, 'caller', 'final', 'u', 1, 'hello', '{{}}', now())"
    assert attempt(log, f"INSERT INTO utterance VALUES {said}") is None
    find = text("SELECT audit_said('hello', '{}', -1, 99, 10)")
    for tenant, found in ((TENANT, [7]), ("other", [])):
        with tenant_transaction(log.pool, tenant) as connection:
            assert connection.execute(find).scalars().all() == found


@pytest.fixture
def login(log: Log) -> Iterator[Engine]:
    """Connect as a deployment's own login does: a member of the writers, owner of nothing, no superuser."""
    with log.pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP ROLE IF EXISTS rooms"))
        connection.execute(text("CREATE ROLE rooms LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE callwarden_writer"))
    pool = engine(log.pool.url.set(username="rooms").render_as_string(hide_password=False))
    yield pool
    pool.dispose()
    with log.pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP ROLE rooms"))


def test_a_login_of_its_own_appends_and_signs_and_can_neither_change_nor_pass_as_somebody_else(
    log: Log, login: Engine
) -> None:
    mine = replace(log, pool=login)
    mine.add(*range(255, 300))
    assert mine.publish().checkpoint.size == 300
    others = (
        "SET ROLE postgres", "SET ROLE callwarden_audit", "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica", "ALTER ROLE rooms BYPASSRLS", "SET row_security = off",
    )  # fmt: skip
    for statement in (*TRIED, *others[:5]):
        refused = attempt(mine, f"SET LOCAL callwarden.tenant = '{TENANT}'", statement)
        assert refused is not None, statement
        assert isinstance(refused.orig, REFUSALS), statement
    assert attempt(mine, others[5], "SELECT * FROM audit_leaf") is not None  # an error, not more rows
    assert log.publish().checkpoint.size == 300


@pytest.mark.parametrize("table", ["audit_leaf", "audit_node", "audit_stream", "audit_index", "audit_payload",
                                   "audit_checkpoint", "audit_cosigned"])
def test_a_login_sees_and_writes_rows_of_the_tenant_it_declares_and_of_no_other(
    log: Log, login: Engine, table: str
) -> None:
    with transaction(log.pool) as connection:
        connection.execute(text(f"INSERT INTO audit_cosigned VALUES ('{TENANT}', 9, 'x', '', null, now())"))
        append(connection, "other", [draft(number, tenant="other") for number in range(260)], NOON)
    for declared, seen in ((TENANT, [TENANT]), ("nobody", []), (None, [])):
        with transaction(login) as connection:
            if declared is not None:
                declare(connection, declared)
            found = connection.execute(text(f"SELECT DISTINCT tenant FROM {table}")).scalars().all()
            assert found == seen, (table, declared)
            asked = text(f"SELECT count(*) FROM {table} WHERE tenant = 'other'")
            assert connection.execute(asked).scalar() == 0
    other = """(jsonb_populate_record(t, '{"tenant": "other"}')).*"""
    copy = f"INSERT INTO {table} SELECT {other} FROM {table} AS t LIMIT 1"
    refused = attempt(replace(log, pool=login), f"SET LOCAL callwarden.tenant = '{TENANT}'", copy)
    assert refused is not None
    assert isinstance(refused.orig, psycopg.errors.InsufficientPrivilege)
