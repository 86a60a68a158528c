"""Which policy a call is held to: the version it began with, or what its tenant has published last."""

import threading
import time
from dataclasses import dataclass

from sqlalchemy import Engine

from infra import policy_store
from infra.policy_store import PolicyUnknown
from infra.tenancy import tenant_transaction
from schemas.policies import Policy

FRESH_S = 1.0  # a publication counts for calls that begin so long after it at the latest
MOST_VERSIONS = 1000


@dataclass(frozen=True, slots=True)
class Current:
    """What counts for calls that begin now; `shadow` only watches."""

    live: Policy
    shadow: Policy | None = None


class PolicyBook:
    """Published versions, each read once; safe to use from several threads."""

    def __init__(self, *, engine: Engine, house: Policy) -> None:
        """`house`: the policy of the settings, which counts until a tenant publishes one."""
        self.house = house
        self._engine = engine
        self._lock = threading.Lock()
        self._versions: dict[tuple[str, str], Policy] = {}
        self._current: dict[str, tuple[float, Current]] = {}

    def held(self, tenant: str, label: str) -> Policy | None:
        """A version that is in memory, so that nobody waits for the database."""
        if label == self.house.label:
            return self.house
        with self._lock:
            return self._versions.get((tenant, label))

    def version(self, tenant: str, label: str) -> Policy | None:
        """A published version, or the one of the house; None where nobody has published it."""
        known = self.held(tenant, label)
        if known is not None:
            return known
        try:
            with tenant_transaction(self._engine, tenant) as connection:
                policy, _ = policy_store.read(connection, tenant, label)
        except PolicyUnknown:
            return None
        with self._lock:
            while len(self._versions) >= MOST_VERSIONS:
                self._versions.pop(next(iter(self._versions)))
            self._versions[tenant, label] = policy
        return policy

    def current(self, tenant: str) -> Current:
        """What counts for a call that begins now."""
        with self._lock:
            known = self._current.get(tenant)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        with tenant_transaction(self._engine, tenant) as connection:
            labels = policy_store.in_force(connection, tenant)
        live = self.version(tenant, labels.live) if labels.live is not None else None
        shadow = self.version(tenant, labels.shadow) if labels.shadow is not None else None
        found = Current(live or self.house, shadow)
        with self._lock:
            self._current[tenant] = (time.monotonic() + FRESH_S, found)
        return found

    def may_act(self, tenant: str, label: str) -> bool:
        """Whether a call may begin with this version: the one of the house, or one that was published to act."""
        if label == self.house.label:
            return True
        with tenant_transaction(self._engine, tenant) as connection:
            return policy_store.was_live(connection, tenant, label)

    def forget_current(self, tenant: str) -> None:
        """Ask the database again: this process has published."""
        with self._lock:
            self._current.pop(tenant, None)
