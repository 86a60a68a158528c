"""The rooms' own memory after an erasure: the changelog ends in a tombstone, and nothing of the call is restored."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from infra import clock, topics
from infra.apache_kafka import ApacheKafka
from infra.database import engine
from infra.event_bus import EventBus, Record
from infra.front_door import FrontDoor
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from schemas.retention import Target
from schemas.topics import CALL_REDACTED, CALL_TURNS
from streams.app import build_app
from streams.flight import Answer, Flight, Room
from streams.forgetting import StateForgetter
from streams.processor import Processor
from streams.topology import bind
from tests.support import calls
from tests.support.calls import TENANT
from tests.support.erasing import Store

pytestmark = pytest.mark.flow
PARTITIONS = 2
SAID = {"call-1": "the blue parcel", "call-2": "the red parcel", "call-3": "the green parcel"}


async def remember(state: dict[str, Any], event: Event) -> Answer:
    """Keep every word, as no room of ours does."""
    return Answer({"words": [*state.get("words", []), event.data.model_dump(mode="json").get("text")]})


@dataclass
class Rooms:
    """One room on Faust, with its table."""

    table: Any
    forgetter: StateForgetter
    broken: list[Exception] = field(default_factory=list)

    def words(self, call_id: str) -> list[str] | None:
        state: dict[str, Any] | None = self.table.data.get(f"{TENANT}/{call_id}")
        return None if state is None else list(state["remembering"]["room"]["words"])


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    pool = engine(database_url)
    yield Store(pool, tmp_path / "kek.json", Keyring(engine=pool, kek=tmp_path / "kek.json"))
    pool.dispose()


@asynccontextmanager
async def rooms(
    servers: str, store: Store, bus: EventBus, folder: Path, *, name: str, embedded: bool
) -> AsyncIterator[Rooms]:
    # Another test may have made the topics on this broker, with more of them.
    partitions = len(await topics.places(bootstrap_servers=servers, names=[CALL_REDACTED.name]))
    app = build_app(
        name=name, bootstrap_servers=servers, partitions=partitions, embedded=embedded, folder=folder
    )
    broken: list[Exception] = []

    def fatal(error: Exception) -> NoReturn:
        broken.append(error)
        raise error

    flight = Flight((Room("remembering", CALL_REDACTED, CALL_TURNS, remember),))
    door = FrontDoor(bus=bus, keyring=store.keyring)
    processor = Processor(flight, bus=bus, keyring=store.keyring, dead_letters=door)
    (table,) = bind(app, [(flight, processor)], partitions=partitions, fatal=fatal)
    await app.start()
    try:
        yield Rooms(table, StateForgetter(engine=store.pool, tables=[table], partitions=partitions), broken)
    finally:
        await app.stop()


async def until(condition: Callable[[], bool], one: Rooms) -> None:
    async with asyncio.timeout(60):
        while not condition():
            assert not one.broken
            await asyncio.sleep(0.05)


async def say(bus: EventBus, call_id: str, number: int, words: str) -> None:
    event = calls.event(number, calls.utterance(words), call_id=call_id).model_copy(update={"sequence": number})
    await bus.send_all([Record(CALL_REDACTED.name, call_id, codec.value_of(event), codec.headers_of(event))])


def changelog_of(name: str) -> str:
    return f"{name}-remembering-state-changelog"


async def changelog(servers: str, topic: str) -> dict[str, tuple[int, list[bytes | None]]]:
    """Give for each key the partitions' number (one) and every value, in order."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    found: dict[str, tuple[int, list[bytes | None]]] = {}
    try:
        places = await topics.places(bootstrap_servers=servers, names=[topic])
        consumer.assign(places)
        for place in places:
            await consumer.seek_to_beginning(place)
            end = (await consumer.end_offsets([place]))[place]
            while await consumer.position(place) < end:
                for records in (await consumer.getmany(place, timeout_ms=100)).values():
                    for one in records:
                        home, values = found.setdefault((one.key or b"").decode().strip('"'), (one.partition, []))
                        assert home == one.partition
                        values.append(one.value)
    finally:
        await consumer.stop()
    return found


async def forget_one_of_three(servers: str, store: Store, folder: Path, *, name: str, embedded: bool) -> None:
    said = {f"{one}-{name}": words for one, words in SAID.items()}  # of each try: brokers are shared
    gone, second_call, third_call = said
    await topics.ensure(bootstrap_servers=servers, partitions=PARTITIONS, engine=store.pool)
    bus = EventBus(bootstrap_servers=servers, client_id="tests")
    await bus.start()
    try:
        async with rooms(servers, store, bus, folder, name=name, embedded=embedded) as first:
            for call_id, words in said.items():
                await say(bus, call_id, 1, words)
            await until(lambda: all(first.words(one) for one in said), first)
            assert await first.forgetter.once() == 0
            await asyncio.to_thread(store.tell, gone)
            asked = await asyncio.to_thread(store.ask, Target(call=gone), at=clock.now())
            await asyncio.to_thread(store.erase, asked, at=clock.now())
            assert await first.forgetter.once() == 1
            assert await first.forgetter.once() == 0
            assert [first.words(one) for one in said] == [None, [said[second_call]], [said[third_call]]]
            await say(bus, gone, 2, "one more word")  # it was on its way
            await until(lambda: first.words(gone) is not None, first)
            assert first.words(gone) == ["one more word"]
            assert await first.forgetter.once() == 1
        written = await changelog(servers, changelog_of(name))
        assert [written[f"{TENANT}/{one}"][1][-1] is None for one in said] == [True, False, False]
        async with rooms(servers, store, bus, folder, name=name, embedded=embedded) as second:
            await until(lambda: second.words(second_call) == [said[second_call]], second)
            await until(lambda: second.words(third_call) == [said[third_call]], second)
            assert second.words(gone) is None
    finally:
        await bus.stop()


async def test_the_changelog_of_a_room_ends_in_a_tombstone_and_nothing_of_the_call_is_restored(
    servers: str, store: Store, tmp_path: Path, own: str
) -> None:
    await forget_one_of_three(servers, store, tmp_path, name=own, embedded=True)


async def test_the_same_holds_on_apache_kafka_whose_changelogs_are_cleaned_within_hours(
    apache_kafka: ApacheKafka, store: Store, tmp_path: Path, own: str
) -> None:
    servers = apache_kafka.bootstrap_servers
    await forget_one_of_three(servers, store, tmp_path, name=own, embedded=False)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, changelog_of(own))])
    finally:
        await admin.close()
    said = {entry[0]: entry[1] for answer in answers for entry in answer.resources[0][4]}
    hour = "3600000"
    assert said["cleanup.policy"] == "compact"
    assert [said[name] for name in ("segment.ms", "max.compaction.lag.ms", "delete.retention.ms")] == [hour] * 3
