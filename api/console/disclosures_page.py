"""Calls without a heard disclosure: how many, which, and why."""

from starlette.requests import Request
from starlette.responses import Response

from api.console.forms import address, field, filters, further, in_utc
from api.console.html import chip, instant, joined, link, table, tag, words_of
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit

PATH = "/console/disclosures"
COUNTS = ("required", "heard", "late", "interrupted", "never_said", "not_reported", "pending")
HEADS = ("Call", "Due since", "Statement", "Why", "State", "Place", "Policy")


def install() -> None:
    """Add the page."""
    add("/disclosures", disclosures)


async def disclosures(request: Request) -> Response:
    """Show the report of a time."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    asked = {name: request.query_params.get(name) for name in ("from", "to", "kind")}
    cursor = request.query_params.get("cursor")
    with page(visit, "Disclosures", here="disclosures", live=False):
        with section("Look for"):
            markup(filters([
                field("from", "From (UTC)", asked["from"], kind="datetime-local"),
                field("to", "Before (UTC)", asked["to"], kind="datetime-local"),
                field("kind", "Statement", asked["kind"], hint="ai, recording, …"),
            ], action=PATH, go="Show"))
        await shown(_report(visit, asked, cursor))
    return written()


async def _report(visit: Visit, asked: dict[str, str | None], cursor: str | None) -> None:
    query = {**asked, "from": in_utc(asked["from"]), "to": in_utc(asked["to"])}
    found = await visit.ask.get("/v1/reports/disclosures", {**query, "cursor": cursor, "limit": 50})
    with section("How many were heard"):
        rows = [(words_of(one["disclosure"]), *(one[name] for name in COUNTS)) for one in found["counts"]]
        heads = ("Statement", *(words_of(name) for name in COUNTS))
        markup(table("Statements", heads, rows, empty="No statement was due in this time."))
    with section("Calls without a heard disclosure"):
        lines = [
            (
                link(f"/console/calls/{one['call_id']}", one["call_id"]), instant(one["required_at"]),
                words_of(one["disclosure"]), one["explained"], chip(words_of(one["state"])), one["jurisdiction"],
                one["policy_version"],
            )
            for one in found["unheard"]
        ]
        markup(table("Calls without a heard disclosure", HEADS, lines,
                     empty="None: every caller heard what she was due in this time."))
        csv = address("/v1/reports/disclosures", {**query, "format": "csv", "limit": "1000"})
        markup(joined((further(PATH, asked, found["cursor"], first=not cursor), " ",
                       tag("a", "Take these as CSV", {"href": csv, "download": "disclosures.csv"}))))
