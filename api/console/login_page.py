"""The login: a token of the local issuer becomes a session of this browser."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.console.html import joined, tag
from api.console.look import PLACES, add, enter, markup, page
from api.console.persons import HOME, LOGIN, Visit, inside

WRONG = {
    "token": "This token is not a person's, not valid, or not any more. Ask for a new one.",
    "away": "A part of the service does not answer. Try again in a moment.",
}
COMMAND = "callwarden token --role agent"


def install() -> None:
    """Add the page."""
    add("/login", login)
    add("/", home)


async def login(next: str = HOME, wrong: str = "") -> Response | None:  # noqa: A002 - the name in the address
    """Ask for a token."""
    with page(None, "Log in"):
        words = [
            tag("p", joined(("Paste a token. ", tag("code", COMMAND), " prints one."))),
        ]
        if wrong:
            words.insert(0, tag("p", WRONG.get(wrong, WRONG["token"]), {"class": "cw-note cw-warn", "role": "alert"}))
        form = joined((
            tag("input", "", {"type": "hidden", "name": "next", "value": inside(next)}),
            tag("label", "Token", {"for": "token"}),
            tag("input", "", {
                "id": "token", "name": "token", "type": "password", "required": "", "autocomplete": "off",
                "spellcheck": "false",
            }),
            tag("button", "Log in", {"type": "submit", "class": "cw-primary"}),
        ))
        words.append(tag("form", form, {"method": "post", "action": "/console/session", "class": "cw-form"}))
        markup(joined(words), kind="cw-login")
    return None


async def home(request: Request) -> Response | None:
    """Send each role to the page it works with."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    first = {"compliance": "audit", "dpo": "data", "supervisor": "live"}.get(visit.who.role)
    if first is None:
        first = next((at for at, _, right in PLACES if visit.may(right)), None)
    if first is not None:
        return RedirectResponse(HOME + first, 303)
    with page(visit, "Nothing here"):
        markup(tag("p", f"The role {visit.who.role} has no pages: it is a program's. Log in as a person, see {LOGIN}.",
                   {"class": "cw-empty"}))
    return None
