"""An agent on a call over a real broker: who has accepted it alone, both ways, held, left, offered again when lost."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from infra import audio_seal
from infra.database import transaction
from infra.event_bus import EventBus
from infra.outbox import unsent
from schemas.audio import AudioKind, AudioRecord
from schemas.calls import CallEnded
from schemas.topics import AUDIO_OUT
from tests.api.test_audio_socket import dial, heard, partition_of
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
SILENT, LOUD = struct.pack("<160h", *[0] * 160), struct.pack("<160h", *[9000] * 160)


def take(served: Served, call_id: str, *, subject: str = "ann") -> str:
    """Have the offer of a call accepted."""
    handoff = f"h-{call_id}"
    served.tell(*calls.story(call_id=call_id, handoff=handoff))
    with served.client("agent", subject=subject) as client:
        assert client.post(f"/v1/handoffs/{handoff}/claim").status_code == 200
        assert client.post(f"/v1/handoffs/{handoff}/accept").status_code == 200
    return handoff


def join(served: Served, call_id: str, *, subject: str = "ann", tenant: str = calls.TENANT, query: str = "") -> connect:
    headers = {"Authorization": f"Bearer {served.token('agent', tenant=tenant, subject=subject)}"}
    address = f"{served.url.replace('http', 'ws')}/v1/calls/{call_id}/agent?sample_rate=8000{query}"
    return connect(address, additional_headers=headers, proxy=None)


async def refusal(attempt: connect) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as refused:
        await attempt
    return refused.value.response.status_code, json.loads(refused.value.response.body or b"{}")["type"].split(":")[-1]


async def told(socket: ClientConnection, kind: str) -> dict[str, object]:
    """Wait for a frame of control, past the sound before it."""
    async with asyncio.timeout(60):
        while True:
            message = await socket.recv()
            if isinstance(message, str) and json.loads(message)["type"] == kind:
                said: dict[str, object] = json.loads(message)
                return said


async def sound(socket: ClientConnection) -> bytes:
    async with asyncio.timeout(60):
        while True:
            message = await socket.recv()
            if isinstance(message, bytes):
                return message


async def of_leg(served: Served, call_id: str, true: Callable[[list[AudioRecord]], bool]) -> list[AudioRecord]:
    async with asyncio.timeout(60):
        while True:
            found = [one for one in await heard(served, call_id) if one.leg]
            if true(found):
                return found
            await asyncio.sleep(0.05)


async def answer(served: Served, leg: AudioRecord, kind: AudioKind, content: dict[str, object]) -> None:
    """Act as the voice session towards her leg."""
    bus = EventBus(bootstrap_servers=served.settings.bootstrap_servers, client_id="test-voice")
    await bus.start()
    try:
        record = AudioRecord(
            kind=kind, call_id=leg.call_id, tenant=leg.tenant, number=0, payload=json.dumps(content).encode(),
            leg=leg.leg,
        )
        headers, value = audio_seal.seal(served.keyring, record, direction="out")
        partition = int(json.loads(leg.payload)["audio_partition"])
        await bus.send(AUDIO_OUT.name, key=leg.call_id, value=value, headers=headers, partition=partition)
    finally:
        await bus.stop()


async def keep_saying(caller: ClientConnection, audio: bytes, until: Awaitable[bytes]) -> bytes:
    """Speak as the caller until something was heard of it."""
    hearing = asyncio.ensure_future(until)
    while not hearing.done():
        await caller.send(audio)
        await asyncio.sleep(0.02)
    return await hearing


async def test_only_who_has_accepted_a_live_call_joins_it(served: Served) -> None:
    take(served, "leg-1")
    assert await refusal(join(served, "leg-1", subject="bob")) == (403, "not-yours")
    assert await refusal(join(served, "leg-1", tenant="other")) == (404, "not-found")
    assert await refusal(join(served, "nowhere")) == (404, "not-found")
    assert await refusal(join(served, "leg-1", query="&join=soon")) == (422, "unreadable-input")
    with transaction(served.pool) as connection:
        looks = connection.execute(text("SELECT count(*) FROM audit_index WHERE type = 'read'")).scalar_one()
    assert looks == 0
    served.tell(calls.event(50, CallEnded(reason="hangup"), call_id="leg-1"))
    assert await refusal(join(served, "leg-1")) == (409, "call-ended")


async def test_the_agent_hears_the_caller_and_is_sent_to_her_and_nobody_hears_anybody_on_hold(served: Served) -> None:
    handoff = take(served, "leg-2")
    async with dial(served, "leg-2", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        await partition_of(served, "leg-2")
        async with join(served, "leg-2", query="&join=warm") as agent:
            hello = await told(agent, "hello")
            assert (hello["handoff"], hello["agent"], hello["join"], hello["sample_rate"]) == (
                handoff, "ann", "warm", 8000,
            )
            with transaction(served.pool) as connection:  # before she hears anything
                entry = connection.execute(text("SELECT actor_label FROM audit_index WHERE type = 'read'")).scalar_one()
            assert entry == "ann"
            await agent.send(LOUD)  # she has not joined: it goes nowhere
            (start, *_) = await of_leg(served, "leg-2", bool)
            asked = json.loads(start.payload)
            assert (asked["handoff"], asked["agent"], asked["join"]) == (handoff, "ann", "warm")
            assert asked["briefing"] == "Why you are asked: asked."
            await answer(served, start, "briefing", {"state": "began", "text": asked["briefing"]})
            assert (await told(agent, "briefing"))["text"] == asked["briefing"]
            await agent.send(json.dumps({"type": "hold"}))
            assert (await told(agent, "error"))["reason"] == "hold: you have not joined"
            await agent.send(json.dumps({"type": "dance"}))
            await told(agent, "error")
            await agent.send(json.dumps({"type": "join"}))
            await of_leg(served, "leg-2", lambda found: "join" in [one.kind for one in found])
            await answer(served, start, "join", {})
            await told(agent, "joined")

            assert set(await keep_saying(caller, LOUD, sound(agent))) == set(LOUD)
            await agent.send(LOUD)
            media = await of_leg(served, "leg-2", lambda found: "media" in [one.kind for one in found])
            assert [one.payload for one in media if one.kind == "media"] == [LOUD]
            await agent.send(json.dumps({"type": "hold"}))
            await told(agent, "held")
            await agent.send(LOUD)
            await agent.send(json.dumps({"type": "resume"}))
            await told(agent, "resumed")
            await agent.send(SILENT)
            await agent.send(json.dumps({"type": "leave"}))
            assert (await told(agent, "over"))["reason"] == "left"
        whole = await of_leg(served, "leg-2", lambda found: found[-1].kind == "stop")
        assert json.loads(whole[-1].payload) == {"reason": "left"}
        assert [one.kind for one in whole if one.kind != "mark"] == [
            "start", "join", "media", "hold", "resume", "media", "stop",
        ]
        assert b"".join(one.payload for one in whole if one.kind == "media") == LOUD + SILENT
    assert served.client("agent", subject="ann").get(f"/v1/handoffs/{handoff}").json()["state"] == "accepted"


async def test_a_leg_whose_connection_dies_gives_the_call_back_to_the_queue(served: Served) -> None:
    handoff = take(served, "leg-3")
    async with join(served, "leg-3") as agent:
        await told(agent, "hello")
        agent.transport.abort()
    whole = await of_leg(served, "leg-3", lambda found: bool(found) and found[-1].kind == "stop")
    assert json.loads(whole[-1].payload) == {"reason": "lost"}
    with transaction(served.pool) as connection:
        last = unsent(connection)[-1][1]
    assert (last.type, last.data.model_dump()) == (
        "handoff_released", {"handoff": handoff, "agent": "ann", "why": "leg_lost"},
    )
    assert await refusal(join(served, "leg-3")) == (403, "not-yours")


async def test_a_leg_ends_with_the_caller_and_with_the_session_that_takes_the_call_from_her(served: Served) -> None:
    handoff = take(served, "leg-4")
    async with dial(served, "leg-4") as caller:
        await caller.send(json.dumps({"type": "start"}))
        await partition_of(served, "leg-4")
        async with join(served, "leg-4") as agent:
            (start, *_) = await of_leg(served, "leg-4", bool)
            await answer(served, start, "stop", {"reason": "released"})
            assert (await told(agent, "over"))["reason"] == "released"
        async with join(served, "leg-4") as agent:
            (*_, start) = await of_leg(served, "leg-4", lambda found: [one.kind for one in found].count("start") == 2)
            await answer(served, start, "join", {})
            await told(agent, "joined")
            await keep_saying(caller, b"\xff" * 160, sound(agent))  # she is being heard: nothing of hers is missed
            await caller.send(json.dumps({"type": "stop"}))
            assert (await told(agent, "over"))["reason"] == "caller_left"
    with transaction(served.pool) as connection:
        assert "handoff_released" not in [event.type for _, event in unsent(connection)], handoff


async def test_a_leg_of_a_call_that_ended_before_she_listened_ends_too(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.agent_leg.THERE_EVERY_S", 0.1)
    take(served, "leg-5")
    async with join(served, "leg-5") as agent:
        await told(agent, "hello")
        served.tell(calls.event(50, CallEnded(reason="hangup"), call_id="leg-5"))  # its last sound went by unheard
        assert (await told(agent, "over"))["reason"] == "caller_left"
