"""Who looks at the console: the login in a cookie, verified at every page; the API verifies it again at every question."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, quote

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse

from api.auth import RIGHTS, Right
from api.console.asking import Asking
from api.parts import Parts
from infra.clock import now
from infra.tokens import Principal, TokenRefused

router = APIRouter(include_in_schema=False)
COOKIE = "callwarden_console"
APP = "callwarden.app"  # where the guard puts the app that the console belongs to, in the scope
HOME, LOGIN = "/console/", "/console/login"
MOST_BYTES = 8192
HOURS_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one page, and her way to the API."""

    who: Principal
    ask: Asking
    parts: Parts

    def may(self, right: Right) -> bool:
        """Tell what to show; the API decides what is done."""
        return self.who.role in RIGHTS[right]


def headers_of(connection: HTTPConnection) -> Mapping[str, str]:
    """Say to the API who asks."""
    return {"Authorization": f"Bearer {connection.cookies.get(COOKIE, '')}"}


def parts_behind(connection: HTTPConnection) -> Parts:
    """Give the parts of the app that the console is mounted in."""
    parts = connection.scope[APP].state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - the lifespan put them there
    return parts


def visit_of(request: HTTPConnection) -> Visit | None:
    """Give who looks, or None where nobody is logged in."""
    parts = parts_behind(request)
    try:
        who = parts.issuer.verify(request.cookies.get(COOKIE, ""), now=now())
    except TokenRefused:
        return None
    return Visit(who, Asking(request.scope[APP], headers_of(request)), parts)


def to_login(request: Request, *, wrong: bool = False) -> RedirectResponse:
    """Send to the login, and from there back to this page."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    words = "&wrong=1" if wrong else ""
    return RedirectResponse(f"{LOGIN}?next={quote(asked, safe='')}{words}", HTTPStatus.SEE_OTHER)


def inside(target: str) -> str:
    """Give an address of the console; any other becomes its first page."""
    return target if target.startswith(HOME) and "\\" not in target and "//" not in target else HOME


@router.post("/session")
async def log_in(request: Request) -> RedirectResponse:
    """Take a token of the local issuer and keep it in a cookie that no script can read."""
    said = await _form(request)
    token, target = said.get("token", "").strip(), inside(said.get("next", HOME))
    try:
        parts_behind(request).issuer.verify(token, now=now())
    except TokenRefused:
        return RedirectResponse(f"{LOGIN}?wrong=1&next={quote(target, safe='')}", HTTPStatus.SEE_OTHER)
    answer = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE, token, max_age=HOURS_S, path="/console", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
async def log_out(_: Request) -> RedirectResponse:
    """End the session of this browser."""
    answer = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/console")
    return answer


async def _form(request: Request) -> dict[str, str]:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            return {}
    read = parse_qs(content.decode("utf-8", "replace"))
    return {name: values[0] for name, values in read.items()}
