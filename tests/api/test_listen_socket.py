"""A supervisor listens in: the log and the call know it before the first sound, and a payment window is not heard."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from infra.database import transaction
from infra.embedded_broker import EmbeddedBroker
from schemas.topics import AUDIO_IN
from tests.api.test_agent_socket import LOUD, answer, keep_saying, of_leg, sound, told
from tests.api.test_audio_socket import dial, heard, partition_of, voice
from tests.api.test_audio_socket import told as events_of
from tests.support import calls, topic_reader
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow


def listening(served: Served, call_id: str, *, tenant: str = calls.TENANT) -> connect:
    headers = {"Authorization": f"Bearer {served.token('supervisor', tenant=tenant, subject='sue')}"}
    address = f"{served.url.replace('http', 'ws')}/v1/calls/{call_id}/listen?sample_rate=8000"
    return connect(address, additional_headers=headers, proxy=None)


async def test_a_supervisor_hears_both_sides_and_the_call_and_the_log_knew_it_first(served: Served) -> None:
    served.tell(*calls.story(call_id="ear-1"))
    async with dial(served, "ear-1", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        partition = await partition_of(served, "ear-1")
        async with listening(served, "ear-1") as ear:
            assert await told(ear, "hello") == {
                "type": "hello", "call_id": "ear-1", "encoding": "linear16", "sample_rate": 8000, "announce": "never",
            }
            with transaction(served.pool) as connection:
                entry = connection.execute(text("SELECT actor_label FROM audit_index WHERE type = 'read'")).scalar_one()
            assert entry == "sue"
            assert ("listening_began", {"agent": "sue", "announce": "never"}) in await events_of(served, "ear-1")
            before = len(await heard(served, "ear-1"))
            await ear.send(LOUD)  # nothing is taken from her
            assert (await keep_saying(caller, LOUD, sound(ear)))[:1] == b"\x00"
            async with voice(served, "ear-1", partition=partition) as say:
                await say("media", 100 * LOUD)
                async with asyncio.timeout(60):
                    while (await sound(ear))[:1] != b"\x01":
                        pass
                await say("clear")
                await told(ear, "clear")
            assert all(not one.leg for one in (await heard(served, "ear-1"))[before:])
    async with asyncio.timeout(60):
        while not (ended := [facts for name, facts in await events_of(served, "ear-1") if name == "listening_ended"]):
            await asyncio.sleep(0.05)
    assert [facts["agent"] for facts in ended] == ["sue"]


async def test_what_is_said_in_a_payment_window_is_not_heard_by_who_listens(served: Served) -> None:
    served.tell(*calls.story(call_id="ear-2"))
    card, after = b"\x11\x11" * 160, b"\x22\x22" * 160
    async with dial(served, "ear-2", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        await partition_of(served, "ear-2")
        async with listening(served, "ear-2") as ear:
            await keep_saying(caller, LOUD, sound(ear))
            await caller.send(json.dumps({"type": "payment_window", "state": "open", "limit_ms": 60000}))
            own = served.keyring.ensure(tenant=calls.TENANT, call_id="ear-2")
            async with asyncio.timeout(60):
                while not [one for one in await _keys(served, "ear-2") if one != own]:
                    await caller.send(card)  # until the gateway seals under the window's key
                    await asyncio.sleep(0.05)
            await caller.send(json.dumps({"type": "payment_window", "state": "closed"}))
            heard_of: list[bytes] = []

            async def until_after() -> bytes:
                while not heard_of or after not in heard_of[-1]:
                    heard_of.append(await sound(ear))
                return heard_of[-1]

            await keep_saying(caller, after, until_after())
            sealed = [key for key in await _keys(served, "ear-2") if key != own]
            assert sealed
            many = sum(one.count(card) for one in heard_of)
            sent = sum(one.payload.count(card) for one in await heard(served, "ear-2"))
            assert many < sent  # of the window itself nothing; before the gateway knows of it, what it seals as usual


async def test_a_call_of_another_tenant_or_one_that_is_over_is_not_heard(served: Served) -> None:
    served.tell(*calls.story(call_id="ear-3"))
    for call_id, tenant in (("ear-3", "other"), ("nowhere", calls.TENANT)):
        with pytest.raises(InvalidStatus) as refused:
            await listening(served, call_id, tenant=tenant)
        assert refused.value.response.status_code == 404
    assert await events_of(served, "ear-3") == []


async def _keys(served: Served, call_id: str) -> list[str]:
    records = await topic_reader.read_all(served.settings.bootstrap_servers, AUDIO_IN.name)
    return [each.headers["ce_keyid"] for each in records if each.key == call_id]


def level(loud: int) -> bytes:
    return np.full(4_000, loud, dtype="<i2").tobytes()


async def test_a_listener_reads_the_one_partition_that_the_callers_gateway_reads(served: Served) -> None:
    async with dial(served, "ear-4", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        partition = await partition_of(served, "ear-4")
        served.tell(*calls.story(call_id="ear-4"))
        admitted = calls.admitted().model_copy(update={"audio_partition": partition})
        served.tell(calls.event(40, admitted, call_id="ear-4"))
        async with listening(served, "ear-4") as ear:
            await told(ear, "hello")
            await keep_saying(caller, LOUD, sound(ear))
            other = 1 - partition  # of two
            async with voice(served, "ear-4", partition=other) as astray:
                await astray("media", level(12_000))
            async with voice(served, "ear-4", partition=partition) as say:
                await say("media", level(4_000))
                await say("clear")
            heard_of: list[bytes | str] = []
            async with asyncio.timeout(60):
                while not heard_of or heard_of[-1] != '{"type": "clear"}':
                    heard_of.append(await ear.recv())
    answers = b"".join(one[1:] for one in heard_of if isinstance(one, bytes) and one[:1] == b"\x01")
    assert 3_000 < np.frombuffer(answers, dtype="<i2").max() < 8_000  # of the other nothing


TELLING = b"""layer: tenant
id: acme
version: 1
title: Everyone is told
disclosure:
  statements:
    listening: {heard_within_ms: 30000, reason: She is heard by one more., texts: {en: "A colleague is listening in."}}
