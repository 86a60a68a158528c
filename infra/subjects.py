"""Whom a request means: a number becomes the pseudonym that the calls of its caller carry."""

from sqlalchemy import Connection, select

from infra.keys import Keyring
from infra.read_tables import CALL
from schemas.retention import Target, Whom

MOST_CALLS = 2000


def target_of(keyring: Keyring, tenant: str, whom: Whom) -> Target:
    """Name whom a request means without clear text."""
    if whom.caller is not None:
        return Target(subject=keyring.pseudonym(tenant=tenant, kind="caller", value=whom.caller))
    return Target(subject=whom.subject, call=whom.call)


def calls_of(connection: Connection, tenant: str, target: Target) -> list[str]:
    """Give the calls, oldest first, at most one more than `MOST_CALLS`."""
    query = select(CALL.c.call_id).where(CALL.c.tenant == tenant)
    if target.call is not None:
        query = query.where(CALL.c.call_id == target.call)
    else:
        query = query.where(CALL.c.caller_pseudonym == target.subject)
    query = query.order_by(CALL.c.started_at, CALL.c.call_id).limit(MOST_CALLS + 1)
    return list(connection.execute(query).scalars())
