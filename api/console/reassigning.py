"""A supervisor gives a call to another agent or another queue: who is there, which queues there are, and why."""

from collections.abc import Mapping
from typing import Any

from api.console.asking import Refused, path
from api.console.dialogs import Question, ask
from api.console.html import words_of
from api.console.look import doing
from api.console.persons import Visit


async def ask_where(visit: Visit, handoff: Mapping[str, Any]) -> None:
    """Ask to whom, and do it; a call in an agent's hands is taken back by giving it to its own queue."""
    agents, queues = await _known(visit)

    async def told(said: Mapping[str, str]) -> None:
        async def move() -> None:
            body = {name: value for name, value in said.items() if value}
            headers = {"If-Match": f'"{handoff["version"]}"'}
            await visit.ask.post(path("handoffs", handoff["handoff"], "reassign"), body, headers)

        where = said["agent"] or f"the queue {words_of(said['queue'])}"
        await doing(move(), said=f"Given to {where}.")

    ask(f"Give {handoff['call_id']} to somebody else", [
        Question("agent", "To this agent", most=128, ready=agents),
        Question("queue", "Or to this queue", most=64, ready=queues),
        Question("reason", "Why", shortest=3, ready=("Her shift is over", "Needs another skill", "More urgent")),
    ], act=told, go="Give it")


async def _known(visit: Visit) -> tuple[list[str], list[str]]:
    try:
        agents = (await visit.ask.get("/v1/agents", {"duty": "on"}))["agents"]
        queues = (await visit.ask.get("/v1/reports/queues"))["queues"]
    except Refused:
        return [], []  # the fields take any name
    return [one["agent"] for one in agents][:8], [one["queue"] for one in queues][:8]
