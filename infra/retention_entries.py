"""Entries of the audit log about retention: holds, erasures, expiries, exports; appended where they become true."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from infra.audit_store import append
from infra.audit_tables import LEAF
from infra.house_entries import sealed
from infra.keys import Keyring
from infra.tenancy import declare
from schemas.base import derived_id

ROOM = "retention"
COMPONENT = "/callwarden/retention"
REQUESTED, WAITING, ERASED = "erasure.requested", "erasure.waiting", "subject.erased"
CALL_ERASED, CALL_EXPIRED, BURIED = "call.erased", "call.expired", "key.buried"
PLACED, RELEASED = "hold.placed", "hold.released"
EXPORTED = "subject.exported"


def record(
    connection: Connection, keyring: Keyring, kind: str, *, tenant: str, by: str, about: str, facts: Mapping[str, Any],
    at: datetime, subject: str | None = None, call: str | None = None, policy: str | None = None,
) -> str:
    """Append one entry in the caller's transaction and give its event id; what is said of `about` twice is one entry.

    The facts are sealed under the key of what staff does, not a call's: they outlive it, and hold none of its words.
    """
    declare(connection, tenant)
    event_id = derived_id(f"{tenant}/{kind}/{about}", ROOM, 0)
    if _known(connection, tenant, event_id):
        return event_id
    draft = sealed(
        keyring, kind, tenant=tenant, stream=ROOM, event_id=event_id, by=by, at=at, facts=facts, subject=subject,
        policy=policy, call=call,
    )
    append(connection, tenant, [draft], at)
    return event_id


def place(connection: Connection, tenant: str, event_id: str) -> int | None:
    """Give the index of an entry."""
    return places(connection, tenant, [event_id]).get(event_id)


def places(connection: Connection, tenant: str, event_ids: Sequence[str]) -> dict[str, int]:
    """Give the index of each of these entries that is in the log."""
    query = select(LEAF.c.event_id, LEAF.c.idx).where(LEAF.c.tenant == tenant, LEAF.c.event_id.in_(event_ids))
    return {row.event_id: row.idx for row in connection.execute(query)}


def _known(connection: Connection, tenant: str, event_id: str) -> bool:
    return place(connection, tenant, event_id) is not None
