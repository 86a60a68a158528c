"""The agent's desk: who waits, told as it changes; the packet; and every step with the caller, by hand or by key."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from api.console import packet as packets
from api.console.asking import Refused, path
from api.console.dialogs import ask_for, ask_original
from api.console.following import follow
from api.console.html import joined, tag
from api.console.look import add, button, doing, enter, markup, page, problem, section, shown
from api.console.persons import Visit
from api.console.words_said import REVEAL, player

HEARTBEAT_S = 10.0  # the look without a bell
DECLINES = ("Wrong queue", "Needs another language", "I am in another call")
ENDS = ("Solved", "Follow-up needed", "Passed on", "Caller hung up")
KEYS = "Keys: j and k walk the queue, Enter opens, c claims, a accepts, d declines, x completes."


def install() -> None:
    """Add the page."""
    add("/desk", desk)


async def desk(request: Request, handoff: str | None = None) -> Response | None:
    """Show the queue, and one packet beside it."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Desk", here="desk"):
        await Desk(visit, handoff).build()
    return None


class Desk:
    """One agent's desk in one window."""

    def __init__(self, visit: Visit, chosen: str | None) -> None:
        """Start with the packet that the address names, where it does."""
        self._visit = visit
        self._chosen = chosen
        self._version: int | None = None
        self._call: str | None = None
        self._known: frozenset[str] | None = None
        self._looking = asyncio.Lock()

    async def build(self) -> None:
        """Lay it out, and keep it true until the window is closed."""
        self._away = ui.element("div")
        self._asking = ui.element("div")  # of dialogs: the packet is drawn anew whenever it changes
        self._news = markup(tag("p", ""), kind="cw-sr").props('role="status" aria-live="polite"')
        with ui.element("div").classes("cw-two"):
            with section("Waiting"):
                self._queue = markup(tag("p", "Looking …", {"class": "cw-empty"}))
                keys = tag("button", "Switch keys off", {"type": "button", "class": "cw-play", "data-keys": ""})
                markup(tag("p", joined((KEYS, " ", keys)), {"class": "cw-quiet"}))
            self._packet = ui.element("div").classes("cw-page")
        ui.on("choose", self._choose)
        ui.on(REVEAL, self._reveal)
        await self._look()
        follow(self._visit, self._look, every_s=HEARTBEAT_S)

    async def _look(self) -> None:
        async with self._looking:  # a step of her own also rings the bell
            await self._look_once()

    async def _look_once(self) -> None:
        try:
            listed = (await self._visit.ask.get("/v1/handoffs", {"limit": 200}))["handoffs"]
        except Refused as refused:
            self._away.clear()
            with self._away:
                problem(refused)
            return
        self._away.clear()
        self._announce(listed)
        self._queue.content = packets.queue(listed, self._chosen)
        mine = next((one for one in listed if one["handoff"] == self._chosen), None)
        if self._chosen is None:
            with self._packet:
                if self._version is None:
                    self._packet.clear()
                    markup(tag("p", "Choose a call to read its packet.", {"class": "cw-empty"}))
        elif mine is None or mine["version"] != self._version:
            await self._read()

    def _announce(self, listed: list[dict[str, Any]]) -> None:
        names = frozenset(one["handoff"] for one in listed)
        if self._known is not None:
            for one in listed:
                if one["handoff"] not in self._known:
                    words = f"New call in {one['queue']}, priority {one['priority']}: {one['reason']}"
                    self._news.content = tag("p", words)
        self._known = names

    async def _choose(self, event: GenericEventArguments) -> None:
        self._chosen, self._version = str(event.args), None
        shown_as = json.dumps(self._chosen)
        ui.run_javascript(f"history.replaceState(null, '', '?handoff=' + encodeURIComponent({shown_as}))")
        await self._look()

    def _reveal(self, event: GenericEventArguments) -> None:
        if self._call is not None:
            with self._asking:
                ask_original(self._visit, self._call, str(event.args))

    async def _read(self) -> None:
        self._packet.clear()
        self._call = None
        with self._packet:
            await shown(self._show())

    async def _show(self) -> None:
        handoff = await self._visit.ask.get(path("handoffs", self._chosen or ""))
        call = await self._visit.ask.get(f"/v1/calls/{handoff['call_id']}")
        self._version, self._call = handoff["version"], str(handoff["call_id"])
        packet = handoff.get("packet")
        with section("Call to take over"):
            markup(packets.head(handoff, packet))
            self._steps(handoff)
        if packet is None:
            markup(tag("p", "The packet is being put together; it appears here by itself.", {"class": "cw-empty"}))
            return
        mine = handoff["state"] == "accepted" and handoff["claimed_by"] == self._visit.who.subject
        with ui.element("div").classes("cw-halves"):
            with section("Why a person"):
                markup(packets.why(packet))
            with section("What happened"):
                markup(packets.before(packet))
        with section("Said so far, redacted"):
            markup(player(handoff["call_id"]))
            markup(packets.spoken(packet, began=call["started_at"], can_reveal=mine))
        with section("Where this comes from"):
            markup(packets.provenance(packet))

    def _steps(self, handoff: Mapping[str, Any]) -> None:
        mine = handoff["claimed_by"] == self._visit.who.subject
        with ui.element("div").classes("cw-actions"):
            if handoff["state"] == "offered":
                self._step("Claim", "claim", "c", said="The call is yours to read. Accept it to speak.")
            elif handoff["state"] == "claimed" and mine:
                self._step("Accept", "accept", "a", said="You have the call.")
                self._asked("Decline", "decline", "d", "reason", "Why not you", DECLINES)
            elif handoff["state"] == "accepted" and mine:
                self._asked("Complete", "complete", "x", "disposition", "How did it end", ENDS)
            else:
                markup(tag("p", "There is nothing for you to do here.", {"class": "cw-empty"}))

    def _step(self, words: str, step: str, key: str, *, said: str) -> None:
        async def act() -> None:
            await self._take(step, None, said)

        button(words, act, kind="cw-primary", hint=key).props(f"data-key={key}")

    def _asked(self, words: str, step: str, key: str, name: str, label: str, ready: tuple[str, ...]) -> None:
        async def told(value: str) -> None:
            await self._take(step, {name: value}, f"{words}: done.")

        async def act() -> None:
            with self._asking:
                ask_for(f"{words} this call", label=label, act=told, go=words, ready=ready)

        kind = "cw-primary" if step == "complete" else ""
        button(words, act, kind=kind, hint=key).props(f"data-key={key}")

    async def _take(self, step: str, body: Mapping[str, object] | None, said: str) -> None:
        headers = {"If-Match": f'"{self._version}"'}

        async def take() -> None:
            await self._visit.ask.post(path("handoffs", self._chosen or "", step), body, headers)

        with self._away:
            await doing(take(), said=said)
        self._version = None
        await self._look()
