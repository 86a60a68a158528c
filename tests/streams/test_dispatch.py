"""The ladder at work in a whole house: real receivers take, fail, hang and are drilled, on the embedded broker."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Engine, text

from infra import clock
from infra.database import engine, transaction
from infra.house import House, open_house
from infra.settings import Settings
from schemas.base import Data
from schemas.calls import CallStarted
from schemas.turns import AssistantHeard, InterimTranscribed, UtteranceFinalized
from tests.support.canary_house import MEDIA, TENANT, client, logged_to, records, rows
from tests.support.webhook_receiver import Received, Receiver, receiver

pytestmark = pytest.mark.flow
LOOP = pytest.mark.asyncio(loop_scope="module")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STREET, NUMBER = "4187 Marigold Avenue", "415 555 0192"
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
    rungs:
      - {endpoint: county, acknowledge_within_ms: 3000, tries: 2, pause_ms: 200}
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
        async with client(self.house, "agent") as agent, asyncio.timeout(30):
            while True:
                for state in ("open", "exhausted", "stood_down", "acknowledged"):
                    page = (await agent.get("/v1/emergencies", params={"state": state})).json()
                    for one in page["emergencies"]:
                        if one["call_id"] == call_id and until(one):
                            return dict(one)
                await asyncio.sleep(0.1)

    async def acknowledge(self, call_id: str, *, subject: str = "ann") -> httpx.Response:
        async with client(self.house, "agent", subject=subject) as agent:
            return await agent.post(f"/v1/emergencies/{call_id}/acknowledge")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    data, outside = Path(tempfile.mkdtemp(prefix="callwarden-ladder-")), tmp_path_factory.mktemp("outside")
    (outside / "policy.yaml").write_text(POLICY)
    async with receiver(then="202") as county, receiver(then="202") as guard:
        (outside / "endpoints.yaml").write_text(json.dumps({
            name: {"url": one.url, "secrets": [SECRET], "timeout_ms": 1000, "allow_private": True}
            for name, one in (("county", county), ("guard", guard))
        }))
        log = outside / "stderr.log"
        with logged_to(log):
            house = await open_house(Settings(
                data=data, port=0, models_url="none", policy=outside / "policy.yaml",
                dispatch_endpoints=outside / "endpoints.yaml",
            ), voice=False)
        pool = engine(house.settings.database_url)
        try:
            yield Town(house, pool, county, guard, log)
        finally:
            pool.dispose()
            await house.stop()
            shutil.rmtree(data, ignore_errors=True)


def started(*, drill: bool = False) -> CallStarted:
    return CallStarted(channel="phone", language="en", drill=drill)


def interim(words: str, *, utterance: str = "u1", turn: int = 1) -> InterimTranscribed:
    return InterimTranscribed(participant="caller", utterance=utterance, turn=turn, text=words)


def final(words: str, *, utterance: str = "u1", turn: int = 1) -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=utterance, turn=turn, text=words)


def of(receiver: Receiver, call_id: str) -> list[tuple[Received, dict[str, Any]]]:
    read = [(one, json.loads(one.body)) for one in receiver.received]
    return [(one, body) for one, body in read if body["subject"] == call_id]


async def told(receiver: Receiver, call_id: str, count: int) -> list[tuple[Received, dict[str, Any]]]:
    """Wait until a call's messages have come."""
    async with receiver.news:
        await asyncio.wait_for(receiver.news.wait_for(lambda: len(of(receiver, call_id)) >= count), 30)
    return of(receiver, call_id)


BREATHING = "please help my husband is not breathing and I"


@LOOP
async def test_a_dispatch_leaves_while_the_caller_speaks_and_the_dispatcher_acknowledges(town: Town) -> None:
    await town.says("taken", started(), interim(BREATHING))
    (request, body), *_ = await told(town.county, "taken", 1)
    assert request.signed_with(SECRET)
    assert body["type"] == "callwarden.dispatch.v1"
    assert (body["data"]["kinds"], body["data"]["rung"], body["data"]["drill"]) == (["medical"], 1, False)
    shown = await town.row("taken", lambda one: one["delivered_at"] is not None)
    assert (shown["rung"], shown["endpoint"], shown["waits_for"], shown["alerts"]) == (1, "county", "acknowledge", 1)
    assert shown["due_at"] is not None
    async with client(town.house, "channel", subject="county-desk") as dispatcher:
        answer = await dispatcher.post(body["data"]["acknowledge_at"])
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "county-desk")
    assert (await town.acknowledge("taken")).status_code == 409
    await until_recorded(town, "taken", "dispatch_acknowledged")


