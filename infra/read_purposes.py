"""Opens what reads of the audit log were for, as their entries commit to it."""

import json

from sqlalchemy import Engine, select

from governance.audit.errors import VerificationError
from governance.audit.leaf import parse_leaf
from governance.errors import InputError
from infra.access_log import READ
from infra.audit_tables import LEAF, PAYLOAD
from infra.keys import Keyring
from infra.sealed_payload import open_payload
from infra.tenancy import tenant_transaction
from schemas.audit import AuditPage


def told(pool: Engine, keyring: Keyring, tenant: str, page: AuditPage) -> AuditPage:
    """Give the page with the purposes of the reads on it; a payload that does not open has none to show."""
    reads = [entry.index for entry in page.entries if entry.type == READ]
    if not reads:
        return page
    query = select(LEAF.c.idx, LEAF.c.entry, PAYLOAD.c.ct).join(
        PAYLOAD, (PAYLOAD.c.tenant == LEAF.c.tenant) & (PAYLOAD.c.idx == LEAF.c.idx)
    ).where(LEAF.c.tenant == tenant, LEAF.c.idx.in_(reads))
    with tenant_transaction(pool, tenant) as connection:
        rows = connection.execute(query).all()
    purposes = {row.idx: _purpose(keyring, tenant, bytes(row.entry), bytes(row.ct)) for row in rows}
    entries = tuple(
        entry.model_copy(update={"purpose": purposes[entry.index]}) if entry.index in purposes else entry
        for entry in page.entries
    )
    return page.model_copy(update={"entries": entries})


def _purpose(keyring: Keyring, tenant: str, entry: bytes, ct: bytes) -> str | None:
    try:
        leaf = parse_leaf(entry)
        if leaf.payload is None:
            return None
        key = keyring.event_key(key_id=leaf.payload.kid, event_id=leaf.event_id)
        plain = open_payload(key, tenant=tenant, event_id=leaf.event_id, ct=ct, commitment=leaf.payload)
        purpose = json.loads(plain).get("purpose")
    except (InputError, VerificationError, ValueError):
        return None
    return purpose if isinstance(purpose, str) else None
