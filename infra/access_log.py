"""Writes who read what, and who was refused, into the audit log before the answer leaves."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import Engine

from infra import purposes
from infra.audit_store import append
from infra.database import transaction
from infra.house_entries import ACCESS, sealed
from infra.keys import Keyring
from infra.tokens import Named, Principal
from schemas.audit import Draft
from schemas.base import derived_id

READ = "read"
REFUSED = "access.refused"
PUBLISHED = "policy.published"
REDELIVERED = "webhook.redelivered"
LOGGED_IN, LOGGED_OUT, TURNED_AWAY = "login.opened", "login.ended", "login.refused"
PRESENCE = "desk.presence"
ROOM = "access"


class AccessLog:
    """Appends entries of its own, each committed once the call returns."""

    def __init__(self, *, engine: Engine, keyring: Keyring, instance: str) -> None:
        """`instance` tells this process's entries from those of every other process."""
        self._engine = engine
        self._keyring = keyring
        self._instance = instance
        self._numbers = count()

    def read(
        self,
        who: Principal,
        *,
        what: str,
        asked: Mapping[str, str],
        found: Sequence[str],
        at: datetime,
        call: str | None = None,
    ) -> None:
        """Record a query: who, what for, what was asked, how much was found, and a digest of its list."""
        digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
        facts = {"what": what, "asked": dict(asked), "found": len(found), "found_sha256": digest} | purposes.facts(who)
        self._append(who, READ, facts, event_id=self._next_id(who, what), at=at, call=call)

    def looked(self, who: Principal, *, what: str, call: str, at: datetime) -> None:
        """Record that somebody looked at a call; looks at the same within one minute are one entry."""
        minute = _minute(at)
        facts = {"what": what, "call": call} | purposes.facts(who)
        # With another purpose it is another look: one id with two contents would be a conflict.
        said = f"{who.tenant}/{who.subject}/{what}/{call}/{minute.isoformat()}/{facts['purpose']}"
        event_id = derived_id(said, ROOM, 0)
        self._append(who, READ, facts, event_id=event_id, at=at, occurred_at=minute, call=call)

    def refused(self, who: Principal, *, what: str, at: datetime) -> None:
        """Record that somebody asked for what her role may not."""
        facts = {"what": what, "role": who.role}
        self._append(who, REFUSED, facts, event_id=self._next_id(who, what), at=at, call=None)

    def logged_in(self, who: Principal, *, via: str, at: datetime) -> None:
        """Record that somebody came in, and how she showed who she is."""
        facts = {"via": via, "role": who.role}
        self._append(who, LOGGED_IN, facts, event_id=self._next_id(who, LOGGED_IN), at=at, call=None)

    def logged_out(self, who: Principal, *, at: datetime) -> None:
        """Record that somebody left."""
        facts = {"role": who.role}
        self._append(who, LOGGED_OUT, facts, event_id=self._next_id(who, LOGGED_OUT), at=at, call=None)

    def ended_all(self, who: Principal, *, of: str, ended: int, at: datetime) -> None:
        """Record that every session of a person was ended: by herself, or by an admin."""
        facts = {"role": who.role, "of": of, "sessions": ended}
        self._append(who, LOGGED_OUT, facts, event_id=self._next_id(who, f"{LOGGED_OUT}/{of}"), at=at, call=None)

    def kept_account(self, who: Principal, kind: str, *, facts: Mapping[str, str], at: datetime) -> None:
        """Record that an account of a service was made, changed or ended."""
        event_id = self._next_id(who, f"{kind}/{facts.get('account')}")
        self._append(who, kind, {**facts, "role": who.role}, event_id=event_id, at=at, call=None)

    def turned_away(self, who: Named, *, why: str, at: datetime) -> None:
        """Record that a login that names somebody was refused; the same within one minute is one entry."""
        minute = _minute(at)
        event_id = derived_id(f"{who.tenant}/{who.subject}/{TURNED_AWAY}/{why}/{minute.isoformat()}", ROOM, 0)
        self._append(who, TURNED_AWAY, {"why": why}, event_id=event_id, at=at, occurred_at=minute, call=None)

    def revealed(
        self, who: Principal, kind: str, *, call: str | None, facts: Mapping[str, str | None], at: datetime
    ) -> None:
        """Record a step of a reveal; what concerns a call is sealed under its key and forgotten with it."""
        what = f"{kind}/{call}/{facts.get('reveal')}"
        facts = {**facts, "role": who.role}
        self._append(who, kind, facts, event_id=self._next_id(who, what), at=at, call=call, sealed_for=call)

    def published(self, who: Principal, *, policy: str, facts: Mapping[str, object], at: datetime) -> Draft:
        """Give the entry of a publication, for the transaction that makes it true."""
        event_id = self._next_id(who, f"{PUBLISHED}/{policy}")
        facts = {**facts, "role": who.role}
        entry = self._draft(who, PUBLISHED, facts, event_id=event_id, at=at, call=None)
        return entry.model_copy(update={"policy_version": policy})

    def redelivered(self, who: Principal, *, delivery: str, endpoint: str, call: str, at: datetime) -> None:
        """Record that somebody had a webhook delivered again."""
        facts = {"delivery": delivery, "endpoint": endpoint, "role": who.role}
        self._append(who, REDELIVERED, facts, event_id=self._next_id(who, delivery), at=at, call=call)

    def stood(self, who: Principal, *, agent: str, facts: Mapping[str, object], at: datetime) -> None:
        """Record that the presence of an agent was set; within one minute the same is one entry."""
        minute = _minute(at)
        what = f"{PRESENCE}/{agent}/{sorted(facts.items())!r}/{minute.isoformat()}"
        event_id = derived_id(f"{who.tenant}/{who.subject}/{what}", ROOM, 0)
        facts = {**facts, "agent": agent, "role": who.role}
        self._append(who, PRESENCE, facts, event_id=event_id, at=at, occurred_at=minute, call=None)

    def rotated(self, who: Principal, kind: str, *, facts: Mapping[str, str], at: datetime) -> None:
        """Record a step of the rotation of the log's own key; the payload names the verifier key."""
        self._append(who, kind, facts, event_id=self._next_id(who, kind), at=at, call=None)

    def _next_id(self, who: Named, what: str) -> str:
        return derived_id(f"{self._instance}/{who.tenant}/{who.subject}/{what}", ROOM, next(self._numbers))

    def _append(
        self, who: Named, kind: str, facts: Mapping[str, object], *, event_id: str, at: datetime,
        call: str | None, sealed_for: str | None = None, occurred_at: datetime | None = None,
    ) -> None:
        """Append an entry; what is one entry for a whole minute says it `occurred_at` its beginning."""
        draft = self._draft(
            who, kind, facts, event_id=event_id, at=occurred_at or at, call=call, sealed_for=sealed_for
        )
        with transaction(self._engine) as connection:
            append(connection, who.tenant, [draft], at)

    def _draft(
        self, who: Named, kind: str, facts: Mapping[str, object], *, event_id: str, at: datetime,
        call: str | None, sealed_for: str | None = None,
    ) -> Draft:
        return sealed(
            self._keyring, kind, tenant=who.tenant, stream=f"{ROOM}/{who.subject}", event_id=event_id, by=who.subject,
            at=at, facts=facts, call=call, sealed_for=sealed_for or ACCESS,
        )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
