"""Reads from the command line are entries of the audit log, committed before the first row or file is written."""

import getpass
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from governance.errors import InputError
from infra import purposes, read_purposes
from infra.access_log import AccessLog
from infra.clock import now
from infra.keys import Keyring
from infra.settings import Settings
from infra.tokens import Principal
from schemas.audit import AuditPage


def existing_kek() -> Path:
    """Find the key that seals what staff asked for; a new one would seal it so that the service cannot open it."""
    kek = Settings().kek
    if not kek.is_file():
        raise InputError("no keys in the data folder, so the read cannot be recorded: set CALLWARDEN_DATA")
    return kek


def record_read(
    pool: Engine, tenant: str, *, what: str, asked: Mapping[str, str], found: Sequence[str], call: str | None = None,
    purpose: str | None = None,
) -> None:
    """Commit who read what, and what for; whatever becomes of the answer, that it was taken is known."""
    at = now()
    who = principal(tenant, purpose=purpose)
    _access(pool, what, at).read(who, what=what, asked=asked, found=found, at=at, call=call)


def purposes_told(pool: Engine, tenant: str, page: AuditPage) -> AuditPage:
    """Give the page with what reads on it were for."""
    return read_purposes.told(pool, Keyring(engine=pool, kek=existing_kek()), tenant, page)


def record_rotation(pool: Engine, tenant: str, kind: str, *, vkey: str, logs_vkey: str) -> None:
    """Commit that a key of the tenant's log, and that of the log of logs with it, comes or goes."""
    at = now()
    _access(pool, kind, at).rotated(principal(tenant), kind, facts={"vkey": vkey, "log_of_logs": logs_vkey}, at=at)


def _access(pool: Engine, what: str, at: datetime) -> AccessLog:
    keyring = Keyring(engine=pool, kek=existing_kek())
    return AccessLog(engine=pool, keyring=keyring, instance=f"{what}/{at.isoformat()}")


def operator() -> str:
    """Name who runs the command, as entries of the audit log do."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli:unknown"


def principal(tenant: str, *, purpose: str | None = None) -> Principal:
    """Give who runs the command as the one who acts."""
    return Principal(operator(), tenant, "admin", purpose=purposes.checked(purpose or ""))
