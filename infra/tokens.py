"""The local issuer of logins: signed JSON Web Tokens (RFC 7519, RFC 8037; alg Ed25519 of RFC 9864)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import TypeAdapter, ValidationError

from governance.errors import InputError, InvariantError
from infra.private_file import read_or_create
from schemas.base import Tenant

Role = Literal["channel", "agent", "supervisor", "compliance", "dpo", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ALGORITHM = "Ed25519"
KEY_FILE = "issuer.json"
LIFETIME = timedelta(hours=12)
LEEWAY_S = 30
MAX_CHARACTERS = 4096
MAX_SUBJECT = 128
_TENANT: TypeAdapter[str] = TypeAdapter(Tenant)


@dataclass(frozen=True, slots=True)
class Named:
    """A subject of a tenant."""

    subject: str
    tenant: str


@dataclass(frozen=True, slots=True)
class Principal(Named):
    """Who asks, for which tenant, in which role; a service's key narrows the role to its scopes."""

    role: Role
    scopes: frozenset[str] | None = None
    purpose: str = ""  # what she says that she asks for; nothing, what her role is for


class TokenRefused(InputError):
    """The token is not one of this issuer's, or not any more; the message never repeats it.

    `who` is whom it names, only where its signature holds: what anybody can write is not written into a log.
    """

    def __init__(self, detail: str, *, who: Named | None = None) -> None:
        """Say why, and of whom."""
        super().__init__(detail)
        self.who = who


class LocalIssuer:
    """Issues and verifies logins with one key, made (mode 0600) in the folder of keys the first time."""

    def __init__(self, keys: Path, *, issuer: str) -> None:
        """Open the key."""
        self._name = issuer
        self._key = _import(read_or_create(keys / KEY_FILE, _new_key))

    def issue(
        self, *, subject: str, tenant: str, role: Role, now: datetime, lifetime: timedelta = LIFETIME
    ) -> str:
        """Give a token; raises InputError for a subject, tenant or role that none can have."""
        if role not in ROLES:
            raise InputError(f"role must be one of {', '.join(ROLES)}")
        if not 1 <= len(subject) <= MAX_SUBJECT or not subject.isprintable():
            raise InputError(f"subject must be 1 to {MAX_SUBJECT} printable characters")
        claims = {
            "iss": self._name,
            "sub": subject,
            "tenant": _tenant(tenant),
            "role": role,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str, *, now: datetime) -> Principal:
        """Give who the token names; raises TokenRefused."""
        if len(token) > MAX_CHARACTERS:
            raise TokenRefused("the token is too long")
        instant = int(now.timestamp())
        claims: dict[str, object] = {}
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(
                now=instant,
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self._name},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as wrong:
            who = named(claims.get("sub"), claims.get("tenant"))
            raise TokenRefused(f"the token is refused: {getattr(wrong, 'error', 'unreadable')}", who=who) from None
        role, subject = claims.get("role"), claims.get("sub")
        if role not in ROLES or not isinstance(subject, str):
            raise TokenRefused("the token names no role of this service")
        return Principal(subject=subject, tenant=_tenant(claims.get("tenant")), role=role)


def _new_key() -> bytes:
    return json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)).encode()


def _import(content: bytes) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(content))
    except (JoseError, ValueError, TypeError):
        raise InvariantError(f"{KEY_FILE} holds no key") from None
    if not key.is_private:
        raise InvariantError(f"{KEY_FILE} holds no private key")
    return key


def named(subject: object, tenant: object) -> Named | None:
    """Give whom claims name, or None where nobody can be called so."""
    found = readable_tenant(tenant)
    if found is None or not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT:
        return None
    return Named(subject, found) if subject.isprintable() else None


def readable_tenant(value: object) -> str | None:
    """Give a tenant's name, or None where none can be called so."""
    try:
        return _TENANT.validate_python(value)
    except ValidationError:
        return None


def _tenant(value: object) -> str:
    tenant = readable_tenant(value)
    if tenant is None:
        raise TokenRefused("a tenant is 1 to 63 lower-case letters, digits and hyphens")
    return tenant
