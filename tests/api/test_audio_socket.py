"""A caller's audio over a WebSocket: numbered and sealed into the broker, answers back to this socket only."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra import audio_seal
from infra.database import transaction
from infra.event_bus import EventBus
from schemas.audio import BUSY, AudioKind, AudioRecord
from schemas.calls import CallEnded
from schemas.topics import AUDIO_IN, AUDIO_OUT, CALL_DEADLETTERS, CALL_RAW
from tests.support import calls, topic_reader
from tests.support.api import Served

pytestmark = pytest.mark.flow
Say = Callable[..., Awaitable[None]]


def address(served: Served, call_id: str, *, query: str = "encoding=mulaw&sample_rate=8000") -> str:
    return f"{served.url.replace('http', 'ws')}/v1/calls/{call_id}/audio?{query}"


def dial(served: Served, call_id: str, *, query: str = "encoding=mulaw&sample_rate=8000") -> connect:
    headers = {"Authorization": f"Bearer {served.token('channel')}"}
    return connect(address(served, call_id, query=query), additional_headers=headers, proxy=None)


async def heard(served: Served, call_id: str) -> list[AudioRecord]:
    records = await topic_reader.read_all(served.settings.bootstrap_servers, AUDIO_IN.name)
    unseal = audio_seal.unseal
    return [unseal(served.keyring, one.headers, one.value, direction="in") for one in records if one.key == call_id]


async def told(served: Served, call_id: str) -> list[tuple[str, dict[str, object]]]:
    records = await topic_reader.read_all(served.settings.bootstrap_servers, CALL_RAW.name)
    found = []
    for each in records:
        if each.key == call_id:
            context = each.headers["ce_id"].encode()
            opened = served.keyring.open(key_id=each.headers["ce_keyid"], ciphertext=each.value, context=context)
            found.append((each.headers["ce_type"].split(".")[1], json.loads(opened)))
    return found


@asynccontextmanager
async def voice(served: Served, call_id: str, *, partition: int) -> AsyncIterator[Say]:
    """Act as the voice session: records to the partition the gateway named."""
    bus = EventBus(bootstrap_servers=served.settings.bootstrap_servers, client_id="test-voice")
    await bus.start()
    number = 0

    async def say(kind: AudioKind, payload: bytes = b"", *, tenant: str = calls.TENANT) -> None:
        nonlocal number
        record = AudioRecord(kind=kind, call_id=call_id, tenant=tenant, number=number, payload=payload)
        headers, value = audio_seal.seal(served.keyring, record, direction="out")
        await bus.send(AUDIO_OUT.name, key=call_id, value=value, headers=headers, partition=partition)
        number += 1

    try:
        yield say
    finally:
        await bus.stop()


async def partition_of(served: Served, call_id: str) -> int:
    async with asyncio.timeout(60):
        while True:
            for record in await heard(served, call_id):
                if record.kind == "start":
                    return int(json.loads(record.payload)["audio_partition"])
            await asyncio.sleep(0.05)


async def closed(socket: ClientConnection) -> tuple[int, str]:
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 60)
    except ConnectionClosed:
        return socket.close_code or 0, socket.close_reason or ""


async def test_a_call_is_numbered_sealed_and_told_from_start_to_end(served: Served) -> None:
    async with dial(served, "whole-1", query="encoding=linear16&sample_rate=16000") as socket:
        start = {"type": "start", "caller": "+12025550123", "language": "en", "jurisdiction": "US-CA"}
        await socket.send(json.dumps(start))
        await socket.send(b"\x01" * 321)  # half a sample is kept for the next frame
        await socket.send(b"\x02" * 319)
        await socket.send(json.dumps({"type": "dtmf", "digits": "42"}))
        await socket.send(json.dumps({"type": "mark", "name": "m1"}))
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
    records = await heard(served, "whole-1")
    media = [each for each in records if each.kind == "media"]  # what comes while one is on its way is joined
    assert [each.kind for each in records] == ["start", *["media"] * len(media), "dtmf", "mark", "stop"]
    assert [each.number for each in records] == list(range(len(records)))
    assert b"".join(each.payload for each in media) == b"\x01" * 321 + b"\x02" * 319
    assert media[0].offset_ms == 0
    assert records[-3].offset_ms == 20
    assert json.loads(records[-3].payload) == {"digits": "42"}
    events = await told(served, "whole-1")
    assert [name for name, _ in events] == ["call_started", "call_ended"]
    assert events[0][1]["caller"] == "+12025550123"
    assert json.loads(records[0].payload)["caller"].startswith("caller-")  # a session sees no number
    assert events[0][1]["jurisdiction"] == json.loads(records[0].payload)["jurisdiction"] == "US-CA"
    with transaction(served.pool) as connection:  # the recorder asks this row, which the door wrote first
        noted = connection.execute(text("SELECT mode, jurisdiction FROM recording_consent WHERE call_id = 'whole-1'"))
        assert tuple(noted.one()) == ("none", "US-CA")
    assert events[0][1]["audio_partition"] == json.loads(records[0].payload)["audio_partition"]
    assert events[1][1] == {"reason": "hangup"}


async def test_a_channel_opens_and_closes_a_payment_window_on_its_socket(served: Served) -> None:
    async with dial(served, "pay-1") as socket:
        await socket.send(json.dumps({"type": "payment_window"}))
        assert "state" in json.loads(await asyncio.wait_for(socket.recv(), 60))["reason"]
        await socket.send(b"\x01" * 160)
        for state in ("open", "closed", "open", "closed"):  # again with not a sound between
            await socket.send(json.dumps({"type": "payment_window", "state": state, "limit_ms": 60000}))
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
    assert [kind for kind, _ in await told(served, "pay-1")] == [
        "call_started", *("payment_window_opened", "payment_window_closed") * 2, "call_ended",
    ]
    with transaction(served.pool) as connection:
        windows = connection.execute(text("SELECT count(*) FROM payment_window WHERE call_id = 'pay-1'"))
        assert windows.scalar_one() == 2


async def test_what_the_voice_says_reaches_this_socket_and_no_other(served: Served) -> None:
    async with dial(served, "voice-1") as socket, dial(served, "voice-2") as other:
        await socket.send(b"\xff" * 160)
        await other.send(b"\xff" * 160)
        async with voice(served, "voice-1", partition=await partition_of(served, "voice-1")) as say:
            await say("media", b"\x07" * 160)
            await say("mark", b'{"name": "m1"}')
            assert await asyncio.wait_for(socket.recv(), 60) == b"\x07" * 160
            assert json.loads(await asyncio.wait_for(socket.recv(), 60)) == {"type": "mark", "name": "m1"}
            await say("clear", b"{}")
            await say("media", b"\x08" * 160, tenant="other")  # same call id, another tenant
            await say("transfer", b'{"handoff": "h1"}')
            await say("stop", b"{}")
            rest = [json.loads(await asyncio.wait_for(socket.recv(), 60)) for _ in range(3)]
        assert [each["type"] for each in rest] == ["clear", "transfer", "stop"]
        assert await closed(socket) == (1000, "stopped")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.recv(), 0.3)
    assert (await told(served, "voice-1"))[-1] == ("call_ended", {"reason": "transferred"})


async def test_a_call_that_no_worker_has_room_for_is_told_so_and_may_come_again(served: Served) -> None:
    async with dial(served, "busy-1") as socket:
        await socket.send(b"\xff" * 160)
        async with voice(served, "busy-1", partition=await partition_of(served, "busy-1")) as say:
            await say("stop", json.dumps({"reason": BUSY}).encode())
            assert await closed(socket) == (1013, "every line is busy, try again")
    assert (await told(served, "busy-1"))[-1] == ("call_ended", {"reason": "refused"})


async def test_a_line_that_breaks_ends_the_call_as_lost(served: Served) -> None:
    async with dial(served, "lost-1") as socket:
        await socket.send(b"\xff" * 160)
        await partition_of(served, "lost-1")
        socket.transport.abort()
    async with asyncio.timeout(60):
        while len(events := await told(served, "lost-1")) < 2:
            await asyncio.sleep(0.05)
    assert events[1] == ("call_ended", {"reason": "lost"})
    assert (await heard(served, "lost-1"))[-1].kind == "stop"


async def test_text_where_audio_belongs_is_said_kept_as_a_dead_letter_and_ends_the_call(served: Served) -> None:
    async with dial(served, "text-1") as socket, dial(served, "beside-1") as other:
        await other.send(b"\xff" * 160)
        await socket.send(b"\xff" * 160)
        await socket.send("my card is four two four two")
        assert json.loads(await asyncio.wait_for(socket.recv(), 60))["type"] == "error"
        code, reason = await closed(socket)
        await other.send(b"\xff" * 160)
        await other.send(json.dumps({"type": "stop"}))
        assert await closed(other) == (1000, "stopped")
    assert (code, "JSON" in reason) == (1007, True)
    assert {each.kind for each in await heard(served, "beside-1")} == {"start", "media", "stop"}
    letters = await topic_reader.read_all(served.settings.bootstrap_servers, CALL_DEADLETTERS.name)
    assert [each for each in letters if each.key == "text-1"]
    assert (await told(served, "text-1"))[-1] == ("call_ended", {"reason": "error"})


async def test_text_that_is_nested_without_end_is_no_json_either(served: Served) -> None:
    async with dial(served, "deep-1") as socket:
        await socket.send("[" * 100_000)
        assert json.loads(await asyncio.wait_for(socket.recv(), 60))["type"] == "error"
        assert (await closed(socket))[0] == 1007


async def test_a_control_frame_that_cannot_be_read_is_named_and_the_call_goes_on(served: Served) -> None:
    async with dial(served, "odd-1") as socket:
        for frame, field in (({"type": "dance"}, "type"), ({"type": "dtmf"}, "digits"), ([1], "frame")):
            await socket.send(json.dumps(frame))
            said = json.loads(await asyncio.wait_for(socket.recv(), 60))
            assert (said["type"], field in said["reason"]) == ("error", True)
        await socket.send(b"\xff" * 160)
        await partition_of(served, "odd-1")


@pytest.mark.parametrize(
    ("call_id", "query", "status"),
    [
        ("bad-1", "encoding=mp3&sample_rate=8000", 422),
        ("bad-2", "encoding=mulaw&sample_rate=44100", 422),
        ("bad%20id", "encoding=mulaw&sample_rate=8000", 422),
    ],
)
async def test_a_wrong_request_is_a_problem_document(served: Served, call_id: str, query: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(served, call_id, query=query)
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body or b"{}")["status"] == status


async def test_a_token_comes_by_header_subprotocol_or_query_and_only_a_channel_may(served: Served) -> None:
    token = served.token("channel")
    async with connect(address(served, "token-1"), subprotocols=[f"bearer.{token}"], proxy=None) as socket:  # type: ignore[list-item]  # a NewType of str
        assert socket.subprotocol == f"bearer.{token}"
    async with connect(f"{address(served, 'token-2')}&token={token}", proxy=None):
        pass
    for query, status in (("", 401), ("&token=nonsense", 401), (f"&token={served.token('agent')}", 403)):
        with pytest.raises(InvalidStatus, match=str(status)):
            await connect(address(served, "token-3") + query, proxy=None)


async def test_a_call_has_one_socket_and_its_id_is_not_used_again(served: Served) -> None:
    async with dial(served, "twice-1"):
        with pytest.raises(InvalidStatus, match="409"):
            await dial(served, "twice-1")
    served.tell(calls.event(1, calls.admitted(), call_id="over-1"))
    served.tell(calls.event(2, CallEnded(reason="hangup"), call_id="over-1"))
    with pytest.raises(InvalidStatus) as refused:
        await dial(served, "over-1")
    assert json.loads(refused.value.response.body or b"{}")["type"] == "urn:callwarden:problem:call-ended"
