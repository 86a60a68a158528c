"""`callwarden call` against a service that speaks the contract's audio socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from infra.call_script import CallRefused, Dtmf, Hangup, Interrupt, Say, Wait
from infra.cli_call import call, encoding_of, place_call
from infra.speech.g711 import decode_mulaw, encode_mulaw
from infra.speech.wav import Wav, read_wav, write_wav

pytestmark = pytest.mark.contract

RATE = 8_000
TONE = (np.sin(np.arange(RATE) * 0.3) * 8_000).astype(np.int16)
SPOKEN = Wav(TONE[: RATE // 2], RATE)


class Service:
    """Answers half a second of sound with a second of sound and a mark."""

    def __init__(self) -> None:
        self.control: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.heard = 0
        self.stops_when_spoken_over = False

    async def answer(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        self.paths.append(request.path)
        spoken, speaking = 0, False
        async for message in socket:
            if isinstance(message, str):
                self.control.append(json.loads(message))
                if self.control[-1]["type"] == "start":
                    await self._speak(socket, "greeting")
                if self.control[-1]["type"] == "stop":
                    return
                continue
            assert len(message) == 160
            self.heard += len(message)
            loud = int(np.abs(decode_mulaw(message).astype(np.int32)).max()) > 1_000
            spoken = spoken + 1 if loud else spoken
            if loud and not speaking and self.stops_when_spoken_over:
                await socket.send(json.dumps({"type": "clear"}))
            if speaking and not loud and spoken >= 20:
                spoken = 0
                await self._speak(socket, "answer")
            speaking = loud

    async def _speak(self, socket: ServerConnection, name: str) -> None:
        await socket.send(encode_mulaw(TONE))
        await socket.send(json.dumps({"type": "mark", "name": name}))


@asynccontextmanager
async def service(refuses: bytes | None = None) -> AsyncIterator[tuple[Service, str]]:
    state = Service()

    def refuse(connection: ServerConnection, request: Request) -> Response | None:
        if refuses is None:
            return None
        headers = Headers([("Content-Length", str(len(refuses))), ("Connection", "close")])
        return Response(HTTPStatus.CONFLICT, "Conflict", headers, refuses)

    async with serve(state.answer, "127.0.0.1", 0, process_request=refuse) as server:
        yield state, f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def test_a_call_is_played_and_its_answer_heard_like_on_a_telephone() -> None:
    async with service() as (state, url):
        script = (Wait(5), Say(SPOKEN), Wait(5), Dtmf("12#"), Hangup())
        result = await place_call(script, url=url, call_id="call-1", caller="+15550100")
    assert state.paths == ["/v1/calls/call-1/audio?encoding=mulaw&sample_rate=8000"]
    assert state.control[0] == {"type": "start", "channel": "callwarden-call", "fast": False, "caller": "+15550100"}
    assert [one for one in state.control if one["type"] == "mark"] == [
        {"type": "mark", "name": "greeting"}, {"type": "mark", "name": "answer"},
    ]
    assert {"type": "dtmf", "digits": "12#"} in state.control
    assert state.control[-1] == {"type": "stop"}
    assert len(result.answered_after_ms) == 1
    assert result.marks == 2
    assert result.unanswered == 0
    assert not result.errors
    loud = np.abs(result.answer.samples.astype(np.int32)) > 1_000
    assert 1.5 * RATE < loud.sum() * 1.2 < 3 * RATE
    assert 400 < result.said[0][1] - result.said[0][0] < 700


async def test_an_interruption_begins_after_the_assistant_and_stops_its_playback() -> None:
    async with service() as (state, url):
        state.stops_when_spoken_over = True
        result = await place_call((Interrupt(300, SPOKEN), Wait(5), Hangup()), url=url, call_id="call-1")
    assert result.clears == 1
    assert {"type": "mark", "name": "greeting"} not in state.control
    assert 280 <= result.said[0][0] <= 800


async def test_fast_waits_for_nothing() -> None:
    async with service() as (state, url):
        result = await place_call((Wait(5), Say(Wav(np.tile(TONE, 20), RATE)), Wait(5), Hangup()), url=url,
                                  call_id="call-1", fast=True)
    assert state.heard > 20 * RATE
    assert result.said[0][1] - result.said[0][0] < 5_000
    assert result.marks == 2


async def test_a_refusal_says_why() -> None:
    async with service(json.dumps({"detail": "a call of this id has ended: take another id"}).encode()) as (_, url):
        with pytest.raises(CallRefused, match="has ended"):
            await place_call((Hangup(),), url=url, call_id="call-1")
    with pytest.raises(CallRefused, match="nothing listens"):
        await place_call((Hangup(),), url="ws://127.0.0.1:9", call_id="call-1")


def test_a_telephone_recording_stays_telephone_audio() -> None:
    assert encoding_of(SPOKEN) == ("mulaw", 8_000)
    assert encoding_of(Wav(TONE, 16_000)) == ("linear16", 16_000)
    assert encoding_of(Wav(TONE, 22_050)) == ("linear16", 24_000)
    assert encoding_of(Wav(TONE, 48_000)) == ("linear16", 24_000)


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command("call")(call)
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"hello, this is text", "not a WAV file")])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(content)
    code, output = run(str(file))
    assert code == 2
    assert said in output


def test_what_cannot_be_reached_is_said_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(write_wav(SPOKEN))
    for url, said in (("ws://127.0.0.1:9", "callwarden up"), ("nowhere", "no WebSocket address")):
        code, output = run(str(file), "--url", url)
        assert code == 2
        assert said in output
    code, output = run(str(tmp_path / "missing.wav"))
    assert code == 2
    assert "No such file" in output


async def test_the_answer_is_saved_beside_the_recording(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(write_wav(SPOKEN))
    async with service() as (_, url):
        code, output = await asyncio.to_thread(run, str(file), "--url", url, "--call-id", "call-7", "--json")
    assert code == 0, output
    seen = json.loads(output.splitlines()[-1])
    assert seen["call_id"] == "call-7"
    assert len(read_wav((tmp_path / "x.answer.wav").read_bytes()).samples) > RATE