listening:
  announce: everyone
  where: {US-NY: never, US-TX: agent}
"""


@pytest.fixture
def telling(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve with a policy by which everyone is told."""
    policy = tmp_path / "acme.yaml"
    policy.write_bytes(TELLING)
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, policy=policy) as one:
        yield one


def admitted(served: Served, call_id: str, place: str | None) -> None:
    served.tell(*calls.story(call_id=call_id))
    served.tell(calls.event(40, calls.admitted().model_copy(update={"jurisdiction": place}), call_id=call_id))


async def test_where_the_policy_says_so_nothing_is_heard_before_the_people_on_the_call_know(telling: Served) -> None:
    admitted(telling, "ear-5", "US-CA")
    async with dial(telling, "ear-5", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        await partition_of(telling, "ear-5")
        async with listening(telling, "ear-5") as ear:
            assert (await told(ear, "hello"))["announce"] == "everyone"
            (asked, *_) = await of_leg(telling, "ear-5", bool)
            content = json.loads(asked.payload)
            assert (asked.kind, content["agent"], content["announce"], content["announced"]) == (
                "listen", "sue", "everyone", False,
            )
            assert ("listening_began", {"agent": "sue", "announce": "everyone"}) in await events_of(telling, "ear-5")
            hearing = asyncio.create_task(ear.recv())
            for _ in range(25):  # what is said now is not for her
                await caller.send(b"\x22\x22" * 160)
            await of_caller(telling, "ear-5", b"\x22\x22" * 160 * 25)
            assert not hearing.done()
            await answer(telling, asked, "listen", {"state": "open"})
            assert json.loads(await hearing) == {"type": "listening"}
            said = await keep_saying(caller, LOUD, sound(ear))
            assert b"\x22\x22" not in said
            again = await of_leg(telling, "ear-5", lambda found: json.loads(found[-1].payload).get("announced", False))
            assert again[-1].kind == "listen"
    ended = (await of_leg(telling, "ear-5", lambda found: found[-1].kind == "stop"))[-1]
    assert ended.leg == asked.leg


async def test_who_cannot_be_announced_hears_nothing_and_who_need_not_be_hears_at_once(telling: Served) -> None:
    admitted(telling, "ear-6", None)
    async with listening(telling, "ear-6") as ear:
        (asked, *_) = await of_leg(telling, "ear-6", bool)
        await answer(telling, asked, "listen", {"state": "refused"})
        assert (await told(ear, "over"))["reason"] == "not_announced"
    async with asyncio.timeout(60):
        while not (ended := [one for name, one in await events_of(telling, "ear-6") if name == "listening_ended"]):
            await asyncio.sleep(0.05)
    assert [one["listened_ms"] for one in ended] == [0]
    for call_id, place, announce in (("ear-7", "US-NY", "never"), ("ear-8", "US-TX", "agent")):
        admitted(telling, call_id, place)
        async with listening(telling, call_id) as ear:
            assert (await told(ear, "hello"))["announce"] == announce
    assert not [one for one in await heard(telling, "ear-7") if one.leg]


async def of_caller(served: Served, call_id: str, audio: bytes) -> None:
    """Wait until all of that is on the topic."""
    async with asyncio.timeout(60):
        while audio not in b"".join(one.payload for one in await heard(served, call_id)):
            await asyncio.sleep(0.05)
