"""Signs what the audit logs hold, at most twice a second each (C2SP tlog-checkpoint), the log of logs last."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from governance.audit.log_of_logs import LOGS
from governance.audit.note import Signer
from infra import clock, log_of_logs
from infra.audit_keys import log_signers, origin_of, seeds_mark
from infra.audit_store import tenants
from infra.checkpoints import Published, publish
from infra.database import transaction
from infra.rollback_guard import RollbackGuard
from streams.rounds import rounds

EVERY_S = 0.5


class Publisher:
    """Publishes a checkpoint of every tenant's log; a rollback or a fork is fatal (RollbackRefused)."""

    def __init__(self, *, engine: Engine, keys: Path, guard: Path, origin_prefix: str) -> None:
        self._engine = engine
        self._keys = keys
        self._guard = RollbackGuard(guard)
        self._prefix = origin_prefix
        self._signers: dict[str, list[Signer]] = {}
        self._seeds: tuple[int, ...] = ()
        self._taken: set[str] = set()  # whose newest checkpoint is surely in the log of logs

    async def run(self) -> None:
        """Publish until cancelled; a database that does not answer is waited for."""
        await rounds(self.once, every_s=EVERY_S, room="publisher")

    def once(self) -> None:
        """Sign each log that has grown; what was signed is an entry of the log of logs in the same transaction."""
        with transaction(self._engine) as connection:
            growing = tenants(connection)
        if self._seeds != (seeds := seeds_mark(self._keys)):
            self._seeds = seeds
            self._signers.clear()
        for tenant in growing:
            with transaction(self._engine) as connection:
                published = self._publish(connection, tenant)
                if published.fresh or tenant not in self._taken:
                    log_of_logs.take(connection, published.note, at=clock.now())
            self._taken.add(tenant)
        if growing:
            with transaction(self._engine) as connection:
                self._publish(connection, LOGS)

    def _publish(self, connection: Connection, tenant: str) -> Published:
        origin = origin_of(tenant, prefix=self._prefix)
        if tenant not in self._signers:
            self._signers[tenant] = log_signers(self._keys, origin=origin)
        return publish(
            connection, tenant=tenant, origin=origin, signers=self._signers[tenant], guard=self._guard,
            signed_at=clock.now(),
        )
