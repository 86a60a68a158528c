"""The audit log: searched with filters, page by page; that somebody searched is in it as well."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from api.console.forms import address, field, filters, further, in_utc
from api.console.html import Html, instant, joined, link, table, tag
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit

PATH = "/console/audit"
HEADS = ("Entry", "When", "What", "Who", "Call", "Rule", "Policy")
PER_PAGE = 50


def install() -> None:
    """Add the page."""
    add("/audit", audit)


async def audit(request: Request) -> Response:
    """Show one page of what was found."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    asked = {name: request.query_params.get(name) for name in ("q", "call", "actor", "type", "rule", "policy",
                                                              "subject", "from", "to")}
    cursor = request.query_params.get("cursor")
    with page(visit, "Audit", here="audit", live=False):
        with section("Look for"):
            markup(_form(asked))
        with section("Entries, in the order of the log"):
            await shown(_list(visit, asked, cursor))
    return written()


def _form(asked: dict[str, str | None]) -> Html:
    return filters([
        field("q", "Words", asked["q"], hint="of the redacted text"),
        field("call", "Call", asked["call"]), field("actor", "Who", asked["actor"], hint="login or component"),
        field("type", "What", asked["type"], hint="e.g. read"), field("rule", "Rule", asked["rule"]),
        field("policy", "Policy", asked["policy"]), field("subject", "Caller", asked["subject"], hint="pseudonym"),
        field("from", "From (UTC)", asked["from"], kind="datetime-local"),
        field("to", "Before (UTC)", asked["to"], kind="datetime-local"),
    ], action=PATH)


async def _list(visit: Visit, asked: dict[str, str | None], cursor: str | None) -> None:
    query = {**asked, "from": in_utc(asked["from"]), "to": in_utc(asked["to"])}
    found = await visit.ask.get("/v1/audit/entries", {**query, "cursor": cursor, "limit": PER_PAGE})
    if asked["call"] and found["entries"]:
        story = link(f"/console/calls/{quote(asked['call'], safe='')}", f"The whole story of {asked['call']}")
        markup(tag("p", story))
    markup(entries(found["entries"], empty="No entry fits. Take a filter away, or widen the time."))
    csv = address("/v1/audit/entries", {**query, "format": "csv", "limit": "1000"})
    markup(joined((further(PATH, asked, found["cursor"], first=not cursor), " ",
                   tag("a", "Take these as CSV", {"href": csv, "download": "audit.csv"}))))


def entries(found: list[dict[str, str]], *, empty: str) -> Html:
    """Write entries of the log as a table, each with the way to its proof."""
    rows = [
        (
            link(f"{PATH}/{one['index']}?call={one['call'] or ''}", f"{int(one['index']):,}"),
            instant(one["recorded_at"]), tag("code", one["type"]),
            one["actor_label"] or tag("span", one["actor"], {"class": "cw-mono"}),
            link(f"/console/calls/{one['call']}", one["call"]) if one["call"] else None,
            one["rule"], one["policy"],
        )
        for one in found
    ]
    return table("Entries of the audit log", HEADS, rows, empty=empty)
