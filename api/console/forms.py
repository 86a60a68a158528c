"""Filters and pages of long lists, as plain forms and links: an address says what was looked for."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from api.console.html import NOTHING, Html, joined, tag

Choice = tuple[str, str]


def field(name: str, words: str, value: str | None, *, kind: str = "text", hint: str | None = None) -> Html:
    """Ask for one thing."""
    return tag("label", joined((words, tag("input", "", {
        "name": name, "type": kind, "value": value or None, "placeholder": hint, "maxlength": 200,
        "step": "1" if kind == "datetime-local" else None,
    }))))


def choice(name: str, words: str, value: str | None, ready: Sequence[Choice]) -> Html:
    """Ask for one of several."""
    options = joined(
        tag("option", label, {"value": key, "selected": "" if key == (value or "") else None}) for key, label in ready
    )
    return tag("label", joined((words, tag("select", options, {"name": name}))))


def filters(fields: Sequence[Html], *, action: str, go: str = "Search") -> Html:
    """Put fields into a form whose answer is an address."""
    parts = [*fields, tag("button", go, {"type": "submit"}), tag("a", "Clear", {"href": action})]
    return tag("form", joined(parts), {"method": "get", "action": action, "class": "cw-filter", "role": "search"})


def address(path: str, query: Mapping[str, str | None]) -> str:
    """Write the address of a page with what it looks for."""
    asked = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path


def further(path: str, query: Mapping[str, str | None], cursor: str | None, *, first: bool) -> Html:
    """Lead to the next page and back to the first."""
    links = []
    if not first:
        links.append(tag("a", "First page", {"href": address(path, {**query, "cursor": None})}))
    if cursor is not None:
        links.append(tag("a", "Next page", {"href": address(path, {**query, "cursor": cursor}), "rel": "next",
                                            "data-key": "n"}))
    if not links:
        return NOTHING
    return tag("nav", joined(links, between=" · "), {"aria-label": "Pages of the list"})


def in_utc(value: str | None) -> str | None:
    """Read what a field of a day and time gives, as UTC."""
    if not value:
        return None
    return value if value.endswith("Z") or "+" in value else f"{value}Z"
