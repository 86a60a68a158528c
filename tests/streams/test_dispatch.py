"""The ladder at work in a whole house: real receivers take, fail, hang and are drilled, on the embedded broker."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from infra.database import engine
from infra.house import open_house
from infra.settings import Settings
from schemas.calls import CallStarted
from schemas.turns import AssistantHeard, InterimTranscribed, UtteranceFinalized
from tests.support.canary_house import client, logged_to, records, rows
from tests.support.on_disk import contents
from tests.support.town import POLICY, SECRET, Town, arrived, of, told, until_recorded
from tests.support.webhook_receiver import receiver

pytestmark = pytest.mark.flow
LOOP = pytest.mark.asyncio(loop_scope="module")
STREET, NUMBER = "4187 Marigold Avenue", "415 555 0192"


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


BREATHING = "please help my husband is not breathing and I"


@LOOP
async def test_a_dispatch_leaves_while_the_caller_speaks_and_the_dispatcher_acknowledges(town: Town, own: str) -> None:
    await town.says(own, started(), interim(BREATHING))
    (request, body), *_ = await told(town.county, own, 1)
    assert request.signed_with(SECRET)
    assert body["type"] == "callwarden.dispatch.v1"
    assert (body["data"]["kinds"], body["data"]["rung"], body["data"]["drill"]) == (["medical"], 1, False)
    shown = await town.row(own, lambda one: one["delivered_at"] is not None)
    assert (shown["rung"], shown["endpoint"], shown["waits_for"], shown["alerts"]) == (1, "county", "acknowledge", 1)
    assert shown["due_at"] is not None
    async with client(town.house, "channel", subject="county-desk") as dispatcher:
        answer = await dispatcher.post(body["data"]["acknowledge_at"])
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "county-desk")
    assert (await town.acknowledge(own)).status_code == 409
    await until_recorded(town, own, "dispatch_acknowledged")


@LOOP
async def test_a_receiver_that_fails_is_asked_again_with_the_same_id_and_then_the_next_rung(
    town: Town, own: str
) -> None:
    town.county.script[:] = ["500", "500"]
    await town.says(own, started(), interim(BREATHING))
    calls = await told(town.county, own, 2)
    assert calls[0][0].id == calls[1][0].id
    assert [body["data"]["attempt"] for _, body in calls] == [1, 2]
    (_, body), *_ = await told(town.guard, own, 1)
    assert body["data"]["rung"] == 2
    assert (await town.acknowledge(own)).status_code == 200


@LOOP
async def test_a_receiver_that_hangs_does_not_keep_the_next_rung_and_the_last_says_that_nobody_came(
    town: Town, own: str
) -> None:
    town.county.script[:] = ["hang", "hang"]
    await town.says(own, started(), interim(BREATHING))
    await told(town.guard, own, 1)
    shown = await town.row(own, lambda one: one["state"] == "exhausted")
    assert shown["alerts"] == 3  # at first, at the next rung, at the end
    assert (await town.acknowledge(own)).status_code == 200


@LOOP
async def test_the_caller_denies_so_nobody_is_sent_but_people_were_told(town: Town, own: str) -> None:
    await town.says(own, started(), final("I smell gas in the kitchen"))
    await town.row(own, lambda one: one["waits_for"] == "confirm" and one["alerts"] == 1)
    question = AssistantHeard(
        utterance="a1", turn=1, text="Is somebody in danger right now?", played_ms=900, method="playback_mark",
        interrupted=False, mismatch=False,
    )
    await town.says(own, question, final("no no I'm fine it was a false alarm", utterance="u2", turn=2))
    shown = await town.row(own, lambda one: one["state"] == "stood_down")
    assert shown["answer"] == "denied"
    assert not of(town.county, own)
    assert not of(town.guard, own)
    await town.queued(own)  # a human always knows
    assert (await town.acknowledge(own)).status_code == 409


@LOOP
async def test_a_drill_runs_marked_and_calls_only_who_accepts_drills(town: Town, own: str) -> None:
    await town.says(own, started(drill=True), final(f"I live at {STREET}"), interim(BREATHING, utterance="u2"))
    calls = await told(town.county, own, 2)
    assert all(body["data"]["drill"] and "location" not in body["data"] for _, body in calls)
    await town.row(own, lambda one: one["state"] == "exhausted" and one["drill"])
    assert not of(town.guard, own)


@LOOP
async def test_where_she_is_reaches_the_dispatcher_in_clear_and_nothing_else(town: Town, own: str) -> None:
    await town.says(own, started(), interim(BREATHING))
    await told(town.county, own, 1)
    await town.says(
        own, final(BREATHING), final(f"I live at {STREET}", utterance="u2", turn=2),
        final(f"my phone number is {NUMBER}", utterance="u3", turn=3),
    )
    await arrived(town.county, own, "location", STREET)
    await arrived(town.county, own, "callback", NUMBER)
    await until_recorded(town, own, "dispatch.released", count=2)
    await until_recorded(town, own, "dispatch_delivered", count=3)
    assert not any(name in body["data"] for _, body in of(town.guard, own) for name in ("location", "callback"))
    assert (await town.acknowledge(own)).status_code == 200
    await until_recorded(town, own, "dispatch_acknowledged")
    secrets = (STREET, "Marigold", NUMBER, SECRET)
    for topic, content in await records(town.house.settings.bootstrap_servers):
        assert not any(one.encode() in content for one in secrets), topic
    for table, row in rows(town.pool):
        assert not any(one in row for one in secrets), table
    assert not any(one in town.log.read_text(errors="replace") for one in secrets)
    for name, content in await asyncio.to_thread(list, contents(town.house.settings.data)):
        assert not any(one.encode() in content for one in secrets), name
