"""Who a request comes from: a bearer token, a key of a service, or a session's cookie with what must come beside it."""

import asyncio
import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.parts import Parts
from api.problems import Problem
from infra import machine_accounts
from infra.clock import now
from infra.login_sessions import csrf_of
from infra.oidc import issuer_of
from infra.tokens import Principal, TokenRefused

COOKIE = "callwarden_session"
CSRF = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SCHEMES = {"ws": "http", "wss": "https"}


async def principal_of(connection: HTTPConnection, parts: Parts, token: str | None) -> Principal:
    """Give who asks: by the token if there is one, by the cookie if not; raises Problem 401 or 403."""
    if token is not None:
        return await bearer(parts, token)
    secret = connection.cookies.get(COOKIE)
    if secret is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "unauthorized", "a bearer token or a session is needed: `callwarden token`"
        )
    who = await asyncio.to_thread(parts.sessions.find, secret, at=now())
    if who is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "session-over", "this session is over: log in again")
    _check_intent(connection, parts, secret)
    return who


async def bearer(parts: Parts, token: str) -> Principal:
    """Give whom a bearer token names; raises TokenRefused, once that is in the audit log where it names somebody."""
    try:
        return await _verified(parts, token)
    except TokenRefused as refused:
        await turned_away(parts, refused)
        raise


async def _verified(parts: Parts, token: str) -> Principal:
    if token.startswith(machine_accounts.PREFIX):
        return await asyncio.to_thread(machine_accounts.find, parts.pool, token, at=now())
    if parts.oidc is not None and issuer_of(token) == parts.oidc.issuer:
        return await parts.oidc.verify(token, at=now())
    if not parts.local_logins:
        raise TokenRefused("only logins of the provider are taken here")
    return parts.issuer.verify(token, now=now())


async def turned_away(parts: Parts, refused: TokenRefused) -> None:
    """Write down that a login which names somebody was refused."""
    if refused.who is not None:
        await asyncio.to_thread(parts.access.turned_away, refused.who, why=str(refused), at=now())
    parts.metrics.refused()


def origin_of(connection: HTTPConnection, parts: Parts) -> str:
    """Give the address a browser knows this service by, without a path."""
    if parts.public_url is not None:
        seen = urlsplit(parts.public_url)
        return f"{seen.scheme}://{seen.netloc}"
    url = connection.url
    return f"{SCHEMES.get(url.scheme, url.scheme)}://{url.netloc}"


def _check_intent(connection: HTTPConnection, parts: Parts, secret: str) -> None:
    """Refuse what another site made the browser send (CSRF, and WebSockets from elsewhere)."""
    socket = connection.scope["type"] == "websocket"
    if not socket and connection.scope["method"] in SAFE:
        return
    origin = connection.headers.get("origin")
    # A browser always names the origin of a change and of a WebSocket; what names none on a change is no browser.
    if origin != origin_of(connection, parts) and (socket or origin is not None):
        raise Problem(HTTPStatus.FORBIDDEN, "other-origin", "a session is used from the service's own pages only")
    if connection.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Problem(HTTPStatus.FORBIDDEN, "other-origin", "a session is used from the service's own pages only")
    said = connection.headers.get(CSRF, "")
    if not socket and not hmac.compare_digest(said.encode(), csrf_of(secret).encode()):
        raise Problem(
            HTTPStatus.FORBIDDEN, "csrf", f"a change in a session needs the header {CSRF}; GET /v1/me gives its value"
        )
