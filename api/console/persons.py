"""Who looks at the console: the session of her browser; every page asks the API whose it is, and works with that."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, quote

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse

from api.auth import RIGHTS, Right
from api.console.asking import Asking, Refused
from api.credentials import COOKIE, CSRF
from api.parts import Parts
from infra.tokens import Principal

router = APIRouter(include_in_schema=False)
APP = "callwarden.app"  # where the guard puts the app that the console belongs to, in the scope
HOME, LOGIN = "/console/", "/console/login"
MOST_BYTES = 8192
SET_COOKIE = "set-cookie"


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one page, and her way to the API."""

    who: Principal
    ask: Asking
    parts: Parts

    def may(self, right: Right) -> bool:
        """Tell what to show; the API decides what is done."""
        return self.who.role in RIGHTS[right]


def parts_behind(connection: HTTPConnection) -> Parts:
    """Give the parts of the app that the console is mounted in."""
    parts = connection.scope[APP].state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - the lifespan put them there
    return parts


async def visit_of(request: HTTPConnection) -> Visit | None:
    """Give who looks, or None where nobody is logged in; raises Refused where the service is away."""
    secret = request.cookies.get(COOKIE)
    if secret is None:
        return None
    try:
        said = await _asking(request, {}).get("/v1/me")
    except Refused as refused:
        if refused.status == HTTPStatus.UNAUTHORIZED:
            return None
        raise
    who = Principal(subject=said["subject"], tenant=said["tenant"], role=said["roles"][0])
    return Visit(who, _asking(request, {CSRF: said["csrf"] or ""}), parts_behind(request))


def _asking(request: HTTPConnection, headers: Mapping[str, str]) -> Asking:
    secret = request.cookies.get(COOKIE)
    mine = {} if secret is None else {"Cookie": f"{COOKIE}={secret}"}
    return Asking(request.scope[APP], {**mine, **headers}, address=_address(request), client=_client(request))


def _address(request: HTTPConnection) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _client(request: HTTPConnection) -> tuple[str, int]:
    return (request.client.host, request.client.port) if request.client is not None else ("unknown", 0)


def to_login(request: Request) -> RedirectResponse:
    """Send to the login, and from there back to this page."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{LOGIN}?next={quote(asked, safe='')}", HTTPStatus.SEE_OTHER)


def inside(target: str) -> str:
    """Give an address of the console; any other becomes its first page."""
    return target if target.startswith(HOME) and "\\" not in target and "//" not in target else HOME


@router.post("/session")
async def log_in(request: Request) -> RedirectResponse:
    """Let the API make a session of a token, and give the browser its cookie."""
    said = await _form(request)
    token, target = said.get("token", "").strip(), inside(said.get("next", HOME))
    asking = Asking(
        request.scope[APP], {"Authorization": f"Bearer {quote(token, safe='.-_')}"},
        address=_address(request), client=_client(request),
    )
    try:
        opened = await asking.send("POST", "/v1/sessions")
    except Refused as refused:
        wrong = "away" if refused.away else "token"
        return RedirectResponse(f"{LOGIN}?wrong={wrong}&next={quote(target, safe='')}", HTTPStatus.SEE_OTHER)
    return _with_cookie(RedirectResponse(target, HTTPStatus.SEE_OTHER), opened.headers.get(SET_COOKIE))


@router.post("/logout")
async def log_out(request: Request) -> RedirectResponse:
    """Let the API end the session, for every process at once."""
    answer = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    try:
        visit = await visit_of(request)
        ended = None if visit is None else await visit.ask.send("DELETE", "/v1/sessions")
    except Refused:
        return RedirectResponse(f"{LOGIN}?wrong=away", HTTPStatus.SEE_OTHER)
    return answer if ended is None else _with_cookie(answer, ended.headers.get(SET_COOKIE))


def _with_cookie(answer: RedirectResponse, cookie: str | None) -> RedirectResponse:
    if cookie is not None:
        answer.headers[SET_COOKIE] = cookie
    return answer


async def _form(request: Request) -> dict[str, str]:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            return {}
    read = parse_qs(content.decode("utf-8", "replace"))
    return {name: values[0] for name, values in read.items()}
