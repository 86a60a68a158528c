"""The agent's desk: her duty, who waits, told as it changes; and the packet of the call that she chose."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from api.console import packet as packets
from api.console.asking import Refused
from api.console.dialogs import ask_original
from api.console.duty import Duty
from api.console.following import listen
from api.console.html import joined, tag
from api.console.line import SCRIPT
from api.console.look import add, enter, markup, page, problem, section
from api.console.packet_panel import PacketPanel
from api.console.persons import Visit
from api.console.streaming import Told
from api.console.words_said import REVEAL

STREAM = "/v1/handoffs/stream"  # while it is followed an agent on duty counts as there
PACKET_WITHIN_S = 0.5  # then the page is shown without it, and it appears by itself
KEYS = (
    "Keys: j and k walk the queue, Enter opens, c claims, a accepts, d declines, n notes, x completes, "
    "s speaks with the caller, t joins after a briefing, h holds, o goes on duty, b takes a break."
)


def install() -> None:
    """Add the page."""
    add("/desk", desk)


async def desk(request: Request, handoff: str | None = None) -> Response | None:
    """Show the queue, and one packet beside it."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Desk", here="desk"):
        ui.add_head_html(SCRIPT)
        await Desk(visit, handoff).build()
    return None


class Desk:
    """One agent's desk in one window."""

    def __init__(self, visit: Visit, chosen: str | None) -> None:
        """Start with the packet that the address names, where it does."""
        self._visit = visit
        self._chosen = chosen
        self._known: frozenset[str] | None = None
        self._panel: PacketPanel | None = None
        self._following: asyncio.Task[None] | None = None

    async def build(self) -> None:
        """Lay it out, and keep it true until the window is closed."""
        self._client = ui.context.client
        self._away = ui.element("div")
        self._asking = ui.element("div")  # of dialogs: the packet is drawn anew whenever it changes
        self._news = markup(tag("p", ""), kind="cw-sr").props('role="status" aria-live="polite"')
        with ui.element("div").classes("cw-two"):
            with ui.element("div").classes("cw-page"):
                self._duty = Duty(self._visit)
                self._duty.build()
                with section("Waiting"):
                    self._queue = markup(tag("p", "Looking …", {"class": "cw-empty"}))
                    keys = tag("button", "Switch keys off", {"type": "button", "class": "cw-play", "data-keys": ""})
                    markup(tag("p", joined((KEYS, " ", keys)), {"class": "cw-quiet"}))
            self._packet = ui.element("div").classes("cw-page")
        ui.on("choose", self._choose)
        ui.on(REVEAL, self._reveal)
        self._open()
        await self._look()
        if self._panel is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._panel.came.wait(), PACKET_WITHIN_S)
        listen(self._visit, STREAM, self._hear, self._miss, client=self._client)

    async def _hear(self, _: Sequence[Told]) -> None:
        await self._look()

    async def _miss(self, refused: Refused) -> None:
        self._away.clear()
        with self._away:
            problem(refused)

    async def _look(self) -> None:
        try:
            answer, _ = await asyncio.gather(self._visit.ask.get("/v1/handoffs", {"limit": 200}), self._duty.look())
        except Refused as refused:
            await self._miss(refused)
            return
        listed = answer["handoffs"]
        self._away.clear()
        self._announce(listed)
        self._queue.content = packets.queue(listed, self._chosen)

    def _announce(self, listed: list[dict[str, Any]]) -> None:
        names = frozenset(one["handoff"] for one in listed)
        if self._known is not None:
            for one in listed:
                if one["handoff"] not in self._known:
                    words = f"New call in {one['queue']}, priority {one['priority']}: {one['reason']}"
                    self._news.content = tag("p", words)
        self._known = names

    async def _choose(self, event: GenericEventArguments) -> None:
        self._chosen = str(event.args)
        shown_as = json.dumps(self._chosen)
        ui.run_javascript(f"history.replaceState(null, '', '?handoff=' + encodeURIComponent({shown_as}))")
        self._open()
        await self._look()

    def _open(self) -> None:
        if self._following is not None:
            self._following.cancel()
        self._packet.clear()
        with self._packet:
            if self._chosen is None:
                markup(tag("p", "Choose a call to read its packet.", {"class": "cw-empty"}))
                return
            self._panel = PacketPanel(self._visit, self._chosen, asking=self._asking, news=self._news)
            self._following = self._panel.build(self._client)

    def _reveal(self, event: GenericEventArguments) -> None:
        if self._panel is not None and self._panel.call is not None:
            with self._asking:
                ask_original(self._visit, self._panel.call, str(event.args))
