"""/v1/sessions and /v1/me: a token becomes a session in a browser, a session ends, and who one is."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.auth import AccountKeeper, Known
from api.credentials import COOKIE, CSRF, origin_of
from api.parts import HasParts, Parts
from api.problems import Problem
from infra.clock import now
from infra.login_sessions import csrf_of
from infra.tokens import MAX_SUBJECT, Principal, Role

router = APIRouter(prefix="/v1", tags=["identity"])
TOKEN, OIDC = "token", "oidc"


class Me(BaseModel):
    """Who asks; `csrf` is what a change in a session must say."""

    subject: str = Field(examples=["ann"])
    tenant: str = Field(examples=["default"])
    roles: list[Role] = Field(description="the role that counts; one at a time", examples=[["agent"]])
    csrf: str | None = Field(default=None, description=f"value of the header {CSRF}; null where a token was shown")


class Ended(BaseModel):
    """How many sessions there were."""

    ended: int = Field(examples=[2])


@router.get("/me", operation_id="getMe", summary="Who am I")
def me(who: Known, request: Request, response: Response) -> Me:
    """Give the subject, tenant and role of the login."""
    response.headers["Cache-Control"] = "no-store"
    secret = None if "authorization" in request.headers else request.cookies.get(COOKIE)
    return _me(who, None if secret is None else csrf_of(secret))


@router.post("/sessions", operation_id="openSession", status_code=201, summary="Open a session in this browser")
def open_session(who: Known, request: Request, parts: HasParts, response: Response) -> Me:
    """Take the bearer token of a person and set the cookie of a session; of a service's key none is made."""
    if "authorization" not in request.headers:
        raise Problem(HTTPStatus.CONFLICT, "session-open", "a session is open already: end it first")
    if who.role == "channel":
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", "sessions are for people: a channel shows its key each time")
    response.headers["Cache-Control"] = "no-store"
    return begin(parts, who, request, response, via=TOKEN)


@router.delete(
    "/sessions", operation_id="endSession", status_code=204, summary="Log out"
)
def end_session(
    request: Request, parts: HasParts, who: Known,
    everywhere: Annotated[bool, Query(description="in every browser of hers, not in this one alone")] = False,
) -> Response:
    """End this browser's session, or all of hers, for every process at once."""
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    secret = request.cookies.get(COOKIE)
    ended = None if secret is None else parts.sessions.end(secret)
    if ended is not None:
        parts.access.logged_out(ended, at=now())
    if everywhere:
        _end_all(parts, who, who.subject)
    _cookie(parts, request, response, "", max_age=0)
    return response


@router.delete(
    "/people/{subject:path}/sessions", operation_id="endSessionsOf", summary="End every session of a person"
)
def end_sessions_of(
    subject: Annotated[str, Path(max_length=MAX_SUBJECT, examples=["ann"])], who: AccountKeeper, parts: HasParts
) -> Ended:
    """End them at once, in every browser and process; a token that she still has opens a new one until it expires."""
    return Ended(ended=_end_all(parts, who, subject))


def begin(parts: Parts, who: Principal, request: Request, response: Response, *, via: str) -> Me:
    """Open a session once the login is in the audit log, and set its cookie."""
    at = now()
    parts.access.logged_in(who, via=via, at=at)
    opened = parts.sessions.open(who, via=via, at=at)
    _cookie(parts, request, response, opened.secret, max_age=None)
    return _me(who, opened.csrf)


def _end_all(parts: Parts, who: Principal, subject: str) -> int:
    ended = parts.sessions.end_all(tenant=who.tenant, subject=subject)
    if ended:
        parts.access.ended_all(who, of=subject, ended=ended, at=now())
    return ended


def _me(who: Principal, csrf: str | None) -> Me:
    return Me(subject=who.subject, tenant=who.tenant, roles=[who.role], csrf=csrf)


def _cookie(parts: Parts, request: Request, response: Response, value: str, *, max_age: int | None) -> None:
    # Without an age it ends with the browser; the row ends it before.
    secure = origin_of(request, parts).startswith("https://")
    response.set_cookie(COOKIE, value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="lax")
