"""The foot of the stair on a real broker and database: every event once, whatever is delivered again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from sqlalchemy import Engine, text

from governance.audit.note import parse_vkey
from governance.audit.verify import verify_log
from infra import audit_reader, audit_store, clock, outbox, topics
from infra.database import transaction
from infra.event_bus import EventBus, Record
from infra.front_door import FrontDoor
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from schemas.calls import DeadlinePassed, DeadlineSet
from schemas.topics import CALL_GOVERNED, CALL_RAW
from streams.deadlines import Timekeeper
from streams.publisher import Publisher
from streams.recorder import Recorder
from tests.support.calls import TENANT, event, latency, requested, story
from tests.support.topic_reader import read_all

pytestmark = pytest.mark.flow


@pytest.fixture
def recorder(servers: str, pool: Engine, keyring: Keyring, bus: EventBus) -> Callable[[], Recorder]:
    return lambda: Recorder(
        bootstrap_servers=servers, engine=pool, keyring=keyring, incarnations=topics.incarnations(pool)
    )


@asynccontextmanager
async def recording(recorder: Recorder) -> AsyncIterator[None]:
    work = asyncio.create_task(recorder.run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def send(bus: EventBus, events: Sequence[Event]) -> None:
    await bus.send_all([
        Record(CALL_GOVERNED.name, one.call_id, codec.value_of(one), codec.headers_of(one)) for one in events
    ])


def entries(pool: Engine, *, tenant: str = TENANT) -> list[str]:
    query = text("SELECT event_id FROM audit_index WHERE tenant = :tenant ORDER BY idx")
    with transaction(pool) as connection:
        return list(connection.execute(query, {"tenant": tenant}).scalars())


async def until(count: int, pool: Engine, *, tenant: str = TENANT) -> list[str]:
    async with asyncio.timeout(60):
        while len(found := await asyncio.to_thread(entries, pool, tenant=tenant)) < count:
            await asyncio.sleep(0.1)
    return found


async def test_an_event_delivered_again_is_recorded_once_and_in_order(
    bus: EventBus, pool: Engine, recorder: Callable[[], Recorder]
) -> None:
    told = story()
    await send(bus, [*told[:4], *told[2:]])
    async with recording(recorder()):
        assert await until(len(told), pool) == [one.id for one in told]
    more = event(99, DeadlineSet(deadline="d1", why="tests", due_at=clock.now() + timedelta(days=1)))
    await send(bus, [told[0], more])
    async with recording(recorder()):  # another process: it goes on where the database says
        assert await until(len(told) + 1, pool) == [*(one.id for one in told), more.id]


async def test_skipped_records_are_an_entry_and_expected_or_repeated_ones_are_not(
    recorder: Callable[[], Recorder], pool: Engine
) -> None:
    one, place = recorder(), TopicPartition(CALL_GOVERNED.name, 0)
    assert one._gap(place, 7) == []  # the first of a partition may be any
    one._places._next[place] = 7
    assert one._gap(place, 7) == one._gap(place, 3) == []
    (told,) = one._gap(place, 9)
    assert (told.type, told.tenant, told.event_id.endswith("/0/7-9")) == ("ingest.gap", "default", True)
    assert told.src is not None
    assert told.src.offset == 9
    with transaction(pool) as connection:
        audit_store.append(connection, told.tenant, [told], clock.now())
    assert one._gap(place, 9)[0].event_id == told.event_id  # delivered again it is the same entry


async def test_a_record_nobody_can_read_is_in_the_log_of_the_house_and_harms_nothing(
    bus: EventBus, pool: Engine, recorder: Callable[[], Recorder]
) -> None:
    told = story()
    await bus.send(CALL_GOVERNED.name, key=told[0].call_id, value=b"{", headers=codec.headers_of(told[0]))
    await send(bus, told[1:3])
    async with recording(recorder()):
        assert await until(2, pool) == [one.id for one in told[1:3]]
        assert (await until(1, pool, tenant="default"))[0].startswith("ingest.unreadable/")


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (1, {"id": "bell\u0007"}), (1, {"id": "x" * 201}), (1, {"source": "a\nb"}),
        (7, {"data": latency().model_copy(update={"turn": 2**70})}),
        (8, {"data": requested().model_copy(update={"policy_version": "p" * 201})}),
        (8, {"data": requested().model_copy(update={"rule": "bell\u0007"})}),
        (8, {"data": requested().model_copy(update={"queue": "nothing\u0000"})}),
    ],
)
async def test_a_record_that_cannot_be_stored_is_named_in_the_log_and_holds_nothing_up(
    bus: EventBus, pool: Engine, recorder: Callable[[], Recorder], number: int, changes: dict[str, object]
) -> None:
    told = story()
    spoiled = event(number, told[number - 1].data).model_copy(update=changes)
    await send(bus, [*told[:3], spoiled, *told[3:6]])
    readable = "nothing" in str(changes)  # a NUL alone is written as U+FFFD
    async with recording(recorder()):
        found = await until(7 if readable else 6, pool)
        assert set(found) >= {one.id for one in told[:6]} - {spoiled.id}
        if not readable:
            assert (await until(1, pool, tenant="default"))[0].startswith("ingest.unreadable/")


async def test_what_was_recorded_is_signed_and_a_stranger_can_verify_it(
    bus: EventBus, pool: Engine, recorder: Callable[[], Recorder], tmp_path: Path
) -> None:
    told = story()
    await send(bus, told)
    async with recording(recorder()):
        await until(len(told), pool)
    publisher = Publisher(
        engine=pool, keys=tmp_path / "keys", guard=tmp_path / "guard.sqlite", origin_prefix="callwarden.local/audit"
    )
    await asyncio.to_thread(publisher.once)
    with transaction(pool) as connection:
        audit_reader.export(connection, TENANT, tmp_path / "log")
        key = audit_reader.key(connection, TENANT)
    assert key is not None
    report = verify_log(
        lambda path: (tmp_path / "log" / path).read_bytes() if (tmp_path / "log" / path).is_file() else None,
        keys=[parse_vkey(key.strip())],
    )
    assert report.size == len(told)


async def test_a_deadline_that_is_due_and_a_left_over_step_come_in_at_the_front_door_once(
    bus: EventBus, servers: str, pool: Engine, keyring: Keyring, recorder: Callable[[], Recorder]
) -> None:
    begun = clock.now()
    asked = event(1, DeadlineSet(deadline="d1", why="tests", due_at=begun - timedelta(hours=1)))
    left = event(2, DeadlinePassed(deadline="other", why="tests"))
    await send(bus, [asked])
    async with recording(recorder()):
        await until(1, pool)
    with transaction(pool) as connection:
        outbox.add(connection, left)
    keeper = Timekeeper(engine=pool, door=FrontDoor(bus=bus, keyring=keyring))
    assert await keeper.once() == 2
    assert await keeper.once() == 0
    arrived = await read_all(servers, CALL_RAW.name)
    assert sorted(one.headers["ce_type"] for one in arrived) == [DeadlinePassed.ce_type()] * 2
    assert left.id in {one.headers["ce_id"] for one in arrived}
    (passed,) = [one for one in arrived if one.headers["ce_id"] != left.id]
    assert datetime.fromisoformat(passed.headers["ce_time"]) >= begun  # however late: what follows counts from now
