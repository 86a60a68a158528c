"""What a session follows is cut off with it, in every browser and whatever its route; a token's stream goes on."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.api.test_agent_socket import told
from tests.api.test_audio_socket import dial, partition_of
from tests.api.test_audio_socket import told as events_of
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
COOKIE = "callwarden_session"
OVER = "event: session_over"
HEARTBEATS = 6  # a minute: one that goes on after so many was not ended


def cookie(served: Served, role: str, subject: str) -> str:
    with served.client(role, subject=subject) as client:  # type: ignore[arg-type]  # a role of the tests
        assert client.post("/v1/sessions").status_code == 201
        return client.cookies[COOKIE]


def end_all(served: Served, subject: str) -> None:
    with served.client("admin") as client:
        assert client.delete(f"/v1/people/{subject}/sessions").json()["ended"] > 0


def rest(lines: Iterator[str]) -> list[str]:
    """Read to the end of a stream that is about to end."""
    found: list[str] = []
    for line in lines:
        found.append(line)
        assert found.count(": still here") < HEARTBEATS
    return found


@pytest.mark.parametrize("path", ["/v1/handoffs/stream", "/v1/handoffs/h1/stream"])
def test_an_event_stream_ends_with_its_session_and_says_so_and_one_of_a_token_goes_on(
    served: Served, path: str
) -> None:
    served.tell(*calls.story())
    with (
        httpx.Client(base_url=served.url, cookies={COOKIE: cookie(served, "agent", "ann")}, trust_env=False) as hers,
        served.client("agent", subject="ann") as program,
        hers.stream("GET", path, timeout=30) as stream, program.stream("GET", path) as other,
    ):
        lines, others = stream.iter_lines(), other.iter_lines()
        while not next(lines).startswith("data: "):
            pass
        end_all(served, "ann")
        assert rest(lines)[-3:] == [OVER, "data: {}", ""]
        assert hers.get(path).json()["type"] == "urn:callwarden:problem:session-over"
        with served.client("agent", subject="ben") as ben:
            assert ben.post("/v1/handoffs/h1/claim").status_code == 200
        while "claimed" not in next(others):
            pass


async def heard_to_the_end(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


async def test_a_supervisor_who_listens_in_is_cut_off_with_her_session(served: Served) -> None:
    served.tell(*calls.story(call_id="ear-9"))
    hers = await asyncio.to_thread(cookie, served, "supervisor", "sue")
    async with dial(served, "ear-9", query="encoding=linear16&sample_rate=8000") as caller:
        await caller.send(json.dumps({"type": "start"}))
        await partition_of(served, "ear-9")
        address = f"{served.url.replace('http', 'ws')}/v1/calls/ear-9/listen?sample_rate=8000"
        headers = {"Cookie": f"{COOKIE}={hers}", "Origin": served.url}
        async with connect(address, additional_headers=headers, proxy=None) as ear:
            assert (await told(ear, "hello"))["call_id"] == "ear-9"
            await asyncio.to_thread(end_all, served, "sue")
            with pytest.raises(ConnectionClosed) as over:
                await asyncio.wait_for(heard_to_the_end(ear), 60)
        assert over.value.rcvd is not None
        assert (over.value.rcvd.code, over.value.rcvd.reason) == (1008, "session over")
        async with asyncio.timeout(60):
            while "listening_ended" not in [name for name, _ in await events_of(served, "ear-9")]:
                await asyncio.sleep(0.05)
