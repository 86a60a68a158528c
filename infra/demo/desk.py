"""The human agents of the demo: over HTTP, as their software would."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

LOOK_EVERY_S = 0.2
WITHIN_S = 60.0


@dataclass
class Taken:
    """How a call came to a person."""

    steps: list[str] = field(default_factory=list)
    packet: dict[str, Any] | None = None
    refused_status: int | None = None


async def take_over(agent: httpx.AsyncClient, rival: httpx.AsyncClient, *, call_id: str) -> Taken:
    """Wait for the call's offer, claim it (a rival too late), read the packet, accept, complete."""
    taken = Taken()
    offer = await _offer(agent, call_id)
    path = f"/v1/handoffs/{offer['handoff']}"
    taken.steps.append(f"offered to {offer['queue']}, priority {offer['priority']}")
    (await agent.post(f"{path}/claim")).raise_for_status()
    taken.steps.append("claimed by ana")
    taken.refused_status = (await rival.post(f"{path}/claim")).status_code
    taken.steps.append(f"ben came too late ({taken.refused_status})")
    detail = await agent.get(path)
    detail.raise_for_status()
    taken.packet = detail.json()["packet"]
    taken.steps.append("packet read")
    (await agent.post(f"{path}/accept")).raise_for_status()
    taken.steps.append("accepted by ana")
    await asyncio.sleep(2.0)  # ana says hello
    (await agent.post(f"{path}/complete", json={"disposition": "solved"})).raise_for_status()
    taken.steps.append("completed: solved")
    return taken


async def _offer(agent: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            page = await agent.get("/v1/handoffs", params={"state": "offered"})
            page.raise_for_status()
            for one in page.json()["handoffs"]:
                if one["call_id"] == call_id:
                    found: dict[str, Any] = one
                    return found
            await asyncio.sleep(LOOK_EVERY_S)
