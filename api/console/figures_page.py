"""Figures over time: how long callers waited, what was hidden late, and what people who read calls saw in them."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.console import rates, waterfall
from api.console.forms import choice, filters
from api.console.html import length, table, tag
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit
from infra import clock

PATH = "/console/figures"
DAYS = (("7", "7 days"), ("14", "14 days"), ("30", "30 days"), ("90", "90 days"))
MOST_DAYS = 366
NOTHING_DRAWN = (
    "Nobody has read a drawn call of this time to its end, so nothing is known of leaks and false alarms: Review draws "
    "some."
)
HEADS = (
    "Day (UTC)", "Calls", "Turns", "P50", "P95", "P99", "Utterances", "Hidden later", "Withheld", "Emergencies",
    "Stood down", "Handoffs",
)


def install() -> None:
    """Add the page."""
    add("/figures", figures)


async def figures(request: Request, days: str = "14") -> Response:
    """Show the figures of the last days."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Figures", here="figures", live=False):
        with section("Time"):
            markup(filters([choice("days", "How far back", days, DAYS)], action=PATH, go="Show"))
        await shown(_report(visit, days))
        await shown(_reviews(visit, days))
    return written()


async def _report(visit: Visit, days: str) -> None:
    found = (await visit.ask.get("/v1/reports/figures", {"days": days}))["days"]
    names = [one["day"] for one in found]
    if found:
        with section("Time to first audio"):
            markup(waterfall.lines(names, [
                (name, [one[f"ttfa_p{name[1:]}_ms"] for one in found]) for name in ("P50", "P95", "P99")
            ], unit="ms", words="Time to first audio by day: P50, P95, P99; the table below says the same"))
        with section("What redaction missed at first or could not answer, and alarms that were none"):
            markup(waterfall.lines(names, [
                ("hidden later, % of utterances", [_share(one["hidden_later"], one["utterances"]) for one in found]),
                ("withheld, % of utterances", [_share(one["withheld"], one["utterances"]) for one in found]),
                ("stood down, % of emergencies", [_share(one["stood_down"], one["emergencies"]) for one in found]),
            ], unit="%", words="Shares by day; the table below has the counts"))
    with section("By day"):
        markup(table("Figures by day", HEADS, [_row(one) for one in found], empty="No call in this time."))


async def _reviews(visit: Visit, days: str) -> None:
    back = timedelta(days=min(int(days), MOST_DAYS) if days.isdecimal() else 14)
    since = (clock.now() - back).replace(hour=0, minute=0, second=0, microsecond=0)
    found = await visit.ask.get("/v1/reports/reviews", {"from": since.isoformat()})
    with section("Leaks and false alarms, as people saw them in calls drawn at random"):
        if not any(one["basis"] == "sample" for one in found["days"]):
            markup(tag("p", NOTHING_DRAWN, {"class": "cw-empty"}))
        for what, name in (("texts", "Leak rate"), ("alarms", "False-alarm rate")):
            rates.plot(found["days"], what, name)
        if found["days"]:
            markup(rates.written("Over the whole time", found["whole"]))
            markup(rates.written("Calls read, by day", found["days"]))


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    return (
        one["day"], one["calls"], one["turns"], *(length(one[f"ttfa_p{name}_ms"]) for name in (50, 95, 99)),
        one["utterances"], one["hidden_later"], one["withheld"], one["emergencies"], one["stood_down"], one["handoffs"],
    )
