"""A caller who is silent for long: what each streaming recogniser's vendor is told, so that it does not hang up."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from infra.provider_chains import Entry, Keyed
from infra.speech import deepgram_speech_to_text
from infra.speech.kinds import HEARS
from infra.speech.ports import Recogniser

pytestmark = pytest.mark.contract

VENDOR_PATIENCE_S = 2.0  # real ones wait 5 to 20 s; what the adapter sends comes as much oftener here
OFTEN_S = 0.05
TIMES = 3
PATHS = {"soniox": "/transcribe-websocket", "deepgram": "", "voxtral": "/v1"}


class Impatient:
    """A recogniser's server that hangs up on who says nothing, as the vendors do."""

    def __init__(self, *, patience_s: float) -> None:
        self.place = ""
        self.connections = 0
        self.closed = 0
        self.frames: list[str | bytes] = []
        self._patience_s = patience_s

    def kept(self, message: str) -> int:
        return sum(1 for one in self.frames if isinstance(one, str) and one and json.loads(one).get("type") == message)

    @property
    def sound(self) -> int:
        return sum(len(one) for one in self.frames if isinstance(one, bytes))

    async def serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        try:
            while True:
                async with asyncio.timeout(self._patience_s):
                    self.frames.append(await socket.recv())
        except TimeoutError:
            self.closed += 1
            await socket.close(1011)  # Deepgram's NET-0001, Soniox' 408


@asynccontextmanager
async def impatient(*, patience_s: float) -> AsyncIterator[Impatient]:
    state = Impatient(patience_s=patience_s)
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.place = f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state


async def opened(kind: str, model: str, server: Impatient, *, every_s: float) -> Recogniser:
    """Open one as the file of chains does; Pipecat's services keep their own time, which is shortened here."""
    entry = Entry.model_validate({
        "name": kind, "kind": kind, "model": model, "region": "us", "first_ms": 10_000,
        "url": f"{'ws' if kind == 'soniox' else 'http'}://{server.place}{PATHS[kind]}",
    })
    speech = HEARS[kind](Keyed.model_validate({"entry": entry, "key": "opensesame"}))
    if kind == "soniox":
        make = speech._make  # type: ignore[attr-defined]  # of the adapter behind the port

        def hurried(rate: int) -> object:
            service = make(rate)
            assert (service._keepalive_timeout, service._keepalive_interval) == (1, 5)  # as Soniox asks: every 5 s
            service._keepalive_timeout, service._keepalive_interval = 0, every_s
            return service

        speech._make = hurried  # type: ignore[attr-defined]  # as above
    return await speech.open(sample_rate=8_000)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("kind", "model", "message"), [
    ("deepgram", "nova-3", "KeepAlive"), ("soniox", "stt-rt-v5", "keepalive"),
])
async def test_a_vendor_that_knows_a_message_for_it_is_sent_that_and_no_sound(
    kind: str, model: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deepgram_speech_to_text, "KEEP_ALIVE_S", OFTEN_S)
    async with impatient(patience_s=VENDOR_PATIENCE_S) as server:
        recogniser = await opened(kind, model, server, every_s=OFTEN_S)
        await until(lambda: server.kept(message) >= TIMES)
        assert (server.connections, server.closed, server.sound) == (1, 0, 0)
        await recogniser.close()


async def test_flux_which_knows_none_is_sent_a_little_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepgram_speech_to_text, "KEEP_ALIVE_S", OFTEN_S)
    async with impatient(patience_s=VENDOR_PATIENCE_S) as server:
        recogniser = await opened("deepgram", "flux-general-en", server, every_s=OFTEN_S)
        await until(lambda: server.sound > 0)
        assert (server.connections, server.closed) == (1, 0)
        assert not any(any(one) for one in server.frames if isinstance(one, bytes))
        await recogniser.close()


async def test_voxtral_has_no_socket_while_nobody_speaks_which_could_be_closed() -> None:
    async with impatient(patience_s=VENDOR_PATIENCE_S) as server:
        recogniser = await opened("voxtral", "voxtral-mini", server, every_s=OFTEN_S)
        assert server.connections == 0
        listening = recogniser.begin(digits=False, heard=lambda _: None)
        await until(lambda: server.connections == 1)
        await listening.drop()
        await recogniser.close()
        assert server.connections == 1
