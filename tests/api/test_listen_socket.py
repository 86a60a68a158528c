"""A supervisor listens in: the log and the call know it before the first sound, and a payment window is not heard."""

import asyncio
import json

import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from infra.database import transaction
from schemas.topics import AUDIO_IN
from tests.api.test_agent_socket import LOUD, keep_saying, sound, told
from tests.api.test_audio_socket import dial, heard, partition_of, voice
from tests.api.test_audio_socket import told as events_of
from tests.support import calls, topic_reader
from tests.support.api import Served

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
                "type": "hello", "call_id": "ear-1", "encoding": "linear16", "sample_rate": 8000,
            }
            with transaction(served.pool) as connection:
                entry = connection.execute(text("SELECT actor_label FROM audit_index WHERE type = 'read'")).scalar_one()
            assert entry == "sue"
            assert ("listening_began", {"agent": "sue"}) in await events_of(served, "ear-1")
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
