"""The floor as a supervisor sees it: queues and what they kept, who waits for whom, who is at the desk."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console.asking import path
from api.console.dialogs import Question, ask
from api.console.duty import TONES, WORDS
from api.console.forms import address
from api.console.html import NOTHING, Html, age, chip, joined, length, link, table, tag, words_of
from api.console.look import doing, markup, section
from api.console.packet import state_chip
from api.console.persons import Visit
from api.console.reassigning import ask_where
from api.console.withdrawing import UNACCEPTED, ask_why
from infra import clock

BACK = timedelta(hours=24)
QUEUES = (
    "Queue", "Waiting", "Longest wait", "In hands", "Requested", "Claimed", "Completed", "Left", "Overflowed",
    "Claimed within P50", "P95", "Promise kept",
)
HANDOFFS = ("Call", "Queue", "Priority", "Waits", "State", "Reason", "Do")
AGENTS = ("Agent", "Duty", "Skills", "Languages", "In hands", "Do")
REASSIGN, WITHDRAW, AGENT = "reassign", "withdraw", "agent"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the floor found."""

    queues: Sequence[Mapping[str, Any]]
    handoffs: Sequence[dict[str, Any]]
    agents: Sequence[dict[str, Any]]


class Floor:
    """Three tables that stay true."""

    def __init__(self, visit: Visit) -> None:
        """Nothing is known before the first look."""
        self._visit = visit
        self._handoffs: dict[str, dict[str, Any]] = {}
        self._agents: dict[str, dict[str, Any]] = {}

    def build(self) -> None:
        """Lay it out."""
        with section("Queues, last 24 hours"):
            self._queues = markup(NOTHING)
        if self._visit.may("take_handoffs"):
            with section("Calls for a person"):
                self._waiting = markup(NOTHING)
        with section("At the desk"):
            self._desk = markup(NOTHING)
        self._asking = ui.element("div")
        ui.on(REASSIGN, self._reassign)
        ui.on(WITHDRAW, self._withdraw)
        ui.on(AGENT, self._agent)

    async def look(self) -> None:
        """Ask again and show it; raises Refused."""
        self.show(await self.ask())

    async def ask(self) -> Seen:
        """Ask for all of it at once; raises Refused."""
        since = clock.now().astimezone(UTC) - BACK
        report, agents, listed = await asyncio.gather(
            self._visit.ask.get("/v1/reports/queues", {"from": _minute(since)}), self._visit.ask.get("/v1/agents"),
            self._listed(),
        )
        return Seen(report["queues"], listed, agents["agents"])

    async def _listed(self) -> list[dict[str, Any]]:
        if not self._visit.may("take_handoffs"):
            return []
        found: list[dict[str, Any]] = (await self._visit.ask.get("/v1/handoffs", {"limit": 200}))["handoffs"]
        return found

    def show(self, seen: Seen) -> None:
        """Draw what was found."""
        self._queues.content = table(
            "Queues and what they promised", QUEUES, [_queue(one) for one in seen.queues],
            empty="No call was for a person in this time.",
        )
        if self._visit.may("take_handoffs"):
            self._handoffs = {one["handoff"]: one for one in seen.handoffs}
            rows = [self._handoff(one) for one in seen.handoffs]
            self._waiting.content = table("Calls for a person", HANDOFFS, rows, empty="Nobody waits.")
        self._agents = {one["agent"]: one for one in seen.agents}
        rows = [self._seen(one) for one in seen.agents]
        self._desk.content = table("Agents", AGENTS, rows, empty="Nobody has been at the desk yet.")

    def _handoff(self, one: Mapping[str, Any]) -> Sequence[object]:
        steps = [_do("Reassign", REASSIGN, one["handoff"], f"Reassign {one['call_id']}")]
        if one["state"] in UNACCEPTED:
            steps.append(_do("Withdraw", WITHDRAW, one["handoff"], f"Withdraw {one['call_id']}"))
        do = joined(steps, " ") if self._runs() else None
        packet = link(address("/console/desk", {"handoff": one["handoff"]}), one["call_id"])
        return (packet, words_of(one["queue"] or "none"), one["priority"], age(one["requested_at"]), state_chip(one),
                one["reason"], do)

    def _seen(self, one: Mapping[str, Any]) -> Sequence[object]:
        held = joined((link(address("/console/desk", {"handoff": each}), each) for each in one["in_hands"]), ", ")
        change = _do("Change", AGENT, one["agent"], f"Change what {one['agent']} can take") if self._runs() else None
        return (
            one["agent"], joined((chip(WORDS[one["duty"]], TONES.get(one["duty"], "plain")), " for ",
                                  age(one["since_at"]))),
            ", ".join(one["skills"]), ", ".join(one["languages"]) or "any", held or None, change,
        )

    def _runs(self) -> bool:
        return self._visit.may("run_desk")

    async def _reassign(self, event: GenericEventArguments) -> None:
        known = self._handoffs.get(str(event.args))
        if known is not None:
            with self._asking:
                await ask_where(self._visit, known)

    def _withdraw(self, event: GenericEventArguments) -> None:
        known = self._handoffs.get(str(event.args))
        if known is not None:
            with self._asking:
                ask_why(self._visit, known)

    def _agent(self, event: GenericEventArguments) -> None:
        known = self._agents.get(str(event.args))
        if known is None:
            return
        name = str(known["agent"])

        async def told(said: Mapping[str, str]) -> None:
            body = {part: said[part].replace(",", " ").split() for part in ("skills", "languages")}

            async def put() -> None:
                duty = said["duty"].strip().lower()
                await self._visit.ask.send("PUT", path("agents", name), body={"duty": duty, **body})

            if await doing(put(), said="Kept."):
                await self.look()

        duty = "off" if known["duty"] == "lost" else known["duty"]
        with self._asking:
            ask(f"What {name} can take", [
                Question("duty", "Duty", duty, shortest=2, most=5, ready=("on", "break", "off")),
                Question("skills", "Skills, such as: billing senior", " ".join(known["skills"])),
                Question("languages", "Languages, such as: en fr; empty is any", " ".join(known["languages"])),
            ], act=told, go="Keep")


def _do(words: str, event: str, value: str, name: str) -> Html:
    return tag("button", words, {"type": "button", "class": "cw-plain", "data-emit": event, "data-value": value,
                                 "aria-label": name})


def _minute(at: datetime) -> str:
    return at.replace(second=0, microsecond=0).isoformat()


def _queue(one: Mapping[str, Any]) -> Sequence[object]:
    judged = one["within_sla"] + one["missed_sla"]
    kept = f"{one['within_sla'] / judged:.0%} ({one['within_sla']} of {judged})" if judged else None
    return (
        words_of(one["queue"]), one["waiting"], length(one["longest_wait_ms"]), one["in_hands"], one["requested"],
        one["claimed"], one["completed"], one["abandoned"], one["overflowed"], length(one["claim_p50_ms"]),
        length(one["claim_p95_ms"]), kept,
    )
