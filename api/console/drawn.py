"""A page as markup: all of one that is only read, and of any other what is seen until its scripts have made it live."""

from nicegui import Client, ui
from starlette.responses import HTMLResponse

from api.console.asset_files import address_of
from api.console.html import NOTHING, Html, joined, tag

FIRST = "cw-first"  # what is seen of a live page before it is live; the guard holds the page's scripts back for it
STILL = "data-still"
KEPT = ("role", "id", "tabindex")
BUTTON = (
    "q-btn q-btn-item non-selectable no-outline q-btn--unelevated q-btn--rectangle q-btn--actionable "
    "q-btn--no-uppercase "
)
INSIDE = {"class": "q-btn__content text-center col items-center q-anchor--skip justify-center row"}
PAGE = (
    '<!doctype html><html lang="en-US" {still}><head><meta charset="utf-8">{title}'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="{icon}">'
    "{head}</head><body>{body}</body></html>"
)


def still(client: Client) -> HTMLResponse:
    """Give the whole page as text, links and forms: it opens no connection, and nothing of it stays in memory."""
    page = PAGE.format(
        still=STILL, title=tag("title", client.resolve_title()), icon=address_of("mark.svg"), head=client.head_html,
        body=drawn(client.layout),
    )
    client.delete()
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


def first(client: Client) -> Html:
    """Give what is seen of a live page until it is live."""
    script = tag("script", NOTHING, {"src": address_of("first.js"), "defer": ""})
    return joined((tag("div", drawn(client.layout), {"id": FIRST}), script))


def drawn(element: ui.element) -> Html:
    """Write an element with all that is in it, as it will look."""
    children = joined(drawn(one) for one in element.default_slot.children)
    if isinstance(element, ui.dialog):
        return NOTHING
    if isinstance(element, ui.html):
        inner = Html(element.content)
        return tag(str(element.props.get("tag", "div")), inner, {**_attributes(element), "data-c": element.id})
    if isinstance(element, ui.button):
        words = joined((tag("span", element.text, {"class": "block"}), children))
        attributes = _attributes(element, kind=BUTTON)
        return tag("button", tag("span", words, INSIDE), {**attributes, "type": "button", "data-c": element.id})
    if isinstance(element, ui.input | ui.textarea | ui.select):
        options = element.options if isinstance(element, ui.select) else None
        value = options.get(element.value) if isinstance(options, dict) else element.value
        words = joined((tag("small", element.props.get("label") or ""), tag("span", value or "")))
        return tag("div", words, _attributes(element, kind="cw-field "))
    if isinstance(element, ui.header):
        return tag("header", children, _attributes(element))
    name = "div" if element.tag.startswith(("q-", "nicegui-")) else element.tag
    return tag(name, children, _attributes(element))


def _attributes(element: ui.element, *, kind: str = "") -> dict[str, object]:
    kept = {
        name: "" if value is True else str(value) for name, value in element.props.items()
        if name in KEPT or name.startswith(("aria-", "data-"))
    }
    style = ";".join(f"{name}:{value}" for name, value in element.style.items())
    return {**kept, "class": (kind + " ".join(element.classes)).strip() or None, "style": style or None}
