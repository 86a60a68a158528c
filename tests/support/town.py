"""A town with a ladder of emergencies: the running house, two receivers of dispatches, and what a test waits for."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, text

from infra import clock
from infra.database import transaction
from infra.house import House
from schemas.base import Data
from tests.support.canary_house import MEDIA, TENANT, client
from tests.support.webhook_receiver import Received, Receiver

WITHIN_S = 90.0
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
POLICY = """
layer: tenant
id: ladders
version: 1
title: Two rungs
emergency:
  ladder:
    kinds:
      fire_gas_co: {dispatch: confirmed, denial: stands_down}
    endpoints:
      county: {accepts_drills: true, release: [location, callback]}
      guard: {}
    confirm_within_ms: 60000
    rungs:
      - {endpoint: county, acknowledge_within_ms: 8000, tries: 2, pause_ms: 200}
      - {endpoint: guard, acknowledge_within_ms: 1000, tries: 1}
"""


@dataclass
class Town:
    """The running house, its two receivers, and where its processes write."""

    house: House
    pool: Engine
    county: Receiver
    guard: Receiver
    log: Path

    async def says(self, call_id: str, *said: Data) -> None:
        """Publish as a channel does."""
        events = [
            {
                "specversion": "1.0", "id": f"{call_id}/{clock.now().isoformat()}/{place}", "source": "/tests",
                "type": one.ce_type(), "subject": call_id, "time": clock.now().isoformat(),
                "data": one.model_dump(mode="json", exclude_none=True),
            }
            for place, one in enumerate(said)
        ]
        async with client(self.house, "channel") as channel:
            answer = await channel.post("/v1/events", content=json.dumps(events), headers=MEDIA)
            assert answer.status_code == 202, answer.text

    async def row(self, call_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the emergency of a call shows what is wanted."""
        async with client(self.house, "agent") as agent, asyncio.timeout(WITHIN_S):
            while True:
                for state in ("open", "exhausted", "stood_down", "acknowledged"):
                    page = (await agent.get("/v1/emergencies", params={"state": state})).json()
                    for one in page["emergencies"]:
                        if one["call_id"] == call_id and until(one):
                            return dict(one)
                await asyncio.sleep(0.1)

    async def queued(self, call_id: str) -> None:
        """Wait until a person is asked for in the queue of emergencies: that comes on a topic of its own."""
        async with client(self.house, "agent") as agent, asyncio.timeout(WITHIN_S):
            while True:
                page = (await agent.get("/v1/handoffs", params={"queue": "emergency"})).json()
                if call_id in {one["call_id"] for one in page["handoffs"]}:
                    return
                await asyncio.sleep(0.1)

    async def acknowledge(self, call_id: str, *, subject: str = "ann") -> httpx.Response:
        async with client(self.house, "agent", subject=subject) as agent:
            return await agent.post(f"/v1/emergencies/{call_id}/acknowledge")


def of(receiver: Receiver, call_id: str) -> list[tuple[Received, dict[str, Any]]]:
    read = [(one, json.loads(one.body)) for one in receiver.received]
    return [(one, body) for one, body in read if body["subject"] == call_id]


async def told(receiver: Receiver, call_id: str, count: int) -> list[tuple[Received, dict[str, Any]]]:
    """Wait until a call's messages have come."""
    async with receiver.news:
        await asyncio.wait_for(receiver.news.wait_for(lambda: len(of(receiver, call_id)) >= count), WITHIN_S)
    return of(receiver, call_id)


async def arrived(receiver: Receiver, call_id: str, about: str, value: str) -> None:
    """Wait until a message tells a value; a failure must not print it."""
    async with receiver.news:
        found = receiver.news.wait_for(
            lambda: any(value in body["data"].get(about, ()) for _, body in of(receiver, call_id))
        )
        await asyncio.wait_for(found, WITHIN_S)


async def until_recorded(town: Town, call_id: str, kind: str, *, count: int = 1) -> None:
    query = text("SELECT count(*) FROM audit_index WHERE tenant = :tenant AND call = :call AND type = :kind")
    async with asyncio.timeout(WITHIN_S):
        while True:
            with transaction(town.pool) as connection:
                found = connection.execute(query, {"tenant": TENANT, "call": call_id, "kind": kind}).scalar_one()
            if found >= count:
                return
            await asyncio.sleep(0.1)