@LOOP
async def test_a_receiver_that_fails_is_asked_again_with_the_same_id_and_then_the_next_rung(town: Town) -> None:
    town.county.script[:] = ["500", "500"]
    await town.says("fails", started(), interim(BREATHING))
    calls = await told(town.county, "fails", 2)
    assert calls[0][0].id == calls[1][0].id
    assert [body["data"]["attempt"] for _, body in calls] == [1, 2]
    (_, body), *_ = await told(town.guard, "fails", 1)
    assert body["data"]["rung"] == 2
    assert (await town.acknowledge("fails")).status_code == 200


@LOOP
async def test_a_receiver_that_hangs_does_not_keep_the_next_rung_and_the_last_says_that_nobody_came(town: Town) -> None:
    town.county.script[:] = ["hang", "hang"]
    await town.says("hangs", started(), interim(BREATHING))
    await told(town.guard, "hangs", 1)
    shown = await town.row("hangs", lambda one: one["state"] == "exhausted")
    assert shown["alerts"] == 3  # at first, at the next rung, at the end
    assert (await town.acknowledge("hangs")).status_code == 200


@LOOP
async def test_the_caller_denies_so_nobody_is_sent_but_people_were_told(town: Town) -> None:
    await town.says("denies", started(), final("I smell gas in the kitchen"))
    await town.row("denies", lambda one: one["waits_for"] == "confirm" and one["alerts"] == 1)
    question = AssistantHeard(
        utterance="a1", turn=1, text="Is somebody in danger right now?", played_ms=900, method="playback_mark",
        interrupted=False, mismatch=False,
    )
    await town.says("denies", question, final("no no I'm fine it was a false alarm", utterance="u2", turn=2))
    shown = await town.row("denies", lambda one: one["state"] == "stood_down")
    assert shown["answer"] == "denied"
    assert not of(town.county, "denies")
    assert not of(town.guard, "denies")
    async with client(town.house, "agent") as agent:
        queue = (await agent.get("/v1/handoffs", params={"queue": "emergency"})).json()["handoffs"]
    assert "denies" in {one["call_id"] for one in queue}  # a human always knows
    assert (await town.acknowledge("denies")).status_code == 409


@LOOP
async def test_a_drill_runs_marked_and_calls_only_who_accepts_drills(town: Town) -> None:
    await town.says("drill", started(drill=True), final(f"I live at {STREET}"), interim(BREATHING, utterance="u2"))
    calls = await told(town.county, "drill", 2)
    assert all(body["data"]["drill"] and "location" not in body["data"] for _, body in calls)
    await town.row("drill", lambda one: one["state"] == "exhausted" and one["drill"])
    assert not of(town.guard, "drill")


async def arrived(receiver: Receiver, call_id: str, about: str, value: str) -> None:
    """Wait until a message tells a value; a failure must not print it."""
    async with receiver.news:
        found = receiver.news.wait_for(
            lambda: any(value in body["data"].get(about, ()) for _, body in of(receiver, call_id))
        )
        await asyncio.wait_for(found, 30)


async def until_recorded(town: Town, call_id: str, kind: str, *, count: int = 1) -> None:
    query = text("SELECT count(*) FROM audit_index WHERE tenant = :tenant AND call = :call AND type = :kind")
    async with asyncio.timeout(30):
        while True:
            with transaction(town.pool) as connection:
                found = connection.execute(query, {"tenant": TENANT, "call": call_id, "kind": kind}).scalar_one()
            if found >= count:
                return
            await asyncio.sleep(0.1)


@LOOP
async def test_where_she_is_reaches_the_dispatcher_in_clear_and_nothing_else(town: Town) -> None:
    await town.says("where", started(), interim(BREATHING))
    await told(town.county, "where", 1)
    await town.says(
        "where", final(BREATHING), final(f"I live at {STREET}", utterance="u2", turn=2),
        final(f"my phone number is {NUMBER}", utterance="u3", turn=3),
    )
    await arrived(town.county, "where", "location", STREET)
    await arrived(town.county, "where", "callback", NUMBER)
    await until_recorded(town, "where", "dispatch.released", count=2)
    await until_recorded(town, "where", "dispatch_delivered", count=3)
    assert not any(name in body["data"] for _, body in of(town.guard, "where") for name in ("location", "callback"))
    assert (await town.acknowledge("where")).status_code == 200
    await until_recorded(town, "where", "dispatch_acknowledged")
    secrets = (STREET, "Marigold", NUMBER, SECRET)
    for topic, content in await records(town.house.settings.bootstrap_servers):
        assert not any(one.encode() in content for one in secrets), topic
    for table, row in rows(town.pool):
        assert not any(one in row for one in secrets), table
    assert not any(one in town.log.read_text(errors="replace") for one in secrets)
    for path in (one for one in town.house.settings.data.rglob("*") if one.is_file()):
        content = await asyncio.to_thread(path.read_bytes)
        assert not any(one.encode() in content for one in secrets), path.name
