"""Forgets calls: decides under the tenant's lock, destroys the key, deletes rows and records it, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from governance.retention import GONE, decide, key_goes
from infra import call_sweep, erasures, retention_entries, retention_lock, retention_standing
from infra.database import transaction
from infra.house_entries import ACCESS
from infra.keys import Keyring
from infra.policy_book import PolicyBook
from infra.retention_tables import RECEIPT
from schemas.policies import Policy
from schemas.retention import CLASSES, CallRuling, Certificate, Ruling


@dataclass(frozen=True, slots=True)
class Forgetter:
    """What an erasure and an expiry work with; each call is a transaction of its own, so any crash can be resumed."""

    pool: Engine
    keyring: Keyring
    policies: PolicyBook  # of whose versions the tenant's present one counts, for calls of before, too

    def erase(
        self, *, tenant: str, erasure: str, by: str, at: datetime, most: int | None = None
    ) -> Certificate:
        """Carry an erasure as far as holds and laws (and `most` calls) let it; run again, it goes on where it was."""
        with transaction(self.pool) as connection:
            retention_lock.take(connection, tenant)
            calls = erasures.to_do(connection, tenant, erasure)
        ruled = [self.settle(tenant=tenant, call_id=one, erasure=erasure, by=by, at=at) for one in calls[:most]]
        waiting = tuple(one for one in ruled if any(each.outcome not in GONE for each in one.rulings))
        with transaction(self.pool) as connection:
            retention_lock.take(connection, tenant)
            if not waiting and len(ruled) == len(calls):
                erasures.complete(connection, self.keyring, tenant=tenant, erasure=erasure, by=by, at=at)
            return erasures.certificate(connection, tenant, erasure, waiting=waiting)

    def settle(self, *, tenant: str, call_id: str, erasure: str | None, by: str, at: datetime) -> CallRuling:
        """Rule on one call and do what the ruling says; without `erasure`, what has expired goes."""
        self.keyring.ensure(tenant=tenant, call_id=ACCESS)  # made, if it must be, outside of the transaction
        policy = self.policies.current(tenant).live
        with transaction(self.pool) as connection:
            retention_lock.take(connection, tenant)
            done = self._settle(connection, policy, tenant, call_id, erasure, by, at)
        if done.key_destroyed and done.key_id is not None:
            # Only now: a key that the database still has must not be declared dead.
            self.keyring.forget(done.key_id)
            self.keyring.tombstones.add([done.key_id])
        return done

    def _settle(
        self, connection: Connection, policy: Policy, tenant: str, call_id: str, erasure: str | None, by: str,
        at: datetime,
    ) -> CallRuling:
        stands = retention_standing.look(connection, tenant, [call_id], erasure=erasure, at=at)[call_id]
        key, before = stands.key, stands.before
        rulings = decide(policy.retention, stands.standing, at=at)
        going = [one for one in rulings if one.outcome in GONE]
        destroys = key_goes(rulings, already=[one for one in CLASSES if one in before])
        key_id: str | None = key.key_id if key else None
        fresh = destroys and (key is None or key.destroyed_at is None)
        if destroys:
            key_id = self.keyring.destroy(connection, tenant=tenant, call_id=call_id, at=at)
        deleted = self._sweep(connection, tenant, call_id, going, erasure, key_id if destroys else None, key_id, at)
        if {one.data_class for one in going} | before == set(CLASSES):
            deleted |= call_sweep.sweep_call(connection, tenant=tenant, call_id=call_id)
        done = CallRuling(
            call_id=call_id, rulings=rulings, key_id=key_id, key_destroyed=destroys, deleted=deleted
        )
        self._record(connection, policy, tenant, done, erasure, by, at, changed=bool(deleted) or fresh)
        return done

    def _sweep(
        self, connection: Connection, tenant: str, call_id: str, going: list[Ruling], erasure: str | None,
        destroyed: str | None, key_id: str | None, at: datetime,
    ) -> dict[str, int]:
        deleted: dict[str, int] = {}
        for one in going:
            mine = {"tenant": tenant, "call_id": call_id, "data_class": one.data_class}
            first = insert(RECEIPT).values(
                **mine, outcome=one.outcome, because=one.because, erasure=erasure, key_id=destroyed, deleted={},
                swept_at=at,
            )
            added = connection.execute(first.on_conflict_do_nothing().returning(RECEIPT.c.call_id)).first()
            gone = call_sweep.sweep(connection, one.data_class, tenant=tenant, call_id=call_id, key_id=key_id)
            if added is not None and gone:
                connection.execute(RECEIPT.update().where(*(RECEIPT.c[name] == mine[name] for name in mine)).values(
                    deleted=gone
                ))
            deleted |= gone
        return deleted

    def _record(
        self, connection: Connection, policy: Policy, tenant: str, done: CallRuling, erasure: str | None, by: str,
        at: datetime, *, changed: bool,
    ) -> None:
        going = [one for one in done.rulings if one.outcome in GONE]
        facts: dict[str, Any] = {**done.model_dump(mode="json"), "erasure": erasure}
        kind = retention_entries.CALL_ERASED if erasure is not None else retention_entries.CALL_EXPIRED
        if going and changed:
            about = f"{done.call_id}/{erasure}/{at.isoformat()}"
            self._entry(connection, policy, kind, tenant, done.call_id, about, facts, by, at)
        waits = [one for one in done.rulings if one.outcome not in GONE]
        if erasure is not None and waits:
            # The same answer to the same request is one entry, however often it is asked for again.
            because = "/".join(f"{one.data_class}={one.outcome}:{one.because}" for one in waits)
            about = f"{done.call_id}/{erasure}/{because}"
            self._entry(connection, policy, retention_entries.WAITING, tenant, done.call_id, about, facts, by, at)

    def _entry(
        self, connection: Connection, policy: Policy, kind: str, tenant: str, call_id: str, about: str,
        facts: dict[str, Any], by: str, at: datetime,
    ) -> None:
        retention_entries.record(
            connection, self.keyring, kind, tenant=tenant, by=by, about=about, facts=facts, at=at, call=call_id,
            policy=policy.label,
        )

