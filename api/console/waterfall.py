"""Plots: where the time of each turn of a call went, figures over time; each beside a table that says the same."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from api.console.html import NOTHING, Html, joined, length, table, tag, words_of

# Colours that stay apart for the colour-blind (Okabe and Ito), on light and on dark.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999")
HIGH, WIDE = 100.0, 100.0  # the plane of the lines: its text stands beside it, so it may be stretched
STEPS = (1, 2, 2.5, 5, 10)


def plot(turns: Sequence[dict[str, Any]]) -> Html:
    """Draw the measured turns, each a bar of its parts; gives nothing where none was measured."""
    measured = [one for one in turns if one["ttfa_ms"] is not None]
    if not measured:
        return NOTHING
    names = list(dict.fromkeys(part["name"] for one in measured for part in one["waterfall"]))
    longest = max(sum(part["ms"] for part in one["waterfall"]) for one in measured) or 1.0
    bars = joined(
        tag("div", joined((
            tag("span", f"turn {one['turn']}"),
            tag("div", joined(_part(part, names, longest) for part in one["waterfall"]), {"class": "cw-bar"}),
            tag("span", length(one["ttfa_ms"])),
        ))) for one in measured
    )
    return _plot(
        joined((_legend([words_of(name) for name in names]), tag("div", bars, {"class": "cw-bars"}))),
        words="Time of each turn by its parts; the table below says the same",
    )


def lines(
    days: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], *, unit: str, words: str
) -> Html:
    """Draw figures over time."""
    top = _top(max((one for _, values in series for one in values if one is not None), default=0.0))
    drawn = joined(
        _line(days, values, name=f"{name}, {unit}", colour=COLOURS[at % len(COLOURS)], top=top)
        for at, (name, values) in enumerate(series)
    )
    grid = joined(
        tag("path", NOTHING, {"d": f"M0 {y}H{WIDE}", "stroke": "currentColor", "opacity": "0.3"}) for y in (0, 50, HIGH)
    )
    svg = tag("svg", joined((grid, drawn)), {
        "viewBox": f"0 0 {WIDE} {HIGH}", "preserveAspectRatio": "none", "fill": "none",
    })
    marks = joined(tag("span", f"{value:g} {unit}") for value in (top, top / 2, 0))
    ends = joined(tag("span", one) for one in dict.fromkeys((days[0], days[len(days) // 2], days[-1])))
    plane = joined((tag("div", marks, {"class": "cw-marks"}), svg, tag("div", ends, {"class": "cw-days"})))
    return _plot(joined((_legend([name for name, _ in series]), tag("div", plane, {"class": "cw-lined"}))), words=words)


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


def _part(part: dict[str, Any], names: Sequence[str], longest: float) -> Html:
    colour = COLOURS[names.index(part["name"]) % len(COLOURS)]
    return tag("i", NOTHING, {
        "style": f"width:{100 * part['ms'] / longest:.2f}%;background:{colour}",
        "title": f"{words_of(part['name'])}: {part['ms']:.0f} ms",
    })


def _line(days: Sequence[str], values: Sequence[float | None], *, name: str, colour: str, top: float) -> Html:
    places = [
        None if value is None else (WIDE * (at + 0.5) / len(days), HIGH * (1 - value / top))
        for at, value in enumerate(values)
    ]
    # A day without a value is a gap, not a zero.
    steps = [f"M{a[0]:.2f} {a[1]:.2f}L{b[0]:.2f} {b[1]:.2f}" for a, b in pairwise(places) if a and b]
    points = joined(
        tag("path", tag("title", f"{day}: {name} {value:g}"), {"d": f"M{at[0]:.2f} {at[1]:.2f}h0", "class": "cw-dot"})
        for day, value, at in zip(days, values, places, strict=True) if at
    )
    return tag("g", joined((tag("path", NOTHING, {"d": "".join(steps)}), points)), {"stroke": colour})


def _top(most: float) -> float:
    """Give the end of an axis: a round number, not below the highest value."""
    size = 1.0
    while size * 10 < most:
        size *= 10
    while most > 0 and size > most:
        size /= 10
    return next((size * step for step in STEPS if size * step >= most), size * 10) if most > 0 else 1.0


def _legend(names: Sequence[str]) -> Html:
    return tag("ul", joined(
        tag("li", joined((tag("i", NOTHING, {"style": f"background:{COLOURS[at % len(COLOURS)]}"}), name)))
        for at, name in enumerate(names)
    ), {"class": "cw-legend"})


def _plot(content: Html, *, words: str) -> Html:
    return tag("div", content, {"class": "cw-plot", "role": "img", "aria-label": words})
