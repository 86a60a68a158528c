"""What a provider's token must say (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725), and whom it makes somebody here."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from infra.tokens import LEEWAY_S, MAX_CHARACTERS, ROLES, Named, Principal, Role, TokenRefused, named

# Signatures only: with HS256 a published key would be a password, and `none` is no signature.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
MAX_TOKEN = 4 * MAX_CHARACTERS  # tokens of large directories carry many groups
Kind = Literal["id", "access"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a provider's claims are read here."""

    issuer: str
    client_id: str
    audience: str
    roles_claim: str = "roles"
    tenant_claim: str | None = "tenant"
    tenant: str = "default"  # everybody's, where no claim names one
    subject_claim: str = "sub"
    roles: Mapping[str, str] = field(default_factory=dict)  # value of the claim -> role; in order, the first counts


def check(
    token: str, keys: KeySet, rules: Rules, *, kind: Kind, nonce: str | None, at: datetime
) -> Principal:
    """Give whom the token names; raises TokenRefused. Clocks may differ by LEEWAY_S."""
    claims: dict[str, object] = {}
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": rules.issuer},
            aud={"essential": True, "value": rules.client_id if kind == "id" else rules.audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, OverflowError) as wrong:
        raise TokenRefused(
            f"the token is refused: {getattr(wrong, 'error', 'unreadable')}", who=_named(claims, rules)
        ) from None
    who = _named(claims, rules)
    if kind == "id":
        _check_login(claims, rules, nonce, who)
    if who is None:
        raise TokenRefused("the token names no subject and tenant that can be read")
    role = _role(claims, rules)
    if role is None:
        raise TokenRefused("the token names no role of this service", who=who)
    return Principal(subject=who.subject, tenant=who.tenant, role=role)


def claim(claims: Mapping[str, object], path: str) -> object:
    """Find a claim by its name, or by a path with dots (`realm_access.roles`)."""
    if path in claims:
        return claims[path]  # names of providers' own claims are addresses, with dots in them
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _check_login(claims: Mapping[str, object], rules: Rules, nonce: str | None, who: Named | None) -> None:
    said = claims.get("nonce")
    if nonce is None or not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise TokenRefused("the token is refused: it answers another login", who=who)
    party = claims.get("azp")
    several = isinstance(claims.get("aud"), list) and len(cast("list[object]", claims["aud"])) > 1
    if (several or party is not None) and party != rules.client_id:
        raise TokenRefused("the token is refused: it was made for another client", who=who)


def _named(claims: Mapping[str, object], rules: Rules) -> Named | None:
    tenant = rules.tenant if rules.tenant_claim is None else claim(claims, rules.tenant_claim)
    return named(claim(claims, rules.subject_claim), tenant)


def _role(claims: Mapping[str, object], rules: Rules) -> Role | None:
    said = claim(claims, rules.roles_claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, Sequence) else []
    known: Mapping[str, str] = rules.roles or {role: role for role in ROLES}
    found = next((role for value, role in known.items() if value in values), None)
    return found if found in ROLES else None
