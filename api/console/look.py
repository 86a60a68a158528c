"""What every page has around it: title, way to the other pages, the light, who is logged in, and what went wrong."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Right
from api.console.asking import WITHIN_S, Refused
from api.console.asset_files import address_of
from api.console.drawn import first, still
from api.console.html import Html, joined, link, tag
from api.console.persons import HOME, LOGIN, Visit, to_login, visit_of

Shown = TypeVar("Shown", bound=ui.element)
HEAD = "".join((
    f'<link rel="stylesheet" href="{address_of("console.css")}">',
    f'<script src="{address_of("light.js")}"></script>',
    f'<script type="module" src="{address_of("console.js")}"></script>',
))
# The page's own script adds where she was, so that she comes back to it.
BACK_IN = tag("a", "Log in", {"href": LOGIN, "data-login": ""})
PLACES: tuple[tuple[str, str, Right], ...] = (
    ("desk", "Desk", "take_handoffs"),
    ("live", "Live", "see_emergencies"),
    ("calls", "Calls", "read_calls"),
    ("audit", "Audit", "read_audit"),
    ("disclosures", "Disclosures", "read_audit"),
    ("figures", "Figures", "read_calls"),
    ("reviews", "Review", "review_calls"),
    ("policies", "Policies", "set_policies"),
    ("reveals", "Reveals", "approve_reveals"),
    ("data", "Data", "steward_data"),
)


def add(path: str, build: Callable[..., Awaitable[Response | None]]) -> None:
    """Add a page; it has longer than the questions that it asks."""
    ui.page(path, response_timeout=2 * WITHIN_S)(build)


def markup(html: Html, *, kind: str | None = None) -> ui.html:
    """Show markup of ours; `html` has escaped what it was given."""
    shown = ui.html(html, sanitize=False)
    return shown.classes(kind) if kind else shown


@contextmanager
def page(visit: Visit | None, title: str, *, here: str = "", live: bool = True) -> Iterator[ui.element]:
    """Put the frame around a page; `here` is the place in the way that it belongs to.

    One that is not `live` ends with `return written()`.
    """
    ui.page_title(f"{title} · Callwarden")
    ui.add_head_html(HEAD)
    with ui.header(fixed=False).classes("cw-header"):
        markup(_way(visit, here), kind="cw-way")
    markup(tag("h1", title, {"id": "cw-main", "tabindex": "-1"}))
    with ui.element("div").classes("cw-page") as content:
        yield content
    if live:
        ui.add_body_html(first(ui.context.client))


def written() -> Response:
    """Give a page that is only read: links and forms, no connection."""
    return still(ui.context.client)


async def enter(request: Request) -> Visit | Response:
    """Give who looks; where nobody is logged in the way to the login, and where the service is away a page of that."""
    try:
        visit = await visit_of(request)
    except Refused as refused:
        with page(None, "Not now", live=False):
            problem(refused)
        return written()
    return to_login(request) if visit is None else visit


def _way(visit: Visit | None, here: str) -> Html:
    places = [
        tag("li", tag("a", name, {"href": HOME + at, "aria-current": "page" if at == here else None}))
        for at, name, right in PLACES if visit is not None and visit.may(right)
    ]
    parts = [
        tag("a", "Skip to the page", {"href": "#cw-main", "class": "cw-skip"}),
        link(HOME, "Callwarden", kind="cw-name"),
        tag("nav", tag("ul", joined(places)), {"aria-label": "Pages"}) if places else Html(),
        tag("button", "Light/dark", {"type": "button", "data-light": "", "class": "cw-plain"}),
    ]
    if visit is not None:
        leave = tag("button", "Log out", {"class": "cw-plain"})
        who = f"{visit.who.subject}, {visit.who.role} of {visit.who.tenant}"
        parts += [tag("span", who, {"class": "cw-who"}),
                  tag("form", leave, {"method": "post", "action": "/console/logout"})]
    return joined(parts)


def problem(refused: Refused, *, again: bool = True) -> None:
    """Say what is wrong and what to do; where the service is away, large and with a way to try again."""
    sentence = refused.sentence.removeprefix("A part of the service does not answer. ")  # said in other words before it
    words: list[object] = [tag("strong", "The service does not answer.") if refused.away else Html(), " ", sentence]
    if refused.status == HTTPStatus.UNAUTHORIZED:
        words += [" ", BACK_IN]
    if again and (refused.away or refused.slug == "version-changed"):
        words += [" ", tag("button", "Try again", {"type": "button", "data-reload": ""})]
    kind = "cw-banner cw-bad" if refused.away else "cw-note cw-warn"
    markup(tag("div", joined(words), {"class": kind, "role": "alert"}))


async def shown(work: Awaitable[None]) -> bool:
    """Build a part of a page; what the API refuses stands in its place. Tells whether it was built."""
    try:
        await work
    except Refused as refused:
        problem(refused)
        return False
    return True


async def doing(work: Awaitable[None], *, said: str | None = None) -> bool:
    """Do what a person asked for; the refusal, or what was done, is said in a corner and read out."""
    try:
        await work
    except Refused as refused:
        if refused.status == HTTPStatus.UNAUTHORIZED:
            _session_over(refused)
            return False
        ui.notify(refused.sentence, type="negative", timeout=10_000, close_button="Close", position="top")
        return False
    if said:
        ui.notify(said, type="positive", position="top", timeout=2500)
    return True


def _session_over(refused: Refused) -> None:
    title = "You are not logged in any more"
    with named(ui.dialog(value=True), title), ui.element("div").classes("cw-dialog"):
        markup(tag("h2", title))
        markup(tag("p", joined((refused.sentence, " ", BACK_IN)), {"role": "alert"}))


def named(element: Shown, words: str) -> Shown:
    """Give an element the name that is read out; a value is never parsed as properties."""
    element.props["aria-label"] = words
    return element


@contextmanager
def section(title: str, *, kind: str = "", level: int = 2, name: str | None = None) -> Iterator[ui.element]:
    """Give a part of a page its heading; a `name` is what links on the page lead to."""
    with named(ui.element("section").classes(f"cw-section {kind}"), title) as part:
        markup(tag(f"h{level}", title, {"id": name}))
        yield part


def button(words: str, act: Callable[[], Awaitable[None]], *, kind: str = "", hint: str = "") -> ui.button:
    """Give a button; `hint` names its key."""
    made = ui.button(words, on_click=act, color=None).props("no-caps unelevated").classes(f"cw-button {kind}")
    if hint:
        made.props(f'aria-keyshortcuts="{hint}"')
        with made:
            markup(tag("kbd", hint, {"aria-hidden": "true"}))
    return made
