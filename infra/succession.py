"""Lets the logs go on under another origin after entries that were signed are lost; people decide that (ADR-0042)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from governance.audit.merkle import root_at
from governance.audit.succession import SUCCEEDED, commitment
from governance.errors import InputError
from infra.audit_keys import origin_of
from infra.audit_reader import nodes
from infra.audit_store import append
from infra.audit_tables import HEAD, LEAF
from infra.database import transaction
from infra.house_entries import plain
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from infra.tenancy import declare
from schemas.audit import Draft
from schemas.base import derived_id


@dataclass(frozen=True, slots=True)
class Succession:
    """What was signed last of a log, how many of its entries are here, and whether all that was signed is."""

    tenant: str
    former: Checkpoint
    held: int
    whole: bool


def look(pool: Engine, guard: RollbackGuard, *, former: str) -> list[Succession]:
    """Compare every log that was signed under a prefix with what the guard remembers of it, the log of logs last."""
    names = [each.rpartition("/") for each in guard.origins()]
    signed = {tenant for prefix, _, tenant in names if prefix == former}
    with transaction(pool) as connection:
        found = [_look(connection, guard, tenant, former) for tenant in (*sorted(signed - {LOGS}), LOGS)]
    return [each for each in found if each.former.size]


def succeed(
    pool: Engine, keyring: Keyring, guard: RollbackGuard, *, former: str, origin: str, by: str, at: datetime
) -> list[Succession]:
    """Write into every tenant's log what was signed last of it, and of the log of logs, under the former prefix.

    InputError where nothing is lost, or where the new prefix was signed under before; again it changes nothing.
    """
    seen = look(pool, guard, former=former)
    if all(each.whole for each in seen):
        raise InputError(f"nothing that was signed under {former} is lost: its logs go on as they are")
    for each in seen:
        if guard.last(origin_of(each.tenant, prefix=origin))[0]:
            raise InputError(f"{origin_of(each.tenant, prefix=origin)} was signed before: name an origin that is new")
    of_logs = [each for each in seen if each.tenant == LOGS]
    for each in seen:
        if each.tenant != LOGS:
            drafts = [_draft(keyring, each.tenant, one.former, origin, by, at) for one in (each, *of_logs)]
            with transaction(pool) as connection:
                declare(connection, each.tenant)
                named = LEAF.c.event_id.in_([one.event_id for one in drafts])
                query = select(LEAF.c.event_id).where(LEAF.c.tenant == each.tenant, named)
                known = set(connection.execute(query).scalars())
                append(connection, each.tenant, [one for one in drafts if one.event_id not in known], at)
    return seen


def _look(connection: Connection, guard: RollbackGuard, tenant: str, prefix: str) -> Succession:
    origin = origin_of(tenant, prefix=prefix)
    former = Checkpoint(origin, *guard.last(origin))
    declare(connection, tenant)
    held = connection.execute(select(HEAD.c.size).where(HEAD.c.tenant == tenant)).scalar() or 0
    return Succession(tenant, former, held, held >= former.size and _root(connection, former, tenant) == former.root)


def _root(connection: Connection, former: Checkpoint, tenant: str) -> bytes | None:
    if former.size == 0:
        return former.root
    try:
        return root_at(former.size, nodes(connection, tenant, size=former.size))
    except VerificationError:
        return None


def _draft(keyring: Keyring, tenant: str, former: Checkpoint, origin: str, by: str, at: datetime) -> Draft:
    return plain(
        keyring, SUCCEEDED, tenant=tenant, stream=SUCCEEDED, by=by, at=at, payload=commitment(former),
        event_id=derived_id(f"{former.origin}/{tenant}/{origin}", SUCCEEDED, 0),
    )
