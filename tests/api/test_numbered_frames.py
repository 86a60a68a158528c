"""Our own socket over a network that loses, doubles and reorders, and a call that ends because nobody speaks."""

import asyncio
import json

import pytest

from schemas.audio import SILENT
from tests.api.test_audio_socket import closed, dial, heard, partition_of, told, voice
from tests.api.test_twilio_socket import apart
from tests.support.api import Served

pytestmark = pytest.mark.flow


async def test_numbered_frames_are_put_in_order_and_what_is_lost_keeps_its_place(served: Served) -> None:
    query = "encoding=linear16&sample_rate=8000&frames=numbered"
    async with dial(served, "numbered-1", query=query) as socket:
        for number in (0, 2, 1, 1, 4, 5):  # 3 is lost
            await socket.send(number.to_bytes(4, "big") + bytes([number]) * 320)
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
    media = [one for one in await heard(served, "numbered-1") if one.kind == "media"]
    assert [(frame[0], at_ms) for at_ms, frame in apart(media, size=320)] == [
        (0, 0), (1, 20), (2, 40), (4, 80), (5, 100),
    ]


async def test_frames_that_wait_for_a_lost_one_are_heard_though_nothing_follows(served: Served) -> None:
    async with dial(served, "numbered-2", query="encoding=mulaw&sample_rate=8000&frames=numbered") as socket:
        for number in (0, 2):
            await socket.send(number.to_bytes(4, "big") + b"\xff" * 160)
        async with asyncio.timeout(60):
            while len(media := [one for one in await heard(served, "numbered-2") if one.kind == "media"]) < 2:
                await asyncio.sleep(0.05)
        assert [one.offset_ms for one in media] == [0, 40]
        await socket.send(b"\x00")
        assert await closed(socket) == (1007, "a numbered frame begins with four bytes")


async def test_a_call_in_which_nobody_speaks_is_ended_and_the_end_says_so(served: Served) -> None:
    async with dial(served, "silent-1") as socket:
        await socket.send(b"\xff" * 160)
        async with voice(served, "silent-1", partition=await partition_of(served, "silent-1")) as say:
            await say("stop", json.dumps({"reason": SILENT}).encode())
            assert await closed(socket) == (1000, "nobody spoke")
    assert (await told(served, "silent-1"))[-1] == ("call_ended", {"reason": "silent"})
