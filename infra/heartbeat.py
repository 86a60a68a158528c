"""Writes entries into a log in which nothing happens, so that its silence can be told from a cut."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from infra.audit_state import lock_head
from infra.audit_store import append
from infra.house_entries import plain
from infra.keys import Keyring
from infra.tenancy import declare
from schemas.base import derived_id

HEARTBEAT = "log.heartbeat"


def beat(connection: Connection, keyring: Keyring, *, tenant: str, at: datetime, every: timedelta) -> int | None:
    """Append a heartbeat where nothing was recorded for so long; None where something was, or the log is empty."""
    declare(connection, tenant)
    frontier, last = lock_head(connection, tenant)
    if last is None or at - last < every:
        return None
    event_id = derived_id(f"{tenant}/{frontier.size}", HEARTBEAT, 0)
    draft = plain(keyring, HEARTBEAT, tenant=tenant, stream=HEARTBEAT, event_id=event_id, at=at)
    return append(connection, tenant, [draft], at)[0].index
