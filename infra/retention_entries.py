"""Entries of the audit log about retention: holds, erasures, expiries, exports; appended where they become true."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from infra.access_log import ACCESS
from infra.audit_store import append
from infra.audit_tables import LEAF
from infra.keys import Keyring
from infra.tenancy import declare
from schemas.audit import Draft
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
    key_id = keyring.ensure(tenant=tenant, call_id=ACCESS)
    plaintext = json.dumps(facts, sort_keys=True).encode()
    payload = keyring.commit_payload(key_id=key_id, tenant=tenant, event_id=event_id, plaintext=plaintext)
    draft = Draft(
        tenant=tenant,
        stream=keyring.pseudonym(tenant=tenant, kind="stream", value=ROOM),
        event_id=event_id,
        type=kind,
        occurred_at=at,
        actor=keyring.pseudonym(tenant=tenant, kind="actor", value=by),
        actor_label=by,
        subject=subject,
        policy_version=policy,
        payload=payload.commitment,
        call=call,
        ct=payload.ct,
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
