"""The login: at the provider that is set, or by a token, becomes a session of this browser."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.console.html import Html, joined, tag
from api.console.look import PLACES, add, enter, markup, page, written
from api.console.persons import HOME, LOGIN, Visit, inside, parts_behind

WRONG = {
    "token": "This token is not a person's, not valid, or not any more. Ask for a new one.",
    "provider": "Your login provider let you in, this service did not: it knows no role for you, or not here.",
    "over": "Your session has ended. Log in, and you are back where you were.",
    "away": "A part of the service does not answer. Try again in a moment.",
}
COMMAND = "callwarden token --role agent"


def install() -> None:
    """Add the page."""
    add("/login", login)
    add("/", home)


async def login(
    request: Request, next: str = HOME, wrong: str = "",  # noqa: A002 - the name in the address
) -> Response:
    """Lead to the provider, or ask for a token: what this service takes."""
    parts = parts_behind(request)
    words: list[object] = []
    if wrong:
        words.append(tag("p", WRONG.get(wrong, WRONG["token"]), {"class": "cw-note cw-warn", "role": "alert"}))
    if parts.oidc is not None:
        words.append(_at_provider(parts.oidc.issuer, inside(next)))
    if parts.local_logins or parts.oidc is None:
        words += _with_token(inside(next), beside=parts.oidc is not None)
    with page(None, "Log in", live=False):
        markup(joined(words), kind="cw-login")
    return written()


def _at_provider(issuer: str, target: str) -> Html:
    name = urlsplit(issuer).hostname or issuer
    return tag("p", tag("a", f"Log in with {name}", {
        "href": f"/v1/login?next={quote(target, safe='')}", "class": "cw-primary", "title": issuer,
    }))


def _with_token(target: str, *, beside: bool) -> list[Html]:
    form = joined((
        tag("input", "", {"type": "hidden", "name": "next", "value": target}),
        tag("label", "Token", {"for": "token"}),
        tag("input", "", {
            "id": "token", "name": "token", "type": "password", "required": "", "autocomplete": "off",
            "spellcheck": "false",
        }),
        tag("button", "Log in", {"type": "submit", "class": "cw-plain" if beside else "cw-primary"}),
    ))
    return [
        tag("p", joined(("Or paste" if beside else "Paste", " a token. ", tag("code", COMMAND), " prints one."))),
        tag("form", form, {"method": "post", "action": "/console/session", "class": "cw-form"}),
    ]


async def home(request: Request) -> Response:
    """Send each role to the page it works with."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    first = {"compliance": "audit", "dpo": "data", "supervisor": "live"}.get(visit.who.role)
    if first is None:
        first = next((at for at, _, right in PLACES if visit.may(right)), None)
    if first is not None:
        return RedirectResponse(HOME + first, 303)
    with page(visit, "Nothing here", live=False):
        markup(tag("p", f"The role {visit.who.role} has no pages: it is a program's. Log in as a person, see {LOGIN}.",
                   {"class": "cw-empty"}))
    return written()
