"""One sweep of retention: keys that a restore revived are destroyed again, erasures go on, what has expired goes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from governance.retention import cutoff
from infra import audit_store, erasures, retention_entries, retention_lock
from infra.database import transaction
from infra.forgetting import Forgetter
from infra.key_tables import SUBJECT_KEY
from schemas.retention import CLASSES, SweepReport

AT_ONCE = 100
AT_MOST = 1000  # keys of one look into the database
# Held calls are passed over here so that they do not fill every batch; whether a hold counts is decided under the lock.
DUE = text("""
SELECT c.call_id FROM call AS c
WHERE c.tenant = :tenant AND coalesce(c.ended_at, c.started_at) <= :cutoff
    AND NOT EXISTS (SELECT FROM sweep_receipt AS r
        WHERE r.tenant = c.tenant AND r.call_id = c.call_id AND r.data_class = :data_class)
    AND NOT EXISTS (SELECT FROM legal_hold AS h WHERE h.tenant = c.tenant AND h.released_at IS NULL
        AND (h.call_id = c.call_id OR h.subject = c.caller_pseudonym))
ORDER BY coalesce(c.ended_at, c.started_at) LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps all tenants; safe beside another one, and to be ended anywhere."""

    forgetter: Forgetter

    def once(self, *, at: datetime) -> SweepReport:
        """Do what is due now."""
        buried = self._bury(at)
        erased, completed = self._erase(at)
        return SweepReport(buried=buried, erased=erased, completed=completed, expired=self._expire(at))

    def due(self, *, at: datetime) -> list[tuple[str, str]]:
        """Give tenant and call of what has expired, without touching it."""
        with transaction(self.forgetter.pool) as connection:
            tenants = audit_store.tenants(connection)  # whoever has a call has a log
        return [(tenant, call_id) for tenant in tenants for call_id in self._due_of(tenant, at)]

    def _due_of(self, tenant: str, at: datetime) -> list[str]:
        rules = self.forgetter.policies.current(tenant).live.retention
        found: dict[str, None] = {}
        with transaction(self.forgetter.pool) as connection:
            for data_class in CLASSES:
                before = cutoff(getattr(rules, data_class), at=at)
                if before is not None:
                    wanted = {"tenant": tenant, "cutoff": before, "data_class": data_class, "most": AT_ONCE}
                    found |= dict.fromkeys(connection.execute(DUE, wanted).scalars())
        return list(found)

    def _expire(self, at: datetime) -> int:
        settled = [
            self.forgetter.settle(tenant=tenant, call_id=call_id, erasure=None, by=retention_entries.COMPONENT, at=at)
            for tenant, call_id in self.due(at=at)
        ]
        return sum(bool(one.deleted) for one in settled)

    def _erase(self, at: datetime) -> tuple[int, int]:
        with transaction(self.forgetter.pool) as connection:
            standing = erasures.standing(connection)
        erased = completed = 0
        for tenant, erasure in standing:
            done = self.forgetter.erase(tenant=tenant, erasure=erasure, by=retention_entries.COMPONENT, at=at)
            erased += len({one.call_id for one in done.erased if one.swept_at == at})
            completed += done.completed_at == at
        return erased, completed

    def _bury(self, at: datetime) -> int:
        """Make the file of destroyed keys and the table agree: what is destroyed in one is destroyed in both."""
        keyring, table = self.forgetter.keyring, SUBJECT_KEY.c
        with transaction(self.forgetter.pool) as connection:
            dead = set(connection.execute(select(table.key_id).where(table.destroyed_at.is_not(None))).scalars())
        buried, missing = 0, sorted(keyring.tombstones.all() - dead)
        keyring.tombstones.add(dead)
        for start in range(0, len(missing), AT_MOST):
            some = table.key_id.in_(missing[start : start + AT_MOST])
            with transaction(self.forgetter.pool) as connection:
                revived = connection.execute(select(table.tenant, table.call, table.key_id).where(some)).all()
            for row in revived:
                self._bury_one(row.tenant, row.call, row.key_id, at)
            buried += len(revived)
        return buried

    def _bury_one(self, tenant: str, call_id: str, key_id: str, at: datetime) -> None:
        forgetter, by = self.forgetter, retention_entries.COMPONENT
        with transaction(forgetter.pool) as connection:
            retention_lock.take(connection, tenant)
            forgetter.keyring.destroy(connection, tenant=tenant, call_id=call_id, at=at)
            retention_entries.record(
                connection, forgetter.keyring, retention_entries.BURIED, tenant=tenant, by=by,
                about=f"{key_id}/{at.isoformat()}", facts={"key_id": key_id, "call": call_id}, at=at, call=call_id,
            )
        forgetter.settle(tenant=tenant, call_id=call_id, erasure=f"restored:{key_id}", by=by, at=at)
