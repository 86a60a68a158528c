"""Whether the agent is there, and what she can take: duty, skills and languages, set as PUT /v1/agents/me sets them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from nicegui import ui

from api.console.asking import Refused
from api.console.dialogs import Question, ask
from api.console.html import NOTHING, age, chip, facts, joined
from api.console.look import button, doing, markup, section
from api.console.persons import Visit

ME = "/v1/agents/me"
TONES = {"on": "good", "break": "warn", "lost": "bad"}
WORDS = {"on": "on duty", "break": "on a break", "off": "off duty", "lost": "not seen for a while"}
STEPS = (("Go on duty", "on", "o"), ("Break", "break", "b"), ("Go off duty", "off", ""))
SAID = {
    "on": "You are on duty: calls that you can take are yours to claim.",
    "break": "You are on a break. What you had claimed is offered again.",
    "off": "You are off duty. What you had claimed is offered again.",
}


class Duty:
    """Her own line at the desk."""

    def __init__(self, visit: Visit) -> None:
        """Nothing is known before the first look."""
        self._visit = visit
        self._known: dict[str, Any] | None = None
        self._shown: object = ()

    def build(self) -> None:
        """Lay it out."""
        with section("You"):
            self._place = ui.element("div").classes("cw-you")
            self._asking = ui.element("div")

    async def look(self) -> None:
        """Ask how the desk knows her; raises Refused."""
        try:
            self._known = await self._visit.ask.get(ME)
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            self._known = None
        self._show()

    def _show(self) -> None:
        known = self._known or {}
        shown = (known.get("duty"), known.get("skills"), known.get("languages"), known.get("since_at"))
        if shown == self._shown:
            return
        self._shown = shown
        duty = str(known.get("duty", "off"))
        self._place.clear()
        with self._place:
            markup(facts([
                ("Duty", joined((chip(WORDS[duty], TONES.get(duty, "plain")),
                                 joined((" for ", age(known["since_at"]))) if known else NOTHING))),
                ("Skills", _chips(known.get("skills"), "none: calls that need none")),
                ("Languages", _chips(known.get("languages"), "any")),
            ]))
            with ui.element("div").classes("cw-actions"):
                for words, step, key in STEPS:
                    if step != duty and not (duty == "off" and step == "break"):
                        self._step(words, step, key)
                button("Skills …", self._ask)

    def _step(self, words: str, duty: str, key: str) -> None:
        async def act() -> None:
            await self._put({"duty": duty}, SAID[duty])

        made = button(words, act, kind="cw-primary" if duty == "on" else "", hint=key)
        if key:
            made.props(f"data-key={key}")

    async def _ask(self) -> None:
        known = self._known or {"duty": "on"}

        async def told(said: Mapping[str, str]) -> None:
            body = {name: said[name].replace(",", " ").split() for name in ("skills", "languages")}
            await self._put({"duty": "on" if known["duty"] == "lost" else known["duty"], **body}, "Kept.")

        with self._asking:
            ask("What you can take", [
                Question("skills", "Skills, such as: billing senior", " ".join(known.get("skills", ()))),
                Question("languages", "Languages, such as: en fr; empty is any", " ".join(known.get("languages", ()))),
            ], act=told, go="Keep")

    async def _put(self, body: Mapping[str, object], said: str) -> None:
        async def put() -> None:
            self._known = (await self._visit.ask.send("PUT", ME, body=body)).json()

        with self._asking:
            if await doing(put(), said=said):
                self._show()


def _chips(words: object, none: str) -> object:
    return joined((chip(one) for one in words), between=" ") if isinstance(words, list) and words else none
