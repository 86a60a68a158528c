"""An OpenID Connect provider (Discovery 1.0, Core 1.0, PKCE of RFC 7636): where people log in, and whose keys count."""

import asyncio
import base64
import hashlib
import hmac
import json
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from governance.errors import InvariantError
from infra.oidc_claims import MAX_TOKEN, Rules, check
from infra.oidc_wire import Found, LoginRefused, ProviderAway, ask, read, safe
from infra.tokens import Principal, TokenRefused

DISCOVERY = "/.well-known/openid-configuration"
TRIES = 2  # of what may be asked twice; a code may not
FRESH_S, KEPT_S = 3600.0, 86_400.0
REFETCH_AFTER_S = 5.0  # a token with an invented key id makes us ask no more often than this
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: everything about it is derived from a secret that only this browser keeps."""

    secret: str

    def derived(self, what: str) -> str:
        """Give `state`, `nonce` or `verifier` of this try."""
        return hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).hexdigest()


class OidcProvider:
    """One provider; what it says of itself and its keys are kept, and asked for again when they change."""

    def __init__(self, rules: Rules, *, secret: SecretStr | None, scope: str, client: httpx2.AsyncClient) -> None:
        """`client` is the caller's to close; the secret is absent for a public client."""
        if not safe(rules.issuer):
            raise InvariantError("the login provider's address must be https://…")
        self._rules = rules
        self._secret = secret
        self._scope = scope
        self._client = client
        self._found: Found | None = None
        self._found_at = 0.0
        self._keys = KeySet([])
        self._keys_at: float | None = None
        self._asked_at: float | None = None
        self._failed = False
        self._refreshing: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()

    @property
    def issuer(self) -> str:
        """Its name in tokens."""
        return self._rules.issuer

    async def address(self, attempt: Attempt, *, redirect_uri: str) -> str:
        """Give where the browser goes to log in; raises ProviderAway."""
        found = await self._discover()
        verifier = hashlib.sha256(attempt.derived("verifier").encode()).digest()
        asked = {
            "response_type": "code", "client_id": self._rules.client_id, "redirect_uri": redirect_uri,
            "scope": self._scope, "state": attempt.derived("state"), "nonce": attempt.derived("nonce"),
            "code_challenge": base64.urlsafe_b64encode(verifier).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(found.authorization_endpoint).query else "?"
        return f"{found.authorization_endpoint}{joint}{urlencode(asked)}"

    async def redeem(self, code: str, attempt: Attempt, *, redirect_uri: str, at: datetime) -> Principal:
        """Give who logged in, for the code she came back with; raises LoginRefused, TokenRefused or ProviderAway."""
        found = await self._discover()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
            "code_verifier": attempt.derived("verifier"),
        }
        headers = {"Accept": "application/json"}
        secret = None if self._secret is None else self._secret.get_secret_value()
        if secret is None or found.posts_secret:
            form["client_id"] = self._rules.client_id
        if secret is not None and found.posts_secret:
            form["client_secret"] = secret
        elif secret is not None:
            pair = f"{quote(self._rules.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        request = self._client.build_request("POST", found.token_endpoint, data=form, headers=headers)
        answer = await ask(self._client, request, tries=1)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise LoginRefused("the provider gave no id_token")
        return check(
            token, await self._keys_for(token), self._rules, kind="id", nonce=attempt.derived("nonce"), at=at
        )

    async def verify(self, token: str, *, at: datetime) -> Principal:
        """Give whom an access token names; raises TokenRefused, or ProviderAway where its key cannot be had."""
        return check(token, await self._keys_for(token), self._rules, kind="access", nonce=None, at=at)

    async def _keys_for(self, token: str) -> KeySet:
        if len(token) > MAX_TOKEN:
            raise TokenRefused("the token is too long")
        kid = _part(token, 0).get("kid")
        if self._knows(kid):
            if self._age() > FRESH_S and (self._refreshing is None or self._refreshing.done()):
                self._refreshing = asyncio.create_task(self._refresh_quietly())
            return self._keys
        async with self._asking:
            if not self._knows(kid) and self._may_ask():
                await self._refresh()
        if not self._knows(kid) and self._failed:
            raise ProviderAway("the login provider does not answer: try again")
        return self._keys

    def _knows(self, kid: object) -> bool:
        # Keys that nobody could ask about for a day are nobody's keys any more.
        return self._age() < KEPT_S and (kid is None or any(key.kid == kid for key in self._keys.keys))

    def _age(self) -> float:
        return math.inf if self._keys_at is None else time.monotonic() - self._keys_at

    def _may_ask(self) -> bool:
        return self._asked_at is None or time.monotonic() - self._asked_at >= REFETCH_AFTER_S

    async def _refresh(self) -> None:
        self._asked_at, self._failed = time.monotonic(), True
        self._keys = await self._fetch_keys()
        self._keys_at, self._failed = time.monotonic(), False

    async def _refresh_quietly(self) -> None:
        with suppress(ProviderAway):
            if self._may_ask():
                await self._refresh()

    async def _fetch_keys(self) -> KeySet:
        found = await self._discover()
        answer = await ask(self._client, self._client.build_request("GET", found.jwks_uri), tries=TRIES)
        keys = answer.get("keys")
        if not isinstance(keys, list):
            raise ProviderAway("the login provider gives no keys")
        usable = KeySet([])
        for key in keys:
            if isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig":
                with suppress(JoseError, ValueError, TypeError, KeyError):  # of a kind we do not know: the others count
                    usable.keys += KeySet.import_key_set({"keys": [key]}).keys
        return usable

    async def _discover(self) -> Found:
        now = time.monotonic()
        if self._found is not None and now - self._found_at < FRESH_S:
            return self._found
        request = self._client.build_request("GET", self._rules.issuer.rstrip("/") + DISCOVERY)
        try:
            self._found, self._found_at = read(await ask(self._client, request, tries=TRIES), self._rules.issuer), now
        except ProviderAway:
            if self._found is None:
                raise
            self._found_at = now  # what it said before holds until it is asked the next time
        return self._found


def issuer_of(token: str) -> object:
    """Read whom a token says it is from, which proves nothing yet."""
    return _part(token, 1).get("iss") if len(token) <= MAX_TOKEN else None


def _part(token: str, number: int) -> Mapping[str, object]:
    parts = token.split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[number] + "=" * (-len(parts[number]) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
