"""The walls of the audit log, in SQL: the wrong tenant, the program's own role, and an administrator."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from infra.audit_keys import Ed25519Signer
from infra.audit_store import append
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from infra.tenancy import declare, tenant_transaction
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.published_log import Log

pytestmark = pytest.mark.fault

KEPT = ("audit_leaf", "audit_node", "audit_head", "audit_stream", "audit_index", "audit_checkpoint", "audit_payload")
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
    write = f"INSERT INTO audit_payload VALUES ('{TENANT}', 'x', 'x')"
    assert attempt(log, WRITER, "SET LOCAL callwarden.tenant = 'other'", write) is not None


def test_a_search_of_words_as_another_tenant_finds_nothing(log: Log) -> None:
    said = f"('{TENANT}', 'event-7', 'call-2', 1, 'caller', 'final', 'u', 1, 'hello', '{{}}', now())"
    assert attempt(log, f"INSERT INTO utterance VALUES {said}") is None
    find = text("SELECT audit_said('hello', '{}', -1, 99, 10)")
    for tenant, found in ((TENANT, [7]), ("other", [])):
        with tenant_transaction(log.pool, tenant) as connection:
            assert connection.execute(find).scalars().all() == found
