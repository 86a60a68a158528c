"""Accounts of services: scoped keys that are shown once, change hands with an overlap, and are kept as digests only."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Table,
    Text,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from governance.errors import InputError
from infra.tenancy import tenant_transaction
from infra.tokens import Named, Principal, TokenRefused, readable_tenant
from schemas.base import derived_id

_META = MetaData()
ACCOUNT = Table(
    "service_account",
    _META,
    Column("tenant", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
KEY = Table(
    "service_key",
    _META,
    Column("tenant", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
)
PREFIX = "cwk_"
FORM = re.compile(r"cwk_([a-z0-9-]{1,63})_([0-9a-f]{16})_([0-9a-f]{64})")
USED_EVERY = timedelta(minutes=1)
MOST = 1000


class AccountUnknown(InputError):
    """This tenant has no such account, or not any more."""


class NameTaken(InputError):
    """Another account that is in use has this name."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an account, without its secret."""

    key: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """One service that comes in by itself, and its keys that hold, newest first."""

    account: str
    name: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    keys: tuple[Key, ...]


def find(pool: Engine, token: str, *, at: datetime) -> Principal:
    """Give the service a key is of; raises TokenRefused."""
    form = FORM.fullmatch(token)
    tenant = readable_tenant(form[1]) if form else None
    if form is None or tenant is None:
        raise TokenRefused("the key is refused: it is none of this service")
    with tenant_transaction(pool, tenant) as connection:
        row = connection.execute(
            select(ACCOUNT.c.name, ACCOUNT.c.scopes, ACCOUNT.c.ended_at, KEY).join(
                KEY, (KEY.c.tenant == ACCOUNT.c.tenant) & (KEY.c.account == ACCOUNT.c.account)
            ).where(KEY.c.tenant == tenant, KEY.c.key == form[2])
        ).one_or_none()
        if row is None:
            raise TokenRefused("the key is refused: it is none of this service")
        subject = f"service:{row.name}"
        if not hmac.compare_digest(row.digest, _digest(form[3])):
            raise TokenRefused("the key is refused: its secret is wrong", who=Named(subject, tenant))
        if row.ended_at is not None or (row.expires_at is not None and row.expires_at <= at):
            raise TokenRefused("the key is refused: it holds no more", who=Named(subject, tenant))
        if row.last_used_at is None or row.last_used_at <= at - USED_EVERY:
            mine = (KEY.c.tenant == tenant, KEY.c.key == form[2])
            connection.execute(update(KEY).where(*mine).values(last_used_at=at))
    return Principal(subject=subject, tenant=tenant, role="channel", scopes=frozenset(row.scopes))


def create(
    connection: Connection, tenant: str, *, name: str, scopes: Sequence[str], by: str, at: datetime
) -> tuple[Account, str]:
    """Make an account; gives it and its first key, which nobody can read again. Raises NameTaken."""
    taken = select(ACCOUNT.c.account).where(
        ACCOUNT.c.tenant == tenant, ACCOUNT.c.name == name, ACCOUNT.c.ended_at.is_(None)
    )
    account = derived_id(f"{tenant}/{name}/{at.isoformat()}/{by}", "service-account", 0)
    if connection.execute(taken).first() is not None:
        raise NameTaken(f"there is a service account {name} already: end it, or rotate its key")
    values = {
        "tenant": tenant, "account": account, "name": name, "scopes": list(scopes), "created_by": by, "created_at": at,
    }
    try:  # two at once meet at the unique index
        connection.execute(insert(ACCOUNT).values(values))
    except IntegrityError:
        raise NameTaken(f"a service account {name} is being made") from None
    token = _new_key(connection, tenant, account, at=at)
    return get(connection, tenant, account, at=at), token


def rotate(
    connection: Connection, tenant: str, account: str, *, overlap: timedelta, at: datetime
) -> tuple[Account, str]:
    """Make a new key; those before it hold for the overlap, none longer than it would have. Raises AccountUnknown."""
    get(connection, tenant, account, at=at)
    until = at + overlap
    connection.execute(
        update(KEY).where(
            KEY.c.tenant == tenant, KEY.c.account == account, or_(KEY.c.expires_at.is_(None), KEY.c.expires_at > until)
        ).values(expires_at=until)
    )
    token = _new_key(connection, tenant, account, at=at)
    return get(connection, tenant, account, at=at), token


def end(connection: Connection, tenant: str, account: str, *, at: datetime) -> Account:
    """End an account with all its keys at once; raises AccountUnknown."""
    found = get(connection, tenant, account, at=at)
    connection.execute(
        update(ACCOUNT).where(ACCOUNT.c.tenant == tenant, ACCOUNT.c.account == account).values(ended_at=at)
    )
    return found


def get(connection: Connection, tenant: str, account: str, *, at: datetime) -> Account:
    """Give one account that is in use; raises AccountUnknown."""
    found = [one for one in listing(connection, tenant, at=at) if one.account == account]
    if not found:
        raise AccountUnknown("there is no such service account")
    return found[0]


def listing(connection: Connection, tenant: str, *, at: datetime) -> list[Account]:
    """Give the accounts in use by name, with the keys that hold."""
    accounts = connection.execute(
        select(ACCOUNT).where(ACCOUNT.c.tenant == tenant, ACCOUNT.c.ended_at.is_(None)).order_by(ACCOUNT.c.name)
        .limit(MOST)
    ).all()
    keys = connection.execute(
        select(KEY).where(KEY.c.tenant == tenant, or_(KEY.c.expires_at.is_(None), KEY.c.expires_at > at))
        .order_by(KEY.c.created_at.desc(), KEY.c.expires_at.desc().nulls_first())
    ).all()
    return [
        Account(
            row.account, row.name, tuple(row.scopes), row.created_by, row.created_at,
            tuple(_keys(key for key in keys if key.account == row.account)),
        )
        for row in accounts
    ]


def _keys(rows: Iterable[object]) -> list[Key]:
    return [Key(*(getattr(row, name) for name in Key.__slots__)) for row in rows]


def _new_key(connection: Connection, tenant: str, account: str, *, at: datetime) -> str:
    key, secret = secrets.token_hex(8), secrets.token_hex(32)
    values = {"tenant": tenant, "key": key, "account": account, "digest": _digest(secret), "created_at": at}
    connection.execute(insert(KEY).values(values))
    return f"{PREFIX}{tenant}_{key}_{secret}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()  # 256 random bits need no slow hash
