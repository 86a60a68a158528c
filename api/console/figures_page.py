"""Figures over time: how long callers waited for a sound, what was hidden late, which alarms were none."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.console import waterfall
from api.console.forms import choice, filters
from api.console.html import length, table
from api.console.look import add, enter, markup, page, section, shown
from api.console.persons import Visit

PATH = "/console/figures"
DAYS = (("7", "7 days"), ("14", "14 days"), ("30", "30 days"), ("90", "90 days"))
HEADS = (
    "Day (UTC)", "Calls", "Turns", "P50", "P95", "P99", "Utterances", "Hidden later", "Withheld", "Emergencies",
    "Stood down", "Handoffs",
)


def install() -> None:
    """Add the page."""
    add("/figures", figures)


async def figures(request: Request, days: str = "14") -> Response | None:
    """Show the figures of the last days."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Figures", here="figures"):
        with section("Time"):
            markup(filters([choice("days", "How far back", days, DAYS)], action=PATH, go="Show"))
        await shown(_report(visit, days))
    return None


async def _report(visit: Visit, days: str) -> None:
    found = (await visit.ask.get("/v1/reports/figures", {"days": days}))["days"]
    names = [one["day"] for one in found]
    if found:
        with section("Time to first audio"):
            waterfall.lines(names, [
                (name, [one[f"ttfa_p{name[1:]}_ms"] for one in found]) for name in ("P50", "P95", "P99")
            ], unit="ms", words="Time to first audio by day: P50, P95, P99; the table below says the same")
        with section("What redaction missed at first or could not answer, and alarms that were none"):
            waterfall.lines(names, [
                ("hidden later, % of utterances", [_share(one["hidden_later"], one["utterances"]) for one in found]),
                ("withheld, % of utterances", [_share(one["withheld"], one["utterances"]) for one in found]),
                ("stood down, % of emergencies", [_share(one["stood_down"], one["emergencies"]) for one in found]),
            ], unit="%", words="Shares by day; the table below has the counts")
    with section("By day"):
        markup(table("Figures by day", HEADS, [_row(one) for one in found], empty="No call in this time."))


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    return (
        one["day"], one["calls"], one["turns"], *(length(one[f"ttfa_p{name}_ms"]) for name in (50, 95, 99)),
        one["utterances"], one["hidden_later"], one["withheld"], one["emergencies"], one["stood_down"], one["handoffs"],
    )
