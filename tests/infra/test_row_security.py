"""The second wall: in the database itself no tenant sees a row of another, in any table there is."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from infra import machine_accounts
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.login_sessions import LoginSessions
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from tests.support.erasing import NOW, Store, tables

pytestmark = pytest.mark.contract
MINE, OTHERS = "acme", "other"
# Tables with a tenant that no request of a tenant ever reads: only the service's own login may.
CLOSED = {"subject_key": "wrapped keys: the keyring reads them before it knows a tenant"}
WALLS = text("""
SELECT c.relname, c.relrowsecurity,
       EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'one_tenant'
               AND pg_get_expr(p.polqual, p.polrelid) LIKE '%tenant = current_setting(''callwarden.tenant''%'),
       has_table_privilege('callwarden_tenant', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :table
""")


@pytest.fixture
def pool(database_url: str, tmp_path: Path) -> Engine:
    """Give a database with a call of each tenant, a session and an account of each."""
    pool = engine(database_url)
    store = Store(pool, tmp_path / "kek.json", Keyring(engine=pool, kek=tmp_path / "kek.json"))
    for tenant in (MINE, OTHERS):
        store.tell(tenant=tenant)
        store.ask(tenant=tenant)
        store.hold(tenant=tenant)
        LoginSessions(pool).open(Principal("ann", tenant, "agent"), via="token", at=NOW)
        with tenant_transaction(pool, tenant) as connection:
            machine_accounts.create(connection, tenant, name="a", scopes=["events:write"], by="ada", at=NOW)
    return pool


def count(connection: Connection, table: str, tenant: str | None = None) -> int:
    which = "" if tenant is None else " WHERE tenant = :tenant"
    return int(connection.execute(text(f'SELECT count(*) FROM "{table}"{which}'), {"tenant": tenant}).scalar_one())


def test_every_table_with_a_tenant_has_its_wall(pool: Engine) -> None:
    without = []
    with transaction(pool) as connection:
        for table in tables(pool, "tenant"):
            _, secured, policy, reachable = connection.execute(WALLS, {"table": table}).one()
            if not (secured and policy) and (reachable or table not in CLOSED):
                without.append(table)
    assert without == []


def test_no_row_of_another_tenant_is_seen_changed_or_made(pool: Engine) -> None:
    seen, full = {}, []
    for table in tables(pool, "tenant"):
        with transaction(pool) as connection:
            connection.execute(text("SELECT set_config('callwarden.tenant', :t, true)"), {"t": OTHERS})
            there = count(connection, table, OTHERS)
            reads, writes = connection.execute(text(
                "SELECT has_table_privilege('callwarden_tenant', :t, 'SELECT'), "
                "has_table_privilege('callwarden_tenant', :t, 'UPDATE, DELETE')"
            ), {"t": table}).one()
        if not reads:
            continue
        if there:
            full.append(table)
        with tenant_transaction(pool, MINE) as connection:
            seen[table] = count(connection, table, OTHERS) + count(connection, table) - count(connection, table, MINE)
        with tenant_transaction(pool, "") as connection:
            seen[table] += count(connection, table)
        if writes and there:
            with tenant_transaction(pool, MINE) as connection, pytest.raises(DBAPIError):
                connection.execute(text(f'UPDATE "{table}" SET tenant = :t'), {"t": OTHERS})
    assert {table: rows for table, rows in seen.items() if rows} == {}
    assert len(full) >= 12, full


def test_a_row_cannot_be_made_for_another_tenant(pool: Engine) -> None:
    sessions = "INSERT INTO login_session VALUES (:t, 'x', 'eve', 'admin', 'token', now(), now(), now())"
    with tenant_transaction(pool, MINE) as connection, pytest.raises(DBAPIError):
        connection.execute(text(sessions), {"t": OTHERS})
    with tenant_transaction(pool, MINE) as connection:
        connection.execute(text(sessions), {"t": MINE})
