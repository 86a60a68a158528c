"""A call over a real gateway, broker and direct line: each word is heard once, however often the line is cut."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from infra.clock import now
from infra.direct_line import Head
from infra.embedded_broker import EmbeddedBroker
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.payment_watch import PaymentWatch
from infra.speech.g711 import encode_mulaw
from infra.speech.wav import read_wav
from schemas.audio import AudioKind, AudioRecord
from streams.voice.air import KafkaInlet
from streams.voice.direct import DirectLines
from streams.voice.outlet import KafkaOutlet
from streams.voice.start import Setup, read_start
from tests.api.test_audio_socket import closed, dial
from tests.streams.voice.test_worker import SUPPORT, worker
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow

FRAME = 160  # bytes, which are 20 ms
AGAIN_AFTER_S = 0.05


class Worker:
    """The inlet, the outlet and the lines of a voice worker, before a session that only hears."""

    def __init__(self, served: Served, bus: EventBus, call_id: str) -> None:
        self.call_id = call_id
        self.heard: list[AudioRecord] = []
        self.directly = 0
        self.setup: Setup | None = None
        self.lines = DirectLines(take=self._direct, again_after_s=AGAIN_AFTER_S)
        self.inlet = KafkaInlet(
            bootstrap_servers=served.settings.bootstrap_servers, name=call_id, fetch_wait_ms=10,
            keyring=served.keyring, door=FrontDoor(bus=bus, keyring=served.keyring),
            now_ms=lambda: int(now().timestamp() * 1000), handle=self._handle, hand=self._hand, moved=self._moved,
        )
        self.outlet = KafkaOutlet(
            bus=bus, keyring=served.keyring, watch=PaymentWatch(engine=served.pool, keyring=served.keyring),
            lines=self.lines,
        )
        self._said = 0

    def _direct(self, head: Head, value: bytes) -> None:
        self.inlet.direct(head, value)

    async def _handle(self, record: AudioRecord) -> None:
        if record.call_id == self.call_id:
            self.heard.append(record)
            if record.kind == "start":
                self.setup = read_start(record)
                self.lines.open(self.setup)

    def _hand(self, record: AudioRecord) -> None:
        self.directly += 1
        self.heard.append(record)

    async def _moved(self, calls: frozenset[str]) -> None: ...

    async def says(self, kind: AudioKind, payload: bytes) -> None:
        assert self.setup is not None
        record = AudioRecord(
            kind=kind, call_id=self.call_id, tenant=self.setup.tenant, number=self._said, payload=payload,
            offset_ms=20 * self._said,
        )
        self._said += 1
        await self.outlet.send(record, partition=self.setup.audio_partition)

    def words(self) -> bytes:
        """Give what was said, from records that came in their order and once."""
        assert [one.number for one in self.heard] == list(range(len(self.heard)))
        return b"".join(one.payload for one in self.heard if one.kind == "media")

    async def has_heard(self, kind: AudioKind) -> None:
        async with asyncio.timeout(60):
            while not self.heard or self.heard[-1].kind != kind:
                await asyncio.sleep(0.01)


def cut(lines: DirectLines) -> None:
    for line in list(lines._lines.values()):
        assert line._transport is not None
        line._transport.abort()


@contextlib.asynccontextmanager
async def working(served: Served, call_id: str) -> AsyncIterator[Worker]:
    bus = EventBus(bootstrap_servers=served.settings.bootstrap_servers, client_id="test-direct")
    await bus.start()
    worker = Worker(served, bus, call_id)
    await worker.inlet.start()
    work = [asyncio.create_task(worker.inlet.run()), asyncio.create_task(worker.outlet.run())]
    try:
        yield worker
        assert not any(one.done() for one in work)
    finally:
        worker.lines.stop()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await worker.inlet.stop()
        await bus.stop()


class Caller:
    """Talks, and keeps what she said."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.said = b""

    async def says(self, frames: int) -> None:
        for _ in range(frames):
            frame = bytes([1 + len(self.said) // FRAME % 100]) * FRAME
            self.said += frame
            await self.socket.send(frame)
            await asyncio.sleep(0.005)

    async def says_until_heard_directly(self, worker: Worker, more_than: int) -> None:
        async with asyncio.timeout(60):
            while worker.directly <= more_than:
                await self.says(1)


async def test_a_caller_whose_line_is_cut_in_the_middle_keeps_her_words(served: Served) -> None:
    async with working(served, "cut-in") as worker, dial(served, "cut-in") as socket:
        caller = Caller(socket)
        for _ in range(4):
            await caller.says_until_heard_directly(worker, worker.directly)
            await caller.says(10)
            cut(worker.lines)
            await caller.says(10)
        await socket.send(json.dumps({"type": "dtmf", "digits": "42"}))
        await caller.says_until_heard_directly(worker, worker.directly)
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
        await worker.has_heard("stop")
        await asyncio.sleep(0.2)  # what the log brings twice would come now
        assert worker.words() == caller.said
        assert [one.kind for one in worker.heard if one.kind != "media"] == ["start", "dtmf", "stop"]
        assert worker.directly < len(worker.heard)


async def test_a_caller_hears_each_word_of_an_answer_while_the_line_is_cut(served: Served) -> None:
    async with working(served, "cut-out") as worker, dial(served, "cut-out") as socket:
        caller = Caller(socket)
        frames = [bytes([at]) * FRAME for at in range(1, 101)]
        for at, frame in enumerate(frames):
            if at % 25 == 0:
                await caller.says_until_heard_directly(worker, worker.directly)
            await worker.says("media", frame)
            if at % 25 == 12:
                cut(worker.lines)
            await asyncio.sleep(0.002)
        await worker.says("mark", b'{"name": "m1"}')
        came: list[bytes | str] = []
        async with asyncio.timeout(60):
            while not came or isinstance(came[-1], bytes):
                came.append(await socket.recv())
        assert b"".join(one for one in came if isinstance(one, bytes)) == b"".join(frames)
        assert json.loads(came[-1]) == {"type": "mark", "name": "m1"}
        await worker.says("media", b"\x07" * FRAME)
        async with asyncio.timeout(60):
            assert await socket.recv() == b"\x07" * FRAME


@pytest.fixture
def unlined(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve without direct lines."""
    servers = embedded_broker.bootstrap_servers
    with serve(
        database_url=database_url, bootstrap_servers=servers, data=tmp_path, also={"direct_line": "off"}
    ) as one:
        yield one


async def test_a_call_of_a_gateway_without_lines_goes_by_the_log(unlined: Served) -> None:
    async with working(unlined, "no-line") as worker, dial(unlined, "no-line") as socket:
        caller = Caller(socket)
        await caller.says(20)
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
        await worker.has_heard("stop")
        assert worker.words() == caller.said
        assert worker.setup is not None
        assert worker.setup.direct_line == worker.setup.direct_token == ""
        assert worker.directly == 0


async def test_a_whole_worker_hears_its_caller_directly_and_goes_on_by_the_log_where_the_line_is_cut(
    served: Served, local_models: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Head] = []
    opened: list[DirectLines] = []
    take, begin = KafkaInlet.direct, DirectLines.open

    def direct(inlet: KafkaInlet, headers: Head, value: bytes) -> None:
        heard.append(headers)
        take(inlet, headers, value)

    def begins(lines: DirectLines, setup: Setup) -> None:
        opened.append(lines)
        begin(lines, setup)

    monkeypatch.setattr(KafkaInlet, "direct", direct)
    monkeypatch.setattr(DirectLines, "open", begins)
    settings = served.settings.model_copy(update={"models_url": local_models, "environment": "embedded"})
    async with worker(settings), dial(served, "whole-direct") as socket:
        await socket.send(json.dumps({"type": "start"}))
        caller = Caller(socket)
        async with asyncio.timeout(60):
            while isinstance(await socket.recv(), str):  # until the greeting sounds
                pass
            while not heard:
                await caller.says(1)
        (lines,) = opened
        cut(lines)
        before = len(heard)
        await socket.send(encode_mulaw(read_wav(SUPPORT.read_bytes()).samples))
        async with asyncio.timeout(60):
            while len(heard) == before:  # until it is there again
                await caller.says(1)
        await socket.send(json.dumps({"type": "stop"}))
        assert await closed(socket) == (1000, "stopped")
