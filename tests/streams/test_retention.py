"""The stair after an erasure: what lies sealed on topics opens no more, what is on its way leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from infra import clock, topics
from infra.database import engine, transaction
from infra.event_bus import EventBus, Record
from infra.front_door import FrontDoor
from infra.keys import KeyDestroyed, Keyring
from infra.retention_sweeper import Sweeper
from schemas import codec
from schemas.audio import AudioRecord
from schemas.base import Event
from schemas.calls import CallStarted, DeadlineSet
from schemas.retention import Target
from schemas.topics import AUDIO_IN, CALL_EVENTS, CALL_GOVERNED, CALL_RAW
from streams.deadlines import Timekeeper
from streams.recorder import Recorder
from streams.recording import SoundRecorder
from streams.retention import RetentionTimer
from tests.support import calls
from tests.support.calls import TENANT
from tests.support.erasing import Store
from tests.support.topic_reader import read_all

pytestmark = pytest.mark.flow
NUMBER = "+15550100"


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    pool = engine(database_url)
    yield Store(pool, tmp_path / "kek.json", Keyring(engine=pool, kek=tmp_path / "kek.json"))
    pool.dispose()


@pytest.fixture
async def bus(servers: str, store: Store) -> AsyncIterator[EventBus]:
    await topics.ensure(bootstrap_servers=servers, partitions=1, engine=store.pool)
    made = EventBus(bootstrap_servers=servers, client_id="tests")
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def running(room: Recorder | SoundRecorder | RetentionTimer) -> AsyncIterator["asyncio.Task[None]"]:
    work = asyncio.create_task(room.run())
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def until(condition: Callable[[], bool], work: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(condition):
            assert not work.done(), "the room ended"
            await asyncio.sleep(0.02)


def counted(pool: Engine, query: str) -> int:
    with transaction(pool) as connection:
        return int(connection.execute(text(query)).scalar_one())


async def governed(bus: EventBus, *events: Event) -> None:
    await bus.send_all([
        Record(CALL_GOVERNED.name, one.call_id, codec.value_of(one), codec.headers_of(one)) for one in events
    ])


def forget(store: Store, call_id: str = "call-1") -> None:
    assert store.erase(store.ask(Target(call=call_id), at=clock.now()), at=clock.now()).state == "completed"


async def test_what_lies_sealed_on_a_topic_opens_with_no_key_after_the_erasure(
    bus: EventBus, servers: str, store: Store
) -> None:
    door = FrontDoor(bus=bus, keyring=store.keyring)
    started = CallStarted(channel="phone", caller=NUMBER)
    await door.accept([calls.event(1, started), calls.event(1, started, call_id="call-2")])
    reader = Keyring(engine=store.pool, kek=store.kek)  # another process, which has both keys in memory
    lying = {one.key: one for one in await read_all(servers, CALL_RAW.name)}

    def read(call_id: str, keyring: Keyring) -> bytes:
        one = lying[call_id]
        headers = one.headers
        return keyring.open(key_id=headers["ce_keyid"], ciphertext=one.value, context=headers["ce_id"].encode())

    assert NUMBER.encode() in read("call-1", reader)
    assert NUMBER.encode() in read("call-2", reader)
    store.tell()
    await asyncio.to_thread(forget, store)
    assert {one.key: one.value for one in await read_all(servers, CALL_RAW.name)}["call-1"] == lying["call-1"].value
    for keyring in (reader, store.keyring, Keyring(engine=store.pool, kek=store.kek)):
        with pytest.raises(KeyDestroyed):
            read("call-1", keyring)
    assert NUMBER.encode() in read("call-2", reader)
    assert NUMBER.encode() not in b"".join(one.value for one in lying.values())
    with pytest.raises(KeyDestroyed):
        await door.accept([calls.event(2, started)])
    assert await read_all(servers, CALL_EVENTS.name) == []


async def test_an_event_that_comes_after_the_erasure_is_counted_and_leaves_no_row(
    bus: EventBus, servers: str, store: Store
) -> None:
    store.tell()
    lives = topics.incarnations(store.pool)
    recorder = Recorder(
        bootstrap_servers=servers, engine=store.pool, keyring=store.keyring, incarnations=lives
    )
    await asyncio.to_thread(forget, store)
    late, other = calls.event(70, calls.utterance("a late word")), calls.event(1, calls.admitted(), call_id="call-2")
    await governed(bus, late, other)
    async with running(recorder) as work:
        await until(lambda: counted(store.pool, "SELECT count(*) FROM call WHERE call_id = 'call-2'") == 1, work)
    assert counted(store.pool, "SELECT count(*) FROM audit_index WHERE type = 'ingest.forgotten'") == 1
    assert set(store.rows()) == {"applied_event", "erasure", "sweep_receipt"}
    assert counted(store.pool, "SELECT count(*) FROM audit_payload WHERE event_id LIKE 'ingest.forgotten%'") == 0


async def test_audio_that_comes_after_the_erasure_is_not_kept(bus: EventBus, servers: str, store: Store) -> None:
    sealed = []
    for call_id in ("call-1", "call-2"):
        record = AudioRecord(
            tenant=TENANT, call_id=call_id, kind="media", number=5, encoding="mulaw", sample_rate=8000,
            payload=b"\xff" * 160,
        )
        one = store.keyring.seal(
            tenant=TENANT, call_id=call_id, plaintext=record.payload, context=f"{call_id}/in/5".encode()
        )
        sealed.append(Record(AUDIO_IN.name, call_id, one.ciphertext, record.headers(key_id=one.key_id)))
    store.tell()
    await asyncio.to_thread(forget, store)
    await bus.send_all(sealed)
    sound = SoundRecorder(
        bootstrap_servers=servers, engine=store.pool, keyring=store.keyring,
        incarnations=topics.incarnations(store.pool), chunk_s=0.05,
    )
    read_on = f"SELECT coalesce(max(next_offset), 0) FROM consumer_position WHERE topic = '{AUDIO_IN.name}'"
    async with running(sound) as work:
        await until(lambda: counted(store.pool, read_on) == 2, work)
    assert counted(store.pool, "SELECT count(*) FROM recording_chunk WHERE call_id = 'call-1'") == 0
    assert counted(store.pool, "SELECT count(*) FROM recording WHERE call_id = 'call-1'") == 0


async def test_a_timer_of_a_forgotten_call_holds_up_no_other(bus: EventBus, servers: str, store: Store) -> None:
    due_at = clock.now() - timedelta(hours=1)
    for number, call_id in enumerate(("call-1", "call-2")):
        timer = DeadlineSet(deadline=f"d{number}", why="tests", due_at=due_at)
        store.record([calls.event(number, timer, call_id=call_id)])
    with transaction(store.pool) as connection:  # its key is gone and its row, for once, is not
        store.keyring.destroy(connection, tenant=TENANT, call_id="call-1", at=clock.now())
    await Timekeeper(engine=store.pool, door=FrontDoor(bus=bus, keyring=store.keyring)).once()
    assert [one.key for one in await read_all(servers, CALL_RAW.name)] == ["call-2"]
    assert counted(store.pool, "SELECT count(*) FROM deadline WHERE sent_at IS NULL") == 0


async def test_the_timer_of_retention_goes_on_with_an_erasure_that_waited(store: Store) -> None:
    store.tell()
    hold = store.hold()
    store.erase()
    store.release(hold)
    async with running(RetentionTimer(sweeper=Sweeper(store.forgetter))) as work:
        await until(lambda: "utterance" not in store.rows(), work)
    assert store.sweep().erased == 0
