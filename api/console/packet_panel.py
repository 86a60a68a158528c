"""One handoff at the desk while it waits and after: followed by its stream, each part drawn again when it changes."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nicegui import Client, ui

from api.console import packet as packets
from api.console.asking import Refused, path
from api.console.following import listen
from api.console.html import NOTHING, tag
from api.console.look import markup, named, problem, section
from api.console.persons import Visit
from api.console.steps import Steps
from api.console.streaming import Told
from api.console.words_said import player

COMING = "The packet is being put together; it appears here by itself."
PARTLY = "Who claims the call reads what was said."
MOST_NEWS = 3  # lines read out at once


class PacketPanel:
    """The packet of the call that was chosen."""

    def __init__(self, visit: Visit, handoff: str, *, asking: ui.element, news: ui.html) -> None:
        """Take what outlives a choice: the place of dialogs, and the one where news is read out."""
        self._visit, self._name, self._asking, self._news = visit, handoff, asking, news
        self._lines: dict[str, dict[str, Any]] = {}
        self._since: dict[str, str] = {}
        self._handoff: dict[str, Any] = {}
        self._whole = False  # whether the sections of a packet are laid out
        self.call: str | None = None
        self.came = asyncio.Event()  # something is known of the handoff

    def build(self, client: Client) -> "asyncio.Task[None]":
        """Lay it out and follow it; the task is the caller's to cancel when another call is chosen."""
        self._wrong = ui.element("div")
        with section("Call to take over"):
            self._head = markup(tag("p", "Looking …", {"class": "cw-empty"}))
            self._steps = Steps(self._visit, self._asking)
        self._rest = ui.element("div").classes("cw-page")
        return listen(self._visit, path("handoffs", self._name, "stream"), self._hear, self._miss, client=client)

    def opens(self) -> frozenset[str]:
        """Name the pseudonyms whose originals she may see now."""
        return frozenset(one["pseudonym"] for one in self._handoff.get("revealable", ()))

    async def _miss(self, refused: Refused) -> None:
        self._wrong.clear()
        with self._wrong:
            problem(refused)
        self.came.set()

    async def _hear(self, told: Sequence[Told]) -> None:
        if not told:
            return
        self._wrong.clear()
        first = not self._lines
        fresh = []
        for one in told:
            if one.name == "handoff":
                self._handoff = one.data
            elif one.name in ("line", "amended"):
                if not first and one.name == "line":
                    fresh.append(one.data)
                self._keep(one)
        self._draw()
        self.came.set()
        if fresh:
            words = ". ".join(f"{one['participant']}: {one['text']}" for one in fresh[-MOST_NEWS:])
            self._news.content = tag("p", words)

    def _keep(self, one: Told) -> None:
        line = one.data
        self._lines[line["event_id"]] = line
        if one.name == "amended":
            self._since[line["event_id"]] = "more hidden later"

    def _draw(self) -> None:
        handoff = self._handoff
        self.call = handoff["call_id"]
        packet = handoff.get("packet")
        self._head.content = packets.head(handoff, packet)
        self._steps.show(handoff)
        if packet is None:
            if not self._rest.slots["default"].children:
                with self._rest:
                    markup(tag("p", COMING, {"class": "cw-empty"}))
            return
        if not self._whole:
            self._lay_out(handoff["call_id"])
        self._why.content = packets.why(packet)
        self._before.content = packets.before(packet)
        self._notes.content = packets.notes(handoff.get("notes", ()))
        self._origin.content = packets.provenance(packet)
        self._spoken.content = self._words(packet, partly=bool(handoff.get("partly")))

    def _lay_out(self, call_id: str) -> None:
        self._whole = True
        self._rest.clear()
        with self._rest:
            with ui.element("div").classes("cw-halves"):
                with section("Why a person"):
                    self._why = markup(NOTHING)
                with section("What happened"):
                    self._before = markup(NOTHING)
            with section("Said so far, redacted"):
                markup(player(call_id))
                self._spoken = named(markup(NOTHING), "What was said")
            with section("Notes"):
                self._notes = markup(NOTHING)
            with section("Where this comes from"):
                self._origin = markup(NOTHING)

    def _words(self, packet: Mapping[str, Any], *, partly: bool) -> Any:
        if partly:
            return tag("p", PARTLY, {"class": "cw-empty"})
        asked = datetime.fromisoformat(packet["requested_at"])
        lines = sorted(
            (self._lines or {one["event_id"]: one for one in packet["transcript"]}).values(),
            key=lambda one: str(one["occurred_at"]),
        )
        later = {one["event_id"]: "said since" for one in lines if datetime.fromisoformat(one["occurred_at"]) > asked}
        return packets.spoken(packet, lines, revealable=self.opens(), since={**later, **self._since})
