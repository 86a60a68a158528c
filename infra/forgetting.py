"""Forgets calls: decides under the tenant's lock, destroys the key, deletes rows and records it, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.dialects.postgresql import insert

from governance.retention import GONE, Standing, decide, key_goes
from infra import call_sweep, erasures, holds, retention_entries, retention_lock
from infra.access_log import ACCESS
from infra.database import transaction
from infra.key_tables import SUBJECT_KEY
from infra.keys import Keyring
from infra.policy_book import PolicyBook
from infra.read_tables import CALL
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
        call, key = _rows(connection, tenant, call_id)
        before = _receipts(connection, tenant, call_id)
        standing = Standing(
            started_at=call.started_at if call else key.created_at if key else at,
            ended_at=_ended_at(call, key, before, at), holds=holds.covering(connection, tenant, call_id),
            erasure=erasure,
        )
        rulings = decide(policy.retention, standing, at=at)
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


def _rows(connection: Connection, tenant: str, call_id: str) -> tuple[Row[Any] | None, Row[Any] | None]:
    call = select(CALL).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
    key = select(SUBJECT_KEY).where(SUBJECT_KEY.c.tenant == tenant, SUBJECT_KEY.c.call == call_id)
    return connection.execute(call).one_or_none(), connection.execute(key).one_or_none()


def _ended_at(call: Row[Any] | None, key: Row[Any] | None, before: set[str], at: datetime) -> datetime | None:
    if call is not None:
        ended: datetime | None = call.ended_at
        return ended if call.state == "ended" else None
    # Only its key is known: it has been swept, or its first event is on its way and may name a caller who is held.
    swept = before == set(CLASSES) or (key is not None and key.destroyed_at is not None)
    return at if swept else None


def _receipts(connection: Connection, tenant: str, call_id: str) -> set[str]:
    query = select(RECEIPT.c.data_class).where(RECEIPT.c.tenant == tenant, RECEIPT.c.call_id == call_id)
    return set(connection.execute(query).scalars())
