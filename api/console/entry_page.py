"""One entry of the audit log: what it says, between which checkpoints it came to be, and its proof in the page."""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.console import proof_panel
from api.console.html import facts, instant, tag
from api.console.look import add, enter, markup, page, section, shown, written
from api.console.persons import Visit


def install() -> None:
    """Add the page."""
    add("/audit/{index}", entry)


async def entry(request: Request, index: int) -> Response:
    """Show one entry."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, f"Entry {index:,}", here="audit", live=False):
        ui.add_head_html(proof_panel.SCRIPT)
        with section("Proof"):
            markup(proof_panel.panel(visit.who.tenant, [(index, "")], go="Prove it here", show_entry=True))
        with section("When it came to be"):
            await shown(_existence(visit, index))
    return written()


async def _existence(visit: Visit, index: int) -> None:
    found = await visit.ask.get(f"/v1/audit/entries/{index}/existence")
    markup(facts([
        ("After the checkpoint of", instant(found["after"])), ("Before the checkpoint of", instant(found["before"])),
        ("That checkpoint's size", f"{found['before_size']:,}"),
    ]))
    vouched = found["vouched_before"]
    words = "Nobody outside has vouched for a checkpoint over it." if vouched is None else (
        f"{', '.join(vouched['witnesses']) or 'A time-stamping authority'} vouched for it."
    )
    markup(tag("p", words, {"class": "cw-quiet"}))
