"""Sessions of people in a browser: rows that end, found by the digest of a secret that only the browser keeps."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Column, DateTime, Engine, MetaData, Table, Text, delete, insert, or_, select, update

from infra.tenancy import tenant_transaction
from infra.tokens import ROLES, Principal, Role, readable_tenant

SESSION = Table(
    "login_session",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
LASTS = timedelta(hours=12)
IDLE = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)  # a write for each request would cost more than the request
MAX_CHARACTERS = 256
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Named:
    """Which session, without the secret that opens it."""

    tenant: str
    session: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What the browser gets: the secret for its cookie, and what it must say with everything that changes something."""

    secret: str
    csrf: str


class LoginSessions:
    """Opens, finds and ends sessions; each call is a transaction that sees one tenant only."""

    def __init__(self, engine: Engine, *, lasts: timedelta = LASTS, idle: timedelta = IDLE) -> None:
        """A session ends `lasts` after it was opened, or `idle` after it was last used."""
        self._engine = engine
        self._lasts = lasts
        self._idle = idle

    def open(self, who: Principal, *, via: str, at: datetime) -> Opened:
        """Open a session of a person who has shown who she is; `via` says how (`token` or `oidc`)."""
        # The tenant is part of the secret: the row is looked for under its row security, as everything else.
        secret = f"{who.tenant}.{secrets.token_urlsafe(RANDOM_BYTES)}"
        values = {
            "tenant": who.tenant, "session": _digest(secret), "subject": who.subject, "role": who.role, "via": via,
            "opened_at": at, "seen_at": at, "expires_at": at + self._lasts,
        }
        over = delete(SESSION).where(
            SESSION.c.tenant == who.tenant,
            or_(SESSION.c.expires_at <= at, SESSION.c.seen_at <= at - self._idle),
        )
        with tenant_transaction(self._engine, who.tenant) as connection:
            connection.execute(over)
            connection.execute(insert(SESSION).values(values))
        return Opened(secret, csrf_of(secret))

    def find(self, secret: str, *, at: datetime) -> Principal | None:
        """Give whose session it is, or None where there is none or not any more."""
        tenant = _tenant(secret)
        if tenant is None:
            return None
        mine = (SESSION.c.tenant == tenant, SESSION.c.session == _digest(secret))
        query = select(SESSION).where(*mine, SESSION.c.expires_at > at, SESSION.c.seen_at > at - self._idle)
        with tenant_transaction(self._engine, tenant) as connection:
            row = connection.execute(query).one_or_none()
            if row is None or row.role not in ROLES:
                return None
            if row.seen_at <= at - SEEN_EVERY:
                connection.execute(update(SESSION).where(*mine, SESSION.c.seen_at < at).values(seen_at=at))
        return Principal(subject=row.subject, tenant=tenant, role=cast("Role", row.role))

    def end(self, secret: str) -> Principal | None:
        """End a session at once, for every process; gives whose it was."""
        tenant = _tenant(secret)
        if tenant is None:
            return None
        mine = (SESSION.c.tenant == tenant, SESSION.c.session == _digest(secret))
        with tenant_transaction(self._engine, tenant) as connection:
            row = connection.execute(delete(SESSION).where(*mine).returning(SESSION)).one_or_none()
        return None if row is None else Principal(subject=row.subject, tenant=tenant, role=cast("Role", row.role))

    def over(self, tenant: str, sessions: Collection[str], *, at: datetime) -> frozenset[str]:
        """Give those of a tenant's sessions that are not any more; to look is no use of them."""
        still = select(SESSION.c.session).where(
            SESSION.c.tenant == tenant, SESSION.c.session.in_(sessions), SESSION.c.expires_at > at,
            SESSION.c.seen_at > at - self._idle,
        )
        with tenant_transaction(self._engine, tenant) as connection:
            return frozenset(sessions) - frozenset(connection.execute(still).scalars())

    def end_all(self, *, tenant: str, subject: str) -> int:
        """End every session of a person; gives how many there were."""
        hers = delete(SESSION).where(SESSION.c.tenant == tenant, SESSION.c.subject == subject)
        with tenant_transaction(self._engine, tenant) as connection:
            return connection.execute(hers).rowcount


def named(secret: str) -> Named | None:
    """Name the session of a secret; None where it is none."""
    tenant = _tenant(secret)
    return None if tenant is None else Named(tenant, _digest(secret))


def csrf_of(secret: str) -> str:
    """Give what must come with a change in this session: derived, so nothing more is kept."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _tenant(secret: str) -> str | None:
    tenant, dot, random = secret.partition(".")
    if not dot or not random or len(secret) > MAX_CHARACTERS:
        return None
    return readable_tenant(tenant)
