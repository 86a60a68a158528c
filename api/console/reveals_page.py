"""Reveals that wait for a second person, and those that are open: agreed to here, with the reason in sight."""

from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.console.asking import path
from api.console.dialogs import show_reveal
from api.console.forms import further
from api.console.html import NOTHING, chip, facts, instant, joined, link, tag, until
from api.console.look import add, button, doing, enter, markup, named, page, section, shown
from api.console.persons import Visit

PATH = "/console/reveals"


def install() -> None:
    """Add the page."""
    add("/reveals", reveals)


async def reveals(request: Request, reveal: str = "", cursor: str = "") -> Response | None:
    """Show what waits."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Reveals", here="reveals"):
        if reveal:
            with section("The one that you were sent"):
                await shown(_one(visit, reveal))
        with section("Waiting for a second person"):
            await shown(_list(visit, "pending", "", empty="Nobody waits for you to agree."))
        with section("All, newest first"):
            await shown(_list(visit, "", cursor, empty="Nobody has asked for an original yet."))
    return None


async def _one(visit: Visit, reveal: str) -> None:
    _show(visit, await visit.ask.get(path("reveals", reveal)))


async def _list(visit: Visit, state: str, cursor: str, *, empty: str) -> None:
    found = await visit.ask.get("/v1/reveals", {"state": state, "cursor": cursor, "limit": 20})
    if not found["reveals"]:
        markup(tag("p", empty, {"class": "cw-empty"}))
    for one in found["reveals"]:
        _show(visit, one)
    if not state:
        markup(further(PATH, {}, found["cursor"], first=not cursor))


def _show(visit: Visit, one: dict[str, Any]) -> None:
    name, mine = one["reveal"], one["asked_by"] == visit.who.subject
    tone = {"pending": "warn", "approved": "good", "expired": "plain"}.get(one["state"], "plain")
    with ui.element("article").classes("cw-section"):
        markup(facts([
            ("Original of", tag("code", one["pseudonym"])),
            ("Call", link(f"/console/calls/{one['call_id']}", one["call_id"])),
            ("State", chip(one["state"], tone)), ("Asked by", one["asked_by"]), ("Asked at", instant(one["asked_at"])),
            ("Agreed by", one["approved_by"]),
            ("Open for", until(one["expires_at"]) if one["state"] != "expired" else None),
        ]))
        markup(tag("p", joined((tag("strong", "Reason: "), one["reason"]))))
        if one["state"] == "pending" and mine:
            markup(tag("p", "You asked for it: somebody else has to agree.", {"class": "cw-quiet"}))
        elif one["state"] == "pending" and visit.may("approve_reveals"):
            agree = button("Agree", lambda: _agree(visit, name), kind="cw-primary")
            named(agree, f"Agree that {one['asked_by']} sees {one['pseudonym'][1:-1]}")
        elif one["state"] == "approved" and mine:
            button("See the original", lambda: _see(visit, name), kind="cw-primary")
        else:
            markup(NOTHING)


async def _agree(visit: Visit, name: str) -> None:
    async def agree() -> None:
        await visit.ask.post(path("reveals", name, "approve"))

    if await doing(agree(), said="Agreed. Who asked can see the original now; you do not."):
        ui.navigate.to("/reveals")


async def _see(visit: Visit, name: str) -> None:
    async def see() -> None:
        show_reveal(visit, name, await visit.ask.get(path("reveals", name)))

    await doing(see())
