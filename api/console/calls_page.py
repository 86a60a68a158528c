"""All calls, newest first, page by page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import choice, field, filters, further
from api.console.html import NOTHING, age, chip, instant, joined, link, table, words_of
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit

PATH = "/console/calls"
STATES = (("", "all"), ("live", "live"), ("ended", "ended"))
HEADS = ("Call", "Began", "State", "Channel", "Caller", "Language", "Policy")


def install() -> None:
    """Add the page."""
    add("/calls", calls)


async def calls(request: Request, state: str = "", cursor: str = "", call: str = "") -> Response:
    """Show one page of calls, or lead to the one that was asked for by its id."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    if call.strip():
        return RedirectResponse(f"{PATH}/{quote(call.strip(), safe='')}", HTTPStatus.SEE_OTHER)
    with page(visit, "Calls", here="calls", live=False):
        with section("Look for"):
            asked = [field("call", "One call", None, hint="its id"), choice("state", "State", state, STATES)]
            markup(filters(asked, action=PATH, go="Show"))
        with section("Calls, newest first"):
            await shown(_list(visit, state, cursor))
    return written()


async def _list(visit: Visit, state: str, cursor: str) -> None:
    found = await visit.ask.get("/v1/calls", {"state": state, "cursor": cursor, "limit": 50})
    rows = [
        (
            link(f"{PATH}/{one['call_id']}", one["call_id"]), instant(one["started_at"]), state_of(one),
            one["channel"], one["caller"], one["language"], one["policy_version"],
        )
        for one in found["calls"]
    ]
    markup(table("Calls", HEADS, rows, empty="No call yet. Calls appear here as soon as a channel reports one."))
    markup(further(PATH, {"state": state}, found["cursor"], first=not cursor))


def state_of(call: Mapping[str, Any]) -> object:
    """Show whether a call goes on, and what was wrong in it."""
    danger = chip(f"emergency: {call['emergency']}", "bad") if call["emergency"] else NOTHING
    if call["state"] == "live":
        return joined((chip("live", "good"), " for ", age(call["started_at"]), " ", danger))
    why = f": {words_of(call['end_reason'])}" if call["end_reason"] else ""
    return joined((f"ended{why} ", danger))
