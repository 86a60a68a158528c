"""What reading calls showed, over time: leaks and false alarms as shares with their intervals, and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.console import waterfall
from api.console.html import Html, table, tag
from api.console.look import markup

HEADS = (
    "Day (UTC)", "Policy", "How they came", "Calls", "Texts read", "Leaks", "Leak rate", "Alarms judged", "False",
    "False-alarm rate", "Calls with a missed signal",
)
BASIS = {"sample": "drawn at random", "chosen": "picked, or not to the end"}
MOST_LINES = 2  # versions in one plot; the table has them all


def plot(days: Sequence[Mapping[str, Any]], what: str, title: str) -> None:
    """Draw a share of drawn calls with its 95 % interval; nothing where no drawn call was read."""
    drawn = [one for one in days if one["basis"] == "sample" and one[what]["rate"] is not None]
    if not drawn:
        return
    names = sorted({one["day"] for one in drawn})
    # The versions that were read of last: a plot of many lines says nothing.
    latest = list(dict.fromkeys(one["policy_version"] for one in sorted(drawn, key=_day, reverse=True)))[:MOST_LINES]
    series: list[tuple[str, list[float | None]]] = []
    for version in latest:
        mine = {one["day"]: one[what] for one in drawn if one["policy_version"] == version}
        for part, label in (("rate", ""), ("low", ", at least"), ("high", ", at most")):
            values = [_percent(mine[day][part]) if day in mine else None for day in names]
            series.append((f"{version or 'no policy'}{label}", values))
    markup(tag("h3", title))
    words = f"{title} by day and policy, with its 95 % interval; the table below says the same"
    markup(waterfall.lines(names, series, unit="%", words=words))


def written(caption: str, found: Sequence[Mapping[str, Any]]) -> Html:
    """Write the same as a table, with what says nothing about other calls told apart."""
    rows = [
        (
            one["day"] or "all", one["policy_version"], BASIS[one["basis"]], one["calls"]["of"], one["texts"]["of"],
            one["texts"]["found"], _share(one["texts"]), one["alarms"]["of"], one["alarms"]["found"],
            _share(one["alarms"]), f"{one['missed']['found']} of {one['missed']['of']}",
        )
        for one in found
    ]
    return table(caption, HEADS, rows, empty="")


def _share(rate: Mapping[str, Any]) -> str | None:
    if rate["rate"] is None:
        return None
    return f"{rate['rate']:.1%} ({rate['low']:.1%} to {rate['high']:.1%})"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)


def _day(one: Mapping[str, Any]) -> str:
    return str(one["day"])
