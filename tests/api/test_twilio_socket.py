"""A Media Stream as Twilio sends it: the same records as from our own socket, and refusals that say why."""

import asyncio
import base64
import hmac
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus

from api.twilio_line import Start, TwilioLine
from infra.embedded_broker import EmbeddedBroker
from infra.speech.g711 import encode_mulaw
from schemas.audio import BUSY, HUNG_UP, AudioRecord
from tests.api.test_agent_socket import answer, join, of_leg, sound, take
from tests.api.test_agent_socket import told as hears
from tests.api.test_audio_socket import heard, partition_of, told, voice
from tests.support.api import Served, serve
from tests.support.impaired import Network, arrived
from tests.support.twilio import Stream

pytestmark = pytest.mark.flow
AUTH_TOKEN = "an-auth-token-of-an-account"
OURS = "wss://voice.example.com/v1/channels/twilio"
FRAMES = [bytes([number % 250]) * 160 for number in range(100)]
LOUD = encode_mulaw(np.full(160, 12_000, dtype=np.int16))


def apart(media: Sequence[AudioRecord], *, size: int = 160) -> list[tuple[int, bytes]]:
    """Give frames with their places: those that waited left together."""
    return [
        (one.offset_ms + 20 * at // size, one.payload[at : at + size])
        for one in media for at in range(0, len(one.payload), size)
    ]


async def heard_until_stop(served: Served, call_id: str) -> list[AudioRecord]:
    async with asyncio.timeout(60):
        while True:
            records = await heard(served, call_id)
            if records and records[-1].kind == "stop":
                return records
            await asyncio.sleep(0.05)


async def test_a_stream_of_a_bad_network_is_numbered_in_order_and_its_losses_keep_their_place(served: Served) -> None:
    network = Network(seed=5, lost=0.04, doubled=0.05, reordered=0.05)
    carried = network.carry(FRAMES)
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA1")
        await stream.start({"token": served.token("channel"), "caller": "+12025550123", "language": "en"})
        for one in carried:
            await stream.media(one.number + 1, one.payload)
        await stream.press("7")
        await stream.stop()
        assert await stream.over() == (1000, "stopped")
    records = await heard_until_stop(served, "CA1")
    media = [one for one in records if one.kind == "media"]
    came = sorted(arrived(carried))
    first = came[0]
    assert [one.number for one in records] == list(range(len(records)))
    assert apart(media) == [(20 * (number - first), FRAMES[number]) for number in came]
    assert [json.loads(one.payload) for one in records if one.kind == "dtmf"] == [{"digits": "7"}]
    events = await told(served, "CA1")
    assert events[0][1]["caller"] == "+12025550123"
    assert (events[0][1]["channel"], events[-1]) == ("twilio", ("call_ended", {"reason": "hangup"}))
    assert b'frames_astray_total{how="lost"}' in served.client(None).get("/metrics").content


async def test_marks_that_come_back_because_of_a_clear_do_not_count_as_played(served: Served) -> None:
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA2", plays=False)
        await stream.start({"token": served.token("channel")})
        await stream.media(1, FRAMES[0])
        async with voice(served, "CA2", partition=await partition_of(served, "CA2")) as say:
            await say("media", b"\x07" * 160)
            await say("mark", b'{"name": "unplayed"}')
            async with asyncio.timeout(60):
                while "mark" not in stream.events:
                    await asyncio.sleep(0.02)
            await say("clear", b"{}")
            async with asyncio.timeout(60):
                while "clear" not in stream.events:
                    await asyncio.sleep(0.02)
            stream.plays = True
            await say("mark", b'{"name": "played"}')
            async with asyncio.timeout(60):
                while not any(one.kind == "mark" for one in await heard(served, "CA2")):
                    await asyncio.sleep(0.02)
            await say("transfer", b'{"handoff": "h1"}')
            await stream.over()
    records = await heard_until_stop(served, "CA2")
    assert [json.loads(one.payload)["name"] for one in records if one.kind == "mark"] == ["played"]
    assert stream.audio == b"\x07" * 160
    assert (await told(served, "CA2"))[-1] == ("call_ended", {"reason": "transferred"})


async def test_where_the_channel_says_so_the_stream_stays_and_the_agent_speaks_over_it(served: Served) -> None:
    take(served, "CA7")
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA7")
        await stream.start({"token": served.token("channel"), "transfer": "stay"})
        await stream.media(1, FRAMES[0])
        partition = await partition_of(served, "CA7")
        async with voice(served, "CA7", partition=partition) as say, join(served, "CA7") as agent:
            await say("transfer", b'{"handoff": "h-CA7", "agent": "ann"}')
            (start, *_) = await of_leg(served, "CA7", bool)
            await answer(served, start, "join", {})
            await hears(agent, "joined")
            async def spoken() -> None:  # the caller, until the agent hears her
                for number in itertools.count(2):
                    await stream.media(number, LOUD)
                    await asyncio.sleep(0.02)

            speaking = asyncio.create_task(spoken())
            assert any(await sound(agent))
            speaking.cancel()
            hers = encode_mulaw(np.full(160, 9000, dtype=np.int16))  # as the session sends what she says: to the line
            await say("media", hers)
            async with asyncio.timeout(60):
                while hers not in stream.audio:
                    await asyncio.sleep(0.02)
            await agent.send(json.dumps({"type": "leave"}))
            assert (await hears(agent, "over"))["reason"] == "left"
            await say("stop", json.dumps({"reason": HUNG_UP}).encode())
            assert await stream.over() == (1000, "stopped")
    assert (await told(served, "CA7"))[-1] == ("call_ended", {"reason": "transferred"})


async def test_an_agent_who_is_on_the_line_already_keeps_the_stream_and_another_word_is_refused(served: Served) -> None:
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA8")
        await stream.start({"token": served.token("channel")})
        await stream.media(1, FRAMES[0])
        async with voice(served, "CA8", partition=await partition_of(served, "CA8")) as say:
            await say("transfer", b'{"handoff": "h1", "leg": true}')
            await say("media", LOUD)
            async with asyncio.timeout(60):
                while LOUD not in stream.audio:
                    await asyncio.sleep(0.02)
            await say("transfer", b'{"handoff": "h1"}')
            assert await stream.over() == (1000, "transferred")
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA9")
        await stream.start({"token": served.token("channel"), "transfer": "perhaps"})
        code, reason = await stream.over()
    assert (code, "leave or stay" in reason) == (1007, True)


async def test_a_stream_that_may_not_or_cannot_begin_is_closed_with_the_reason(served: Served) -> None:
    token = served.token("channel")
    wide: dict[str, object] = {"encoding": "audio/x-l16", "sampleRate": 16000}
    for parameters, form, code, reason in (
        ({}, None, 1008, "token"), ({"token": served.token("agent")}, None, 1008, "role"),
        ({"token": token}, wide, 1007, "mediaFormat"),
    ):
        async with Stream.dial(served.url) as socket:
            stream = Stream(socket, call="CA3")
            await stream.start(parameters, form=form)
            told_code, told_reason = await stream.over()
        assert (told_code, reason in told_reason) == (code, True)
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA3")
        await stream.start({"token": token})
        await socket.send("no JSON")
        assert (await stream.over())[0] == 1007


async def test_a_stream_that_no_worker_has_room_for_is_told_so(served: Served) -> None:
    async with Stream.dial(served.url) as socket:
        stream = Stream(socket, call="CA4")
        await stream.start({"token": served.token("channel")})
        await stream.media(1, FRAMES[0])
        async with voice(served, "CA4", partition=await partition_of(served, "CA4")) as say:
            await say("stop", json.dumps({"reason": BUSY}).encode())
            assert await stream.over() == (1013, "every line is busy, try again")
    assert (await told(served, "CA4"))[-1] == ("call_ended", {"reason": "refused"})


@pytest.fixture
def signing(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve with the account's token, behind a proxy of another name."""
    also = {"twilio_auth_token": SecretStr(AUTH_TOKEN), "public_url": "https://voice.example.com"}
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, also=also) as one:
        yield one


def signature(address: str, token: str = AUTH_TOKEN) -> str:
    return base64.b64encode(hmac.digest(token.encode(), address.encode(), "sha1")).decode()


async def test_a_stream_that_twilio_signed_is_carried_and_still_shows_its_key(signing: Served) -> None:
    for address in (OURS, f"{OURS}/", OURS.replace(".com", ".com:443")):
        async with Stream.dial(signing.url, signature=signature(address)) as socket:
            stream = Stream(socket, call="CA5")
            await stream.start({})
            code, reason = await stream.over()
            assert (code, "token" in reason) == (1008, True)
    async with Stream.dial(signing.url, signature=signature(OURS)) as socket:
        stream = Stream(socket, call="CA5")
        await stream.start({"token": signing.token("channel")})
        await stream.media(1, FRAMES[0])
        await stream.stop()
        assert await stream.over() == (1000, "stopped")


async def test_a_stream_with_a_wrong_signature_or_none_does_not_begin_whatever_its_key(signing: Served) -> None:
    others = "wss://other.example.com/v1/channels/twilio"
    wrong = (None, "", "no Base64 at all", signature(OURS, "another-token"), signature(others), signature(OURS)[:-2])
    for given in wrong:
        with pytest.raises(InvalidStatus) as refused:
            async with Stream.dial(signing.url, signature=given):
                pass
        assert refused.value.response.status_code == 401
        assert refused.value.response.headers["content-type"] == "application/problem+json"


async def test_without_the_accounts_token_nothing_need_be_signed(served: Served) -> None:
    async with Stream.dial(served.url, signature="anything") as socket:
        stream = Stream(socket, call="CA6")
        await stream.start({"token": served.token("channel")})
        await stream.stop()
        assert await stream.over() == (1000, "stopped")


async def test_what_still_comes_for_a_stream_that_was_handed_over_is_passed_over() -> None:
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    socket = WebSocket({"type": "websocket", "headers": [], "path": "/", "subprotocols": []}, receive, send)
    await socket.accept()
    line = TwilioLine(socket, Start(stream="MZ1", call="CA1"))
    await line.send_text('{"type": "transfer"}')
    await line.send_bytes(bytes(160))
    await line.send_text('{"type": "mark", "name": "a:20"}')
    assert sent == ["websocket.accept", "websocket.close"]
