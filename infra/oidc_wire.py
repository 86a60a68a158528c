"""How an OpenID Connect provider is asked: in bounded time and size, over https, and what it says of itself."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from governance.errors import TransientError
from infra.tokens import TokenRefused

TIMEOUT_S = 5.0
MAX_ANSWER = 512 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ProviderAway(TransientError):
    """The provider does not answer; who is in stays in, who wants in tries again."""


class LoginRefused(TokenRefused):
    """The provider, or what it answered, lets nobody in."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a provider says of itself (Discovery 1.0, 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    posts_secret: bool


async def ask(client: httpx2.AsyncClient, request: httpx2.Request, *, tries: int) -> Mapping[str, object]:
    """Give its JSON object; raises ProviderAway, or LoginRefused where a POST is answered with a no."""
    for left in reversed(range(tries)):
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await _once(client, request)
        except (ProviderAway, httpx2.HTTPError, TimeoutError, OSError, ValueError) as outside:
            if not left:
                name = type(outside).__name__
                raise ProviderAway(f"the login provider does not answer ({name}): try again") from None
    raise ProviderAway("the login provider was not asked")


async def _once(client: httpx2.AsyncClient, request: httpx2.Request) -> Mapping[str, object]:
    answer = await client.send(request, stream=True)
    try:
        said = b""
        async for chunk in answer.aiter_bytes():
            said += chunk
            if len(said) > MAX_ANSWER:
                raise ProviderAway("its answer is too long")
    finally:
        await answer.aclose()
    if request.method == "POST" and 400 <= answer.status_code < 500 and answer.status_code != 429:
        raise LoginRefused("the provider does not take this login: log in again")
    if answer.status_code != 200:
        raise ProviderAway(f"it answers {answer.status_code}")
    found = json.loads(said)
    if not isinstance(found, dict):
        raise ProviderAway("its answer is no object")
    return found


def read(said: Mapping[str, object], issuer: str) -> Found:
    """Read what the provider says of itself; raises ProviderAway."""
    if said.get("issuer") != issuer:
        raise ProviderAway("the login provider calls itself by another name")
    methods = said.get("token_endpoint_auth_methods_supported")
    posts = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    places = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(safe(place) for place in places):
        raise ProviderAway("the login provider's addresses must be https")
    authorize, token, keys = (str(place) for place in places)
    return Found(authorize, token, keys, posts_secret=posts)


def safe(address: object) -> bool:
    """Tell whether an address may carry logins: https, or this machine's own."""
    try:
        parsed = httpx2.URL(address if isinstance(address, str) else "")
    except httpx2.InvalidURL:
        return False
    return bool(parsed.host) and (parsed.scheme == "https" or (parsed.scheme == "http" and parsed.host in LOOPBACK))
