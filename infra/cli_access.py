"""Reads from the command line are entries of the audit log, committed before the first row or file is written."""

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine

from governance.errors import InputError
from infra.access_log import AccessLog
from infra.clock import now
from infra.keys import Keyring
from infra.settings import Settings
from infra.tokens import Principal


def existing_kek() -> Path:
    """Find the key that seals what staff asked for; a new one would seal it so that the service cannot open it."""
    kek = Settings().kek
    if not kek.is_file():
        raise InputError("no keys in the data folder, so the read cannot be recorded: set CALLWARDEN_DATA")
    return kek


def record_read(
    pool: Engine, tenant: str, *, what: str, asked: Mapping[str, str], found: Sequence[str], call: str | None = None
) -> None:
    """Commit who read what; whatever becomes of the answer, that it was taken is known."""
    at = now()
    keyring = Keyring(engine=pool, kek=existing_kek())
    access = AccessLog(engine=pool, keyring=keyring, instance=f"{what}/{at.isoformat()}")
    who = Principal(f"cli:{_login()}", tenant, "admin")
    access.read(who, what=what, asked=asked, found=found, at=at, call=call)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
