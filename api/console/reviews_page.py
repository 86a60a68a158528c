"""Calls to read: drawn by lot from a time, so that what is seen in them says something about all the others."""

from starlette.requests import Request
from starlette.responses import Response

from api.console.forms import address, field, filters, in_utc
from api.console.html import chip, instant, link, table, tag
from api.console.look import add, enter, markup, page, section, shown
from api.console.persons import Visit

PATH = "/console/reviews"
HEADS = ("Call", "Began", "Language", "Policy", "You")


def install() -> None:
    """Add the page."""
    add("/reviews", reviews)


async def reviews(request: Request, size: str = "20", seed: str = "0", since: str = "", until: str = "") -> (
    Response | None
):
    """Show a draw."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Review", here="reviews"):
        with section("Draw calls"):
            markup(filters([
                field("size", "How many", size, kind="number"), field("seed", "Seed", seed, kind="number"),
                field("since", "From (UTC)", since, kind="datetime-local"),
                field("until", "To (UTC)", until, kind="datetime-local"),
            ], action=PATH, go="Draw"))
        with section("Read these"):
            await shown(_drawn(visit, size, seed, since, until))
    return None


async def _drawn(visit: Visit, size: str, seed: str, since: str, until: str) -> None:
    asked = {"size": size, "seed": seed, "from": in_utc(since), "to": in_utc(until)}
    found = await visit.ask.get("/v1/reviews/sample", asked)
    done = sum(one["complete"] for one in found["calls"])
    markup(tag("p", f"{done} of {len(found['calls'])} read whole; drawn from {found['population']} calls. Read all of "
                    "them: to leave out the tedious ones makes the rates wrong.", {"class": "cw-quiet"}))
    rows = [
        (
            link(address(f"/console/calls/{one['call_id']}", {"sample": found["sample"]}), one["call_id"]),
            instant(one["started_at"]), one["language"], one["policy_version"],
            chip("read whole", "good") if one["complete"] else chip("to be read"),
        )
        for one in found["calls"]
    ]
    markup(table("Calls of this draw", HEADS, rows, empty="No call began in this time."))
