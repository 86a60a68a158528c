"""One key a call, wrapped by a key-encryption key (Tink envelope encryption): destroying it forgets the call."""

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert
from tink import TinkError

from governance.errors import InputError, InvariantError
from infra.clock import now
from infra.database import transaction
from infra.key_tables import SUBJECT_KEY
from infra.key_wrapping import KeyMaterial, load_kek, new_key_id, new_material, unwrap, wrap
from infra.sealed_payload import Payload, SealBroken, derive, event_key, seal_payload
from infra.tombstones import FILE, Tombstones

TENANT_KEY = ""  # in place of a call id
HELD_KEYS = 10_000
# A key that was destroyed on another machine is forgotten here after this long at the latest; on this one, at once.
HELD_FOR_S = 60.0
PSEUDONYM_HEX = 16


class KeyDestroyed(InputError):
    """The call was forgotten: nothing of it can be sealed or opened any more."""


class KeyUnknown(InputError):
    """No key has this id."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext and the id of the key that opens it."""

    key_id: str
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class _Held:
    key_id: str
    tenant: str
    call: str
    material: KeyMaterial
    until: float


class Keyring:
    """Seals and opens under the keys in table subject_key; safe to use from several threads."""

    def __init__(self, *, engine: Engine, kek: Path) -> None:
        """Open the key-encryption key, creating it the first time."""
        self._engine = engine
        self._kek = load_kek(kek)
        self.tombstones = Tombstones(kek.with_name(FILE))
        self._lock = threading.Lock()
        self._by_id: OrderedDict[str, _Held] = OrderedDict()
        self._id_of: dict[tuple[str, str], str] = {}

    def ensure(self, *, tenant: str, call_id: str) -> str:
        """Give the id of the call's key, made on first use; raises KeyDestroyed for a forgotten call."""
        return self._of_call(tenant, call_id).key_id

    def remembers(self, *, tenant: str, call_id: str) -> bool:
        """Tell whether the call may still be told of; of a forgotten one the front door takes nothing."""
        try:
            self.ensure(tenant=tenant, call_id=call_id)
        except InputError:
            return False
        return True

    def holds(self, *, tenant: str, call_id: str) -> bool:
        """Tell whether the call's key is in memory, so that sealing does not ask the database."""
        return self._held(self._id_of.get((tenant, call_id), "")) is not None

    def holds_id(self, key_id: str) -> bool:
        """Tell whether the key with this id is in memory, so that opening does not ask the database."""
        return self._held(key_id) is not None

    def seal(self, *, tenant: str, call_id: str, plaintext: bytes, context: bytes) -> Sealed:
        """Encrypt under the call's key; only the same context opens it."""
        held = self._of_call(tenant, call_id)
        return Sealed(held.key_id, held.material.cipher.encrypt(plaintext, context))

    def open(self, *, key_id: str, ciphertext: bytes, context: bytes) -> bytes:
        """Decrypt; raises KeyDestroyed, KeyUnknown or SealBroken."""
        held = self._of_id(key_id)
        try:
            plaintext: bytes = held.material.cipher.decrypt(ciphertext, context)
        except TinkError:
            raise SealBroken("the value does not open with this key and context") from None
        return plaintext

    def pseudonym(self, *, tenant: str, kind: str, value: str) -> str:
        """Name a value of a tenant by a keyed digest, the same in all its calls, e.g. `caller-3f09…`."""
        secret = derive(self._of_call(tenant, TENANT_KEY).material.dek, "pseudonym")
        return f"{kind}-{_mac(secret, kind, value)[:PSEUDONYM_HEX]}"

    def digest(self, *, tenant: str, call_id: str, value: str) -> str:
        """Give a keyed digest of a value, the same within one call only."""
        return _mac(derive(self._of_call(tenant, call_id).material.dek, "digest"), value)

    def commit_payload(self, *, key_id: str, tenant: str, event_id: str, plaintext: bytes) -> Payload:
        """Seal an event's payload for the audit log; deterministic, so a redelivered event commits to the same."""
        return seal_payload(
            self.event_key(key_id=key_id, event_id=event_id),
            kid=key_id, tenant=tenant, event_id=event_id, plaintext=plaintext,
        )

    def event_key(self, *, key_id: str, event_id: str) -> bytes:
        """Give the key of one event's payload; it opens no other event."""
        return event_key(self._of_id(key_id).material.dek, event_id)

    def destroy(self, connection: Connection, *, tenant: str, call_id: str, at: datetime) -> str:
        """Destroy a call's key for ever when the caller's transaction commits; answers the key's id."""
        table = SUBJECT_KEY
        new = insert(table).values(key_id=new_key_id(), tenant=tenant, call=call_id, created_at=at, destroyed_at=at)
        # A call that has no key yet gets a destroyed one, so that none is made for it later.
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["tenant", "call"],
                set_={"wrapped": None, "destroyed_at": at},
                where=table.c.destroyed_at.is_(None),
            )
        )
        mine = select(table.c.key_id).where(table.c.tenant == tenant, table.c.call == call_id)
        key_id: str = connection.execute(mine).scalar_one()
        self.forget(key_id)
        return key_id

    def forget(self, key_id: str) -> None:
        """Drop a key from memory; it is read again when it is needed and still there."""
        with self._lock:
            self._drop(key_id)

    def _held(self, key_id: str) -> _Held | None:
        held = self._by_id.get(key_id)
        alive = held is not None and held.until > time.monotonic() and key_id not in self.tombstones
        return held if alive else None

    def _of_call(self, tenant: str, call_id: str) -> _Held:
        held = self._held(self._id_of.get((tenant, call_id), ""))
        return held if held is not None else self._read_or_make(tenant, call_id)

    def _of_id(self, key_id: str) -> _Held:
        held = self._held(key_id)
        if held is not None:
            return held
        with transaction(self._engine) as connection:
            row = connection.execute(select(SUBJECT_KEY).where(SUBJECT_KEY.c.key_id == key_id)).one_or_none()
        if row is None:
            raise KeyUnknown("no key has this id")
        return self._hold(row.key_id, row.tenant, row.call, row.wrapped)

    def _read_or_make(self, tenant: str, call_id: str) -> _Held:
        table = SUBJECT_KEY
        mine = select(table).where(table.c.tenant == tenant, table.c.call == call_id)
        with transaction(self._engine) as connection:
            row = connection.execute(mine).one_or_none()
            if row is None:
                made = new_material()
                wrapped = wrap(self._kek, made, tenant=tenant)
                new = {"key_id": made.key_id, "tenant": tenant, "call": call_id, "wrapped": wrapped}
                connection.execute(insert(table).values(**new, created_at=now()).on_conflict_do_nothing())
                row = connection.execute(mine).one()  # another process may have been first: its key is the key
        return self._hold(row.key_id, row.tenant, row.call, row.wrapped)

    def _hold(self, key_id: str, tenant: str, call: str, wrapped: bytes | None) -> _Held:
        if wrapped is None or key_id in self.tombstones:
            self.forget(key_id)
            raise KeyDestroyed("the call's key was destroyed")
        try:
            material = unwrap(self._kek, wrapped, key_id=key_id, tenant=tenant)
        except TinkError:
            raise InvariantError("a key was wrapped by another key-encryption key than this one") from None
        held = _Held(key_id, tenant, call, material, time.monotonic() + HELD_FOR_S)
        with self._lock:
            self._by_id[key_id] = held
            self._by_id.move_to_end(key_id)
            self._id_of[tenant, call] = key_id
            while len(self._by_id) > HELD_KEYS:
                self._drop(next(iter(self._by_id)))
        return held

    def _drop(self, key_id: str) -> None:
        held = self._by_id.pop(key_id, None)
        if held is not None:
            self._id_of.pop((held.tenant, held.call), None)


def _mac(secret: bytes, *parts: str) -> str:
    return hmac.new(secret, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()
