"""Transactions that see one tenant only: PostgreSQL row security under a role that owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from infra.database import connected

TENANT_ROLE = "callwarden_tenant"
# true: for this transaction only, so that a pooled connection never keeps a tenant.
ENTER = text("SELECT set_config('role', :role, true), set_config('callwarden.tenant', :tenant, true)")
DECLARE = text("SELECT set_config('callwarden.tenant', :tenant, true)")


def declare(connection: Connection, tenant: str) -> None:
    """Say whose rows the rest of this transaction is about: forced row security shows and takes no others."""
    connection.execute(DECLARE, {"tenant": tenant})


@contextmanager
def tenant_transaction(pool: Engine, tenant: str) -> Iterator[Connection]:
    """Commit once when the block ends; rows of other tenants do not exist in it."""
    with connected(pool) as connection, connection.begin():
        connection.execute(ENTER, {"role": TENANT_ROLE, "tenant": tenant})
        yield connection
