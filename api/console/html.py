"""HTML that is safe to show: every value is escaped where it is put in, so that no word of a call is markup."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any


class Html(str):
    """Markup of ours; any other string is escaped before it is shown."""

    __slots__ = ()


NOTHING = Html("")
DASH = Html('<span aria-hidden="true">–</span><span class="cw-sr">none</span>')


def part(value: object) -> Html:
    """Give one value as it is shown."""
    if isinstance(value, Html):
        return value
    return DASH if value is None or value == "" else Html(escape(str(value)))


def tag(name: str, content: object = NOTHING, attributes: Mapping[str, object] | None = None) -> Html:
    """Write an element; an attribute that is None is left out."""
    written = "".join(
        f' {key}="{escape(str(value))}"' for key, value in (attributes or {}).items() if value is not None
    )
    return Html(f"<{name}{written}>{part(content) if content != '' else NOTHING}</{name}>")


def joined(parts: Iterable[object], between: str = "") -> Html:
    """Put parts one after the other."""
    return Html(between.join(part(one) for one in parts))


def link(target: str, words: object, *, kind: str | None = None) -> Html:
    """Link to another page of the console."""
    return tag("a", words, {"href": target, "class": kind})


def chip(words: object, tone: str = "plain") -> Html:
    """Show a state as a word in a coloured frame; the colour says nothing that the word does not."""
    return tag("span", words, {"class": f"cw-chip cw-{tone}"})


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> Html:
    """Write a table that a small window shows as cards; an empty one says so in a sentence."""
    if not rows:
        return tag("p", empty, {"class": "cw-empty"})
    head = tag("tr", joined(tag("th", one, {"scope": "col"}) for one in heads))
    lines = joined(
        tag("tr", joined(
            tag("td", tag("div", cell), {"data-head": name}) for name, cell in zip(heads, row, strict=True)
        )) for row in rows
    )
    written = joined((tag("caption", caption), tag("thead", head), tag("tbody", lines)))
    return tag("div", tag("table", written), {"class": "cw-table", "tabindex": "0", "role": "region",
                                              "aria-label": caption})


def facts(pairs: Iterable[tuple[str, object]]) -> Html:
    """Write what is known as a list of names and values."""
    return tag(
        "dl", joined(tag("div", joined((tag("dt", name), tag("dd", value)))) for name, value in pairs),
        {"class": "cw-facts"},
    )


def instant(value: str | None, *, date: bool = True) -> Html:
    """Show an instant of the API in UTC; the whole of it stands in the element."""
    if value is None:
        return DASH
    at = datetime.fromisoformat(value)
    words = at.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S")
    return tag("time", words, {"datetime": value, "title": f"{value} (UTC)"})


def age(value: str | None) -> Html:
    """Show how long ago an instant was; the page keeps it running."""
    return DASH if value is None else tag("time", "", {"datetime": value, "data-since": value})


def until(value: str | None) -> Html:
    """Show how long it is until an instant; the page keeps it running."""
    return DASH if value is None else tag("time", "", {"datetime": value, "data-until": value})


def length(ms: float | None) -> Html:
    """Show a duration."""
    if ms is None:
        return DASH
    if ms < 10_000:
        return part(f"{ms:.0f} ms")
    minutes, seconds = divmod(round(ms / 1000), 60)
    return part(f"{minutes} min {seconds} s" if minutes else f"{ms / 1000:.1f} s")


def words_of(name: str) -> str:
    """Write a name of a program as people's words."""
    return name.replace("_", " ").replace(".", " ")


def at_most(items: Sequence[Any], most: int) -> tuple[Sequence[Any], int]:
    """Give the first of many, and how many more there are."""
    return items[:most], max(len(items) - most, 0)
