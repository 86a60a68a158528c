"""What comes by the log and by a direct line, at the worker and at the gateway: opened, in order, and heard once."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import Engine

from api.gateway import Gateway
from api.metrics import Metrics
from api.play_queue import PlayQueue
from infra import audio_seal
from infra.clock import now
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.keys import Keyring
from schemas import codec
from schemas.audio import AudioKind, AudioRecord
from streams.voice.air import STALE_MS, KafkaInlet
from tests.streams.voice.test_database_away import NOBODY, Sent

pytestmark = pytest.mark.fault
TENANT = "default"


class Slow(Keyring):
    """Keys that come from the database as late as a test likes."""

    def __init__(self, *, engine: Engine, kek: Path) -> None:
        super().__init__(engine=engine, kek=kek)
        self.opened, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    def open(self, *, key_id: str, ciphertext: bytes, context: bytes) -> bytes:
        plaintext = super().open(key_id=key_id, ciphertext=ciphertext, context=context)
        self.opened.set()
        assert self.goes_on.wait(60)
        return plaintext

    async def has_opened(self) -> None:
        assert await asyncio.to_thread(self.opened.wait, 60)


class Ends:
    """A worker and a gateway, each with what it heard; `direction` is what the records of a test are."""

    def __init__(self, direction: audio_seal.Direction, keyring: Keyring, theirs: Slow, pool: Engine) -> None:
        self.direction, self.keyring, self.theirs = direction, keyring, theirs
        self.heard: list[AudioRecord] = []
        self.letters = Sent()
        self.age_ms = 0
        self.inlet = KafkaInlet(
            bootstrap_servers=NOBODY, name="tests", fetch_wait_ms=10, keyring=theirs,
            door=FrontDoor(bus=self.letters, keyring=keyring),
            now_ms=lambda: int(now().timestamp() * 1000) + self.age_ms, handle=self._handle, hand=self.heard.append,
            moved=self._moved,
        )
        self.gateway = Gateway(
            bus=EventBus(bootstrap_servers=NOBODY, client_id="tests"), keyring=theirs, pool=pool, metrics=Metrics(),
            bootstrap_servers=NOBODY, owner="tests", embedded=True, direct_line="off",
        )
        self.queue: PlayQueue | None = None

    async def aclose(self) -> None:
        await self.inlet.stop()
        await self.gateway._consumer.stop()

    async def _handle(self, record: AudioRecord) -> None:
        self.heard.append(record)

    async def _moved(self, calls: frozenset[str]) -> None: ...

    def sealed(self, number: int, kind: AudioKind, *, leg: str, spoiled: bool) -> tuple[audio_seal.Headers, bytes]:
        payload = str(number).encode() if kind == "media" else b"{}"
        record = AudioRecord(kind=kind, call_id="c", tenant=TENANT, number=number, payload=payload, leg=leg)
        headers, value = audio_seal.seal(self.keyring, record, direction=self.direction)
        return headers, b"spoiled" if spoiled else value

    async def log(self, number: int, kind: AudioKind = "media", *, leg: str = "", spoiled: bool = False) -> None:
        headers, value = self.sealed(number, kind, leg=leg, spoiled=spoiled)
        record = ConsumerRecord("t", 0, number, int(now().timestamp() * 1000), 0, b"c", value, None, 0, 0, headers)
        if self.direction == "in":
            await self.inlet._take(record)
            return
        if self.queue is None:
            self.queue = await self.gateway.open(tenant=TENANT, call_id="c")
            self.theirs.forget(self.theirs.ensure(tenant=TENANT, call_id="c"))
        await self.gateway._deliver(record)

    def line(self, number: int, kind: AudioKind = "media", *, leg: str = "", spoiled: bool = False) -> None:
        headers, value = self.sealed(number, kind, leg=leg, spoiled=spoiled)
        (self.inlet.direct if self.direction == "in" else self.gateway._direct)(codec.header_map(headers), value)

    def numbers(self) -> list[int]:
        came = self.heard if self.queue is None else self.queue._records
        assert all(one.payload == str(one.number).encode() for one in came if one.kind == "media")
        return [one.number for one in came]


@pytest.fixture(params=["in", "out"])
async def ends(request: pytest.FixtureRequest, keyring: Keyring, pool: Engine, tmp_path: Path) -> AsyncIterator[Ends]:
    async with aclosing(Ends(request.param, keyring, Slow(engine=pool, kek=tmp_path / "kek.json"), pool)) as ends:
        yield ends


def begins(ends: Ends) -> AudioKind:
    return "start" if ends.direction == "in" else "media"


async def test_by_whichever_way_is_first_each_record_is_heard_once_and_in_order(ends: Ends) -> None:
    await ends.log(0, begins(ends))
    ends.line(1)
    await ends.log(1)
    ends.line(3)  # 2 was lost on the line
    ends.line(4)
    assert ends.numbers() == [0, 1]
    await ends.log(2)
    assert ends.numbers() == [0, 1, 2, 3, 4]
    for number in (3, 4, 5):
        await ends.log(number)
    ends.line(5)
    ends.line(6, "mark")
    await ends.log(6, "mark")
    assert ends.numbers() == [0, 1, 2, 3, 4, 5, 6]


async def test_of_a_call_that_the_log_has_not_brought_nothing_is_heard(ends: Ends) -> None:
    ends.line(1)
    assert ends.numbers() == []


async def test_while_the_log_waits_for_a_key_the_line_does_not_overtake_it(ends: Ends) -> None:
    ends.theirs.goes_on.clear()
    waiting = asyncio.create_task(ends.log(0, begins(ends)))
    await ends.theirs.has_opened()
    ends.theirs.goes_on.set()  # the event loop hears of it once it is asked again
    ends.line(1)
    ends.line(2)
    await waiting
    for number in (1, 2, 3):
        await ends.log(number)
    assert ends.numbers() == [0, 1, 2, 3]


async def test_a_key_that_is_read_again_in_the_middle_lets_nothing_overtake(ends: Ends) -> None:
    await ends.log(0, begins(ends))
    ends.theirs.forget(ends.theirs.ensure(tenant=TENANT, call_id="c"))
    ends.line(1)  # its key is not in memory: the log brings it
    ends.theirs.opened.clear()
    ends.theirs.goes_on.clear()
    waiting = asyncio.create_task(ends.log(1))
    await ends.theirs.has_opened()
    ends.theirs.goes_on.set()
    ends.line(2)
    ends.line(3)
    await waiting
    assert ends.numbers() == [0, 1, 2, 3]
    await ends.log(2)
    await ends.log(3)
    assert ends.numbers() == [0, 1, 2, 3]


async def test_what_does_not_open_on_the_line_is_heard_from_the_log(ends: Ends) -> None:
    await ends.log(0, begins(ends))
    ends.line(1, spoiled=True)
    ends.line(2)
    assert ends.numbers() == [0]
    await ends.log(1)
    await ends.log(2)
    assert ends.numbers() == [0, 1, 2]


async def test_what_does_not_open_in_the_log_takes_nothing_with_it(ends: Ends) -> None:
    await ends.log(0, begins(ends))
    ends.line(2)
    await ends.log(1, spoiled=True)
    await ends.log(2)
    await ends.log(3)
    assert ends.numbers() == [0, 2, 3]


@pytest.mark.parametrize("number", ["", "-1", "x", "²", "9" * 5_000])
async def test_a_record_without_its_number_is_no_record(ends: Ends, number: str) -> None:
    await ends.log(0, begins(ends))
    headers, value = ends.sealed(1, "media", leg="", spoiled=False)
    spoiled = {**codec.header_map(headers), "number": number}
    (ends.inlet.direct if ends.direction == "in" else ends.gateway._direct)(spoiled, value)
    told = [(name, one.encode()) for name, one in spoiled.items()]
    record = ConsumerRecord("t", 0, 1, int(now().timestamp() * 1000), 0, b"c", value, None, 0, 0, told)
    await (ends.inlet._take if ends.direction == "in" else ends.gateway._deliver)(record)
    assert len(ends.letters.records) == (ends.direction == "in")
    ends.line(1)
    assert ends.numbers() == [0, 1]


@pytest.fixture
async def worker(keyring: Keyring, pool: Engine, tmp_path: Path) -> AsyncIterator[Ends]:
    async with aclosing(Ends("in", keyring, Slow(engine=pool, kek=tmp_path / "kek.json"), pool)) as worker:
        yield worker


async def test_the_end_of_a_call_that_came_directly_is_the_end_and_it_may_begin_again(worker: Ends) -> None:
    await worker.log(0, "start")
    worker.line(1)
    worker.line(2, "stop")
    await worker.log(1)
    assert worker.inlet.partition_of("c") == 0
    await worker.log(2, "stop")
    assert worker.inlet.partition_of("c") is None
    worker.line(3)
    await worker.log(0, "start")
    worker.line(1)
    assert worker.numbers() == [0, 1, 2, 0, 1]


async def test_a_call_that_moved_to_another_worker_is_heard_here_no_more(worker: Ends) -> None:
    await worker.log(0, "start")
    await worker.inlet.keep(frozenset({0}))
    worker.line(1)
    await worker.inlet.keep(frozenset({1}))
    worker.line(2)
    assert worker.numbers() == [0, 1]


async def test_what_was_heard_directly_may_grow_old_in_the_log(worker: Ends) -> None:
    await worker.log(0, "start")
    for number in (1, 2, 3):
        worker.line(number)
    worker.age_ms = STALE_MS + 1_000
    await worker.log(1)
    worker.age_ms = 0
    await worker.log(3)
    worker.line(4)
    await worker.log(4)
    assert worker.numbers() == [0, 1, 2, 3, 4]


async def test_an_agents_leg_goes_by_the_log_alone_and_counts_for_itself(ends: Ends) -> None:
    await ends.log(0, begins(ends))
    ends.line(0, leg="a1")
    ends.line(1, leg="a1")
    assert ends.numbers() == [0]
    if ends.direction == "in":
        await ends.log(0, leg="a1")
    ends.line(1)
    assert ends.numbers()[-1] == 1
