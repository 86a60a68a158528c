"""All calls, newest first, page by page."""

from starlette.requests import Request
from starlette.responses import Response

from api.console.forms import choice, filters, further
from api.console.html import NOTHING, age, chip, instant, joined, link, table
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit

PATH = "/console/calls"
STATES = (("", "all"), ("live", "live"), ("ended", "ended"))
HEADS = ("Call", "Began", "State", "Channel", "Caller", "Language", "Policy")


def install() -> None:
    """Add the page."""
    add("/calls", calls)


async def calls(request: Request, state: str = "", cursor: str = "") -> Response:
    """Show one page of calls."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Calls", here="calls", live=False):
        with section("Look for"):
            markup(filters([choice("state", "State", state, STATES)], action=PATH, go="Show"))
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


def state_of(call: dict[str, str | None]) -> object:
    """Show whether a call goes on, and what was wrong in it."""
    danger = chip(f"emergency: {call['emergency']}", "bad") if call["emergency"] else NOTHING
    if call["state"] == "live":
        return joined((chip("live", "good"), " for ", age(call["started_at"]), " ", danger))
    return joined((call["end_reason"] or "ended", " ", danger))
