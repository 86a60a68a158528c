"""Decisions about a tenant's retention come one by one: a hold is there before an erasure decides, or after it."""

from sqlalchemy import Connection, text

# Two-key form, so that it meets no other advisory lock; the tenant is declared for row security that is forced.
TAKE = text(
    "SELECT set_config('callwarden.tenant', :tenant, true), "
    "pg_advisory_xact_lock(hashtext('callwarden.retention'), hashtext(:tenant))"
)


def take(connection: Connection, tenant: str) -> None:
    """Hold the tenant's lock until the caller's transaction ends; taken before any row is read or locked."""
    connection.execute(TAKE, {"tenant": tenant})
