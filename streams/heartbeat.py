"""Looks for logs in which nothing happens and writes a heartbeat there, so that a silence is shown, not believed."""

from datetime import timedelta

from sqlalchemy import Engine

from infra import clock
from infra.audit_store import tenants
from infra.database import transaction
from infra.heartbeat import beat
from infra.keys import Keyring
from streams.rounds import rounds

LOOKS = 4  # in the time after which one is due: between two entries lies a quarter more at most


class Heartbeat:
    """Writes heartbeats until cancelled; a database that does not answer is waited for."""

    def __init__(self, *, engine: Engine, keyring: Keyring, every_s: float) -> None:
        self._engine = engine
        self._keyring = keyring
        self._every = timedelta(seconds=every_s)

    async def run(self) -> None:
        """Look at once: what lay still while nothing ran here has its first entry again."""
        await rounds(self.once, every_s=self._every.total_seconds() / LOOKS, room="heartbeat")

    def once(self) -> None:
        """Write one entry into each log that lay still for so long."""
        with transaction(self._engine) as connection:
            still = tenants(connection)
        for tenant in still:
            with transaction(self._engine) as connection:
                beat(connection, self._keyring, tenant=tenant, at=clock.now(), every=self._every)
