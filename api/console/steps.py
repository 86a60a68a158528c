"""The steps of a handoff that its reader may take, as buttons with keys; each says which version was looked at."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from api.console.asking import path
from api.console.dialogs import Question, ask
from api.console.html import tag
from api.console.line import to_speak
from api.console.look import button, doing, markup
from api.console.persons import Visit
from api.console.reassigning import ask_where
from api.console.withdrawing import UNACCEPTED, ask_why

DECLINES = ("Wrong queue", "Needs another language", "I am in another call")
ENDS = ("Solved", "Follow-up needed", "Passed on", "Caller hung up")
LONGEST_NOTE = 8000
OPEN = ("offered", "claimed", "accepted", "declined", "released", "expired")


class Steps:
    """The buttons of one handoff."""

    def __init__(self, visit: Visit, asking: ui.element) -> None:
        """Take who looks, and the place of dialogs, which outlives what is drawn anew."""
        self._visit, self._asking = visit, asking
        self._handoff: Mapping[str, Any] = {}
        self._shown: object = None
        self._place = ui.element("div").classes("cw-actions")

    def show(self, handoff: Mapping[str, Any]) -> None:
        """Give the steps of this state."""
        self._handoff = handoff
        mine = handoff.get("claimed_by") == self._visit.who.subject
        shown = (handoff["state"], mine)
        if shown == self._shown:
            return
        self._shown = shown
        self._place.clear()
        with self._place:
            if handoff["state"] == "offered":
                self._step("Claim", "claim", "c", said="The call is yours to read. Accept it to speak.")
            elif handoff["state"] == "claimed" and mine:
                self._step("Accept", "accept", "a", said="You have the call.")
                self._asked("Decline", "d", [Question("reason", "Why not you", shortest=3, ready=DECLINES)])
                self._note()
            elif handoff["state"] == "accepted" and mine:
                markup(to_speak(handoff["call_id"]), kind="cw-actions")
                self._asked("Complete", "x", [
                    Question("disposition", "How did it end", shortest=3, most=100, ready=ENDS),
                    Question("notes", "Notes, if any; redacted before anybody reads them", most=LONGEST_NOTE),
                ])
                self._note()
            else:
                markup(tag("p", "There is nothing for you to do here.", {"class": "cw-empty"}))
            if handoff["state"] in OPEN and self._visit.may("run_desk"):
                self._elsewhere()

    def _step(self, words: str, step: str, key: str, *, said: str) -> None:
        async def act() -> None:
            await self._take(step, None, said)

        button(words, act, kind="cw-primary", hint=key).props(f"data-key={key}")

    def _asked(self, words: str, key: str, questions: list[Question]) -> None:
        async def told(said: Mapping[str, str]) -> None:
            await self._take(words.lower(), {name: value for name, value in said.items() if value}, f"{words}: done.")

        async def act() -> None:
            with self._asking:
                ask(f"{words} this call", questions, act=told, go=words)

        button(words, act, hint=key).props(f"data-key={key}")

    def _note(self) -> None:
        async def told(said: Mapping[str, str]) -> None:
            async def send() -> None:
                await self._visit.ask.send("POST", path("handoffs", self._handoff["handoff"], "notes"), body=said)

            with self._asking:
                await doing(send(), said="On its way: it is shown here once it has been redacted.")

        async def act() -> None:
            words = Question("text", "Note; redacted before anybody reads it", shortest=1, most=LONGEST_NOTE)
            with self._asking:
                ask("Write something down", [words], act=told, go="Keep it")

        button("Note", act, hint="n").props("data-key=n")

    def _elsewhere(self) -> None:
        async def act() -> None:
            with self._asking:
                await ask_where(self._visit, self._handoff)

        async def end() -> None:
            with self._asking:
                ask_why(self._visit, self._handoff)

        button("Reassign", act, hint="r").props("data-key=r")
        if self._handoff["state"] in UNACCEPTED:
            button("Withdraw", end, hint="w").props("data-key=w")

    async def _take(self, step: str, body: Mapping[str, object] | None, said: str) -> None:
        headers = {"If-Match": f'"{self._handoff["version"]}"'}

        async def take() -> None:
            await self._visit.ask.post(path("handoffs", self._handoff["handoff"], step), body, headers)

        with self._asking:
            await doing(take(), said=said)
