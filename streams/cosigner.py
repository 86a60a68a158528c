"""Asks witnesses and a time-stamping authority about the log of logs by itself; whoever fails is an entry, no more."""

import asyncio

import structlog
from sqlalchemy import Engine

from infra import clock, cosigning
from infra.audit_store import append
from infra.cosigning import Others
from infra.database import transaction
from infra.keys import Keyring
from streams.entries import failure
from streams.rounds import rounds

log = structlog.get_logger()


class Cosigner:
    """Asks until cancelled. Who begins to fail is one entry of the house's log, not one each time."""

    def __init__(self, *, engine: Engine, keyring: Keyring, others: Others, every_s: float) -> None:
        self._engine = engine
        self._keyring = keyring
        self._others = others
        self._every_s = every_s
        self._failing: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Ask again and again; with nobody to ask, wait for the end."""
        if self._others == Others():
            await asyncio.Event().wait()
        await rounds(self.once, every_s=self._every_s, room="cosigner")

    def once(self) -> None:
        """Ask everybody once, each within its bound."""
        failed: set[tuple[str, str]] = set()
        cosigned = cosigning.once(
            self._engine, self._others, at=clock.now(), tell=lambda kind, whom: failed.add((kind, whom))
        )
        for kind, whom in sorted(failed - self._failing):
            log.error("somebody did not vouch for the audit log", kind=kind, whom=whom)
            self._record(kind, whom)
        if failed or cosigned is not None:
            self._failing = failed  # nothing asked, nothing learned

    def _record(self, kind: str, whom: str) -> None:
        at = clock.now()
        draft = failure(kind, whom=whom, at=at, keyring=self._keyring)
        with transaction(self._engine) as connection:
            append(connection, draft.tenant, [draft], at)
