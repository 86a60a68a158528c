"""/v1/login: to the OpenID Connect provider and back (RFC 6749, 4.1; RFC 7636; RFC 9207), then a session."""

import asyncio
import base64
import hmac
import re
import secrets
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from api.auth import anyone
from api.credentials import origin_of, turned_away
from api.parts import HasParts, Parts
from api.problems import Problem
from api.sessions import OIDC, begin
from infra.clock import now
from infra.oidc import Attempt, OidcProvider
from infra.oidc_wire import LoginRefused, ProviderAway
from infra.tokens import Principal, TokenRefused

router = APIRouter(prefix="/v1/login", tags=["identity"], dependencies=[Depends(anyone)])
COOKIE = "callwarden_login"
LASTS_S = 600
BACK = "/v1/login/callback"
HOME = "/v1/me"
CONSOLE = "/console/"
# A path of this service; a browser reads two slashes, or one and a backslash, as another host.
LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
ELSEWHERE: dict[int | str, dict[str, Any]] = {303: {"description": "the browser goes on; `Location` says where"}}


@router.get(
    "", operation_id="login", summary="Log in at the provider", status_code=303, response_class=RedirectResponse,
    responses=ELSEWHERE,
)
async def login(
    request: Request, parts: HasParts,
    then: Annotated[str, Query(alias="next", max_length=512, description="path to go to with the session")] = HOME,
) -> RedirectResponse:
    """Send the browser to the provider; what is needed when it comes back is in a cookie for ten minutes."""
    provider = _provider(parts)
    attempt = Attempt(secrets.token_urlsafe(32))
    try:
        address = await provider.address(attempt, redirect_uri=origin_of(request, parts) + BACK)
    except ProviderAway:
        if _local(then).startswith(CONSOLE):
            return _to_console("away")
        raise
    response = RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
    target = base64.urlsafe_b64encode(_local(then).encode()).decode()
    _cookie(parts, request, response, f"{attempt.secret}.{target}", max_age=LASTS_S)
    return response


@router.get(
    "/callback", operation_id="endLogin", summary="Come back from the provider with a code", status_code=303,
    response_class=RedirectResponse, responses=ELSEWHERE,
)
async def callback(
    request: Request, parts: HasParts, state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4096)] = "", iss: Annotated[str | None, Query(max_length=512)] = None,
) -> RedirectResponse:
    """Open the session of who logged in, once that is in the audit log."""
    provider = _provider(parts)
    secret, _, target = request.cookies.get(COOKIE, "").partition(".")
    attempt = Attempt(secret)
    try:
        if not secret or not hmac.compare_digest(state.encode(), attempt.derived("state").encode()):
            raise LoginRefused("this login was not begun in this browser, or too long ago: begin again")
        if iss is not None and iss != provider.issuer:
            raise LoginRefused("this login comes from another provider")
        if not code:
            raise LoginRefused("the provider let nobody in")
        who = await provider.redeem(code, attempt, redirect_uri=origin_of(request, parts) + BACK, at=now())
        if who.role == "channel":
            raise LoginRefused("sessions are for people: a channel shows its key each time", who=who)
    except TokenRefused as refused:
        await turned_away(parts, refused)
        if _target(target).startswith(CONSOLE):
            return _to_console("provider")
        raise
    response = RedirectResponse(_target(target), status_code=HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    await asyncio.to_thread(_begin, parts, who, request, response)
    _cookie(parts, request, response, "", max_age=0)
    return response


def _begin(parts: Parts, who: Principal, request: Request, response: RedirectResponse) -> None:
    begin(parts, who, request, response, via=OIDC)


def _to_console(wrong: str) -> RedirectResponse:
    # Who came from a page is told on a page; programs read the problem document.
    response = RedirectResponse(f"{CONSOLE}login?wrong={wrong}", status_code=HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _provider(parts: Parts) -> OidcProvider:
    if parts.oidc is None:
        detail = "this service has no login provider: `callwarden token` gives a token, POST /v1/sessions a session"
        raise Problem(HTTPStatus.NOT_FOUND, "no-login-provider", detail)
    return parts.oidc


def _local(path: str) -> str:
    return path if LOCAL.fullmatch(path) else HOME


def _target(said: str) -> str:
    try:
        return _local(base64.urlsafe_b64decode(said).decode())
    except ValueError:
        return HOME


def _cookie(parts: Parts, request: Request, response: RedirectResponse, value: str, *, max_age: int) -> None:
    secure = origin_of(request, parts).startswith("https://")
    response.set_cookie(
        COOKIE, value, max_age=max_age, path="/v1/login", secure=secure, httponly=True, samesite="lax"
    )
