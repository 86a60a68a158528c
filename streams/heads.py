"""Commits each tenant's log to the ends of its streams, again and again, so that nothing can be cut off unseen."""

import asyncio

from sqlalchemy import Engine

from infra import clock, stream_heads
from infra.audit_store import tenants
from infra.database import transaction
from infra.keys import Keyring
from streams.rounds import rounds


class HeadsTimer:
    """Writes entries of stream heads until cancelled; a database that does not answer is waited for."""

    def __init__(self, *, engine: Engine, keyring: Keyring, every_s: float) -> None:
        self._engine = engine
        self._keyring = keyring
        self._every_s = every_s

    async def run(self) -> None:
        """Wait first: a service that starts often does not write often."""
        await asyncio.sleep(self._every_s)
        await rounds(self.once, every_s=self._every_s, room="heads")

    def once(self) -> None:
        """Write one entry into each log that has grown since its last one."""
        with transaction(self._engine) as connection:
            growing = tenants(connection)
        for tenant in growing:
            with transaction(self._engine) as connection:
                stream_heads.record(connection, self._keyring, tenant=tenant, at=clock.now())
