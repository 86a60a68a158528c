"""What goes on now: emergencies, live calls with what was found in them, and how long people wait in each queue."""

import asyncio
from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.console.asking import Refused
from api.console.calls_page import state_of
from api.console.floor import Floor, Seen
from api.console.following import follow
from api.console.html import NOTHING, Html, age, chip, joined, link, table, tag, until, words_of
from api.console.line import SCRIPT, to_listen
from api.console.look import add, button, doing, enter, markup, named, page, problem, section
from api.console.persons import Visit

EVERY_S = 5.0
MOST_LIVE = 30


def install() -> None:
    """Add the page."""
    add("/live", live)


async def live(request: Request) -> Response | None:
    """Show what goes on, as it changes."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Live", here="live"):
        ui.add_head_html(SCRIPT)
        await Live(visit).build()
    return None


class Live:
    """The view of one supervisor."""

    def __init__(self, visit: Visit) -> None:
        """Nothing is known before the first look."""
        self._visit = visit
        self._urgent: list[dict[str, Any]] | None = None
        self._floor = Floor(visit) if visit.may("see_queues") else None

    async def build(self) -> None:
        """Lay it out and keep it true."""
        self._away = ui.element("div")
        with section("Emergencies"):
            self._emergencies = ui.element("div").props('role="status"')
        with section("Live calls"):
            self._calls = markup(NOTHING)
        if self._floor is not None:
            self._floor.build()
        await self._look()
        follow(self._visit, self._look, every_s=EVERY_S)

    async def _look(self) -> None:
        try:
            asked = {"state": "live", "limit": MOST_LIVE, "signals": "true"}
            urgent, calls, seen = await asyncio.gather(
                self._visit.ask.get("/v1/emergencies"), self._visit.ask.get("/v1/calls", asked), self._of_floor(),
            )
        except Refused as refused:
            self._away.clear()
            with self._away:
                problem(refused)
            return
        self._away.clear()
        self._calls.content = self._live_calls(calls)
        if self._floor is not None and seen is not None:
            self._floor.show(seen)
        if urgent["emergencies"] != self._urgent:
            self._urgent = urgent["emergencies"]
            self._show_emergencies(urgent["emergencies"])

    async def _of_floor(self) -> Seen | None:
        return None if self._floor is None else await self._floor.ask()

    def _show_emergencies(self, found: list[dict[str, Any]]) -> None:
        self._emergencies.clear()
        with self._emergencies:
            if not found:
                markup(tag("p", "None is open.", {"class": "cw-empty"}))
            for one in found:
                self._emergency(one)

    def _emergency(self, one: dict[str, Any]) -> None:
        call = one["call_id"]
        with ui.element("div").classes("cw-note cw-bad"):
            drill = chip("drill", "warn") if one["drill"] else NOTHING
            kinds = ", ".join(words_of(kind) for kind in one["kinds"])
            markup(tag("p", joined((tag("strong", kinds), " ", drill, " in ", link(f"/console/calls/{call}", call),
                                    ", open for ", age(one["opened_at"]), f". {one['reason']}"))))
            waits = one["waits_for"]
            if waits is not None:
                markup(tag("p", joined((f"Rung {one['rung']}: waits for {words_of(waits)}, ", until(one["due_at"]),
                                        " left."))))

            async def take() -> None:
                await doing(self._acknowledge(call), said="You have it. The climb has ended.")
                await self._look()

            if self._visit.may("acknowledge"):
                named(button("I have it", take, kind="cw-primary"), f"I have the emergency in {call}")

    async def _acknowledge(self, call: str) -> None:
        await self._visit.ask.post(f"/v1/emergencies/{call}/acknowledge")

    def _live_calls(self, found: dict[str, Any]) -> Html:
        hears = self._visit.may("listen_in")
        rows = []
        for one in found["calls"]:
            known = found["signals"][one["call_id"]]
            row = (
                link(f"/console/calls/{one['call_id']}", one["call_id"]), state_of(one), one["channel"],
                one["language"], known["turns"], _signals(known["verdicts"]),
            )
            rows.append((*row, to_listen(one["call_id"])) if hears else row)
        heads = ("Call", "Live", "Channel", "Language", "Turns", "Signals", *(("Do",) if hears else ()))
        return table("Live calls", heads, rows, empty="No call is live.")


def _signals(verdicts: list[str]) -> Html:
    if not verdicts:
        return chip("quiet")
    tones = {"emergency_detected": "bad", "handoff_requested": "warn"}
    kinds = dict.fromkeys(one.rsplit(".", 1)[-1] for one in verdicts)
    return joined((chip(words_of(one), tones.get(one, "plain")) for one in kinds), between=" ")
