"""Erasure, legal holds and copies of a person's data: asked for with a reason, shown with what stands in the way."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.console.asking import Refused, outcome, told
from api.console.dialogs import ask_for
from api.console.forms import further
from api.console.html import NOTHING, chip, instant, joined, link, table, tag, words_of
from api.console.look import add, button, doing, enter, markup, named, page, section, shown
from api.console.persons import Visit

PATH = "/console/data"
KINDS = {"call": "The caller of a call (its id)", "subject": "A caller (pseudonym)", "caller": "A number or address"}
ERASURE = ("Asked", "By", "Whose", "State", "Waits for", "Certificate")


def install() -> None:
    """Add the page."""
    add("/data", data)


async def data(request: Request, cursor: str = "") -> Response | None:
    """Show the forms, and what was asked before."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    holds, erasures = await asyncio.gather(
        outcome(visit.ask.get("/v1/holds", {"limit": 50})),
        outcome(visit.ask.get("/v1/erasures", {"cursor": cursor, "limit": 50})),
    )
    with page(visit, "Erasure and holds", here="data"):
        with section("Whose data"):
            _form(visit)
        with section("Legal holds"):
            await shown(_holds(visit, holds))
        with section("Erasures, newest first"):
            await shown(_erasures(erasures, first=not cursor))
    return None


def _form(visit: Visit) -> None:
    with ui.element("div").classes("cw-filter"):
        kind = ui.select(KINDS, value="call", label="Whose").props("outlined dense options-dense")
        whom = ui.input("Which").props("outlined dense")

    def ask(title: str, go: str, path: str, said: str, *, danger: bool = False) -> None:
        if not whom.value:
            whom.props('error error-message="Say which"')
            return
        body = {str(kind.value): whom.value.strip()}

        async def because(reason: str) -> None:
            async def do() -> None:
                answer = await visit.ask.send("POST", path, body={**body, "reason": reason})
                if path.endswith("exports"):
                    ui.download.content(answer.content, "subject.json")

            if await doing(do(), said=said) and not path.endswith("exports"):
                ui.navigate.to("/data")

        ask_for(f"{title} {whom.value}", label="Reason", act=because, go=go, danger=danger)

    async def erase() -> None:
        ask("Forget for good:", "Erase", "/v1/erasures", "Asked for. What stands in its way is shown.", danger=True)

    async def hold() -> None:
        ask("Hold the data of", "Hold", "/v1/holds", "Held: nothing of it is erased until the hold is released.")

    async def export() -> None:
        ask("Take a copy of all about", "Take it", "/v1/subject-exports", "The copy is on its way to you.")

    with ui.element("div").classes("cw-actions"):
        button("Erase …", erase, kind="cw-danger")
        button("Hold …", hold)
        button("Take a copy …", export)


async def _holds(visit: Visit, holds: Mapping[str, Any] | Refused) -> None:
    found = told(holds)["holds"]
    if not found:
        markup(tag("p", "No hold was ever placed.", {"class": "cw-empty"}))
    for one in found:
        with ui.element("div").classes("cw-actions"):
            state = chip("released") if one["released_at"] else chip("in force", "warn")
            markup(joined((state, " ", _whose(one), ", placed by ", one["placed_by"], " on ",
                           instant(one["placed_at"]), ": ", one["reason"])))
            if not one["released_at"]:
                release = button("Release", partial(_release, visit, one["hold"]))
                named(release, f"Release the hold on {one['subject'] or one['call']}")


async def _release(visit: Visit, name: str) -> None:
    async def release() -> None:
        await visit.ask.send("DELETE", f"/v1/holds/{name}")

    if await doing(release(), said="Released. Erasures that waited go on within a minute."):
        ui.navigate.to("/data")


async def _erasures(erasures: Mapping[str, Any] | Refused, *, first: bool) -> None:
    found = told(erasures)
    rows = [
        (
            instant(one["requested_at"]), one["requested_by"], _whose(one),
            chip(one["state"], "good" if one["state"] == "completed" else "warn"),
            joined((_waits(call) for call in one["waiting"]), between=", ") if one["waiting"] else None,
            link(f"/console/audit/{one['index']}", "in the log") if one["index"] is not None else None,
        )
        for one in found["erasures"]
    ]
    markup(table("Erasures", ERASURE, rows, empty="Nobody asked to be forgotten yet."))
    markup(further(PATH, {}, found["cursor"], first=first))


def _waits(call: dict[str, Any]) -> object:
    reasons = dict.fromkeys(words_of(str(one.get("because") or one.get("outcome"))) for one in call["rulings"])
    return joined((link(f"/console/calls/{call['call_id']}", call["call_id"]), f" ({', '.join(reasons)})"))


def _whose(one: dict[str, Any]) -> object:
    if one["call"]:
        return link(f"/console/calls/{one['call']}", f"call {one['call']}")
    return tag("code", one["subject"]) if one["subject"] else NOTHING
