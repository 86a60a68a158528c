"""Which policy a room holds a call to: the version it began with, to its end."""

import asyncio
from typing import Protocol

from infra.policy_book import Current
from schemas.base import Event
from schemas.calls import CallAdmitted, CallStarted
from schemas.policies import Policy


class Policies(Protocol):
    """The versions that tenants have published (infra/policy_book.py)."""

    def held(self, tenant: str, label: str) -> Policy | None:
        """A version that is in memory."""

    def version(self, tenant: str, label: str) -> Policy | None:
        """A version, or None where nobody has published it."""

    def current(self, tenant: str) -> Current:
        """What counts for a call that begins now."""

    def may_act(self, tenant: str, label: str) -> bool:
        """Whether a call may begin with this version."""


Rules = Policy | Policies


class Pinning:
    """Finds the version of each call; one policy given, every call is held to it."""

    def __init__(self, rules: Rules) -> None:
        self._one = rules if isinstance(rules, Policy) else None
        self._policies = None if isinstance(rules, Policy) else rules

    async def live(self, event: Event, pinned: str | None) -> Policy:
        """The version a call is pinned to; the current one where it is not yet, or nobody knows that version."""
        if self._policies is None:
            assert self._one is not None  # noqa: S101 - one of the two was given
            return self._one
        label = pinned
        if isinstance(event.data, CallAdmitted):
            label = event.data.policy_version
        elif isinstance(event.data, CallStarted) and event.data.policy_version is not None:
            asked = event.data.policy_version
            may = await asyncio.to_thread(self._policies.may_act, event.tenant, asked)
            label = asked if may else pinned  # what only watches must not act because a channel names it
        known = await self._version(event.tenant, label)
        return known or (await asyncio.to_thread(self._policies.current, event.tenant)).live

    async def watching(self, event: Event) -> str | None:
        """The version that watches a call that begins now."""
        if self._policies is None:
            return None
        shadow = (await asyncio.to_thread(self._policies.current, event.tenant)).shadow
        return shadow.label if shadow is not None else None

    async def shadow(self, event: Event, label: str | None) -> Policy | None:
        """The version that watches this call."""
        return await self._version(event.tenant, label)

    async def _version(self, tenant: str, label: str | None) -> Policy | None:
        if self._policies is None or label is None:
            return None
        # In memory this takes microseconds; a thread would cost a hundred times that.
        held = self._policies.held(tenant, label)
        return held or await asyncio.to_thread(self._policies.version, tenant, label)
