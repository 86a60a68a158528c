"""Plots of a call: where the time of each turn went, as a picture and as a table for who does not see it."""

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from api.console.html import Html, length, table, words_of
from api.console.look import named

# Colours that stay apart for the colour-blind (Okabe and Ito), on light and on dark.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999")
GREY = "#7f8c94"


def plot(turns: Sequence[dict[str, Any]]) -> ui.echart | None:
    """Draw the measured turns, each a bar of its parts; gives nothing where none was measured."""
    measured = [one for one in turns if one["ttfa_ms"] is not None]
    if not measured:
        return None
    names = list(dict.fromkeys(part["name"] for one in measured for part in one["waterfall"]))
    series = [
        {
            "name": words_of(name), "type": "bar", "stack": "turn", "itemStyle": {"color": COLOURS[at % len(COLOURS)]},
            "data": [
                round(sum(part["ms"] for part in one["waterfall"] if part["name"] == name), 1) for one in measured
            ],
        }
        for at, name in enumerate(names)
    ]
    return _chart({
        "legend": {"top": 0, "type": "scroll", "textStyle": {"color": GREY}},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 10, "right": 20, "top": 45, "bottom": 10, "containLabel": True},
        "xAxis": {"type": "value", "name": "ms", "axisLabel": {"color": GREY}},
        "yAxis": {"type": "category", "inverse": True, "axisLabel": {"color": GREY},
                  "data": [f"turn {one['turn']}" for one in measured]},
        "series": series,
    }, words="Time of each turn by its parts; the table below says the same").style(
        f"height: {min(7 + 2.25 * len(measured), 40):.2f}rem"
    )


def lines(days: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], *, unit: str, words: str
          ) -> ui.echart:
    """Draw figures over time."""
    return _chart({
        "legend": {"top": 0, "type": "scroll", "textStyle": {"color": GREY}},
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 10, "right": 20, "top": 45, "bottom": 10, "containLabel": True},
        "xAxis": {"type": "category", "data": list(days), "axisLabel": {"color": GREY}},
        "yAxis": {"type": "value", "name": unit, "min": 0, "axisLabel": {"color": GREY}},
        "series": [
            {"name": name, "type": "line", "data": list(values), "symbolSize": 7, "connectNulls": False,
             "itemStyle": {"color": COLOURS[at % len(COLOURS)]}}
            for at, (name, values) in enumerate(series)
        ],
    }, words=words)


def written(turns: Sequence[dict[str, Any]]) -> Html:
    """Write the same as a table."""
    rows = [
        (
            one["turn"], length(one["ttfa_ms"]),
            ", ".join(f"{words_of(part['name'])} {part['ms']:.0f}" for part in one["waterfall"]),
            length(one["barge_in_ms"]),
        )
        for one in turns
    ]
    heads = ("Turn", "Time to first audio", "Its parts in ms", "Silent after barge-in")
    return table("Turns", heads, rows, empty="No turn has ended yet.")


def _chart(options: dict[str, object], *, words: str) -> ui.echart:
    chart = ui.echart({"animation": False, "textStyle": {"color": GREY}, **options}).classes("cw-plot")
    return named(chart.props("role=img"), words)
