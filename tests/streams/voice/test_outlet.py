"""Of what the broker does not take sound is given up; what is said once is sent again, in order and not for ever."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from governance.errors import InputError, TransientError
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.payment_watch import PaymentWatch
from schemas.audio import AudioKind, AudioRecord
from streams.voice.air import STALE_CONTROL_MS, STALE_MS
from streams.voice.outlet import KafkaOutlet

pytestmark = pytest.mark.fault

Seen = tuple[str, str, int]  # call, kind, number
MOST_BYTES = 50_000


class Broker(EventBus):
    """Refuses the first tries, and what is too large; `stores` of a refused try it has all the same."""

    def __init__(self, refusals: int = 0, *, stores: int = 0) -> None:
        super().__init__(bootstrap_servers="127.0.0.1:1", client_id="tests")
        self.refusals = refusals
        self.stores = stores
        self.refuses_at = -1  # and the try of this number
        self.stored: list[Seen] = []
        self.tries: list[list[Seen]] = []
        self.refused = asyncio.Event()

    async def send_all(self, records: Sequence[Record]) -> None:
        await asyncio.sleep(0)  # as a broker does, it lets others work meanwhile
        seen = [name(one) for one in records]
        self.tries.append(seen)
        if self.refusals or len(self.tries) - 1 == self.refuses_at:
            self.refusals = max(0, self.refusals - 1)
            self.stored += seen[: self.stores]
            self.refused.set()
            raise TransientError("the broker did not store a record: LeaderNotAvailable")
        if any(len(one.value) > MOST_BYTES for one in records):
            raise InputError("a record is larger than the broker takes")
        self.stored += seen


def name(record: Record) -> Seen:
    told = {key: value.decode() for key, value in record.headers}
    return told["call"], told["kind"], int(told["number"])


class Sending:
    """An outlet before a broker, and the time as it has it."""

    def __init__(self, broker: Broker, keyring: Keyring, pool: Engine) -> None:
        self.broker = broker
        self.time_s = 0.0
        self.outlet = KafkaOutlet(
            bus=broker, keyring=keyring, watch=PaymentWatch(engine=pool, keyring=keyring), retry_s=0.0,
            clock=lambda: self.time_s,
        )
        self._numbers: Counter[str] = Counter()

    async def give(self, *kinds: AudioKind, call: str = "a", utterance: str = "x", size: int = 320) -> None:
        for kind in kinds:
            media, number = kind == "media", self._numbers[call]
            self._numbers[call] += 1
            await self.outlet.send(AudioRecord(
                kind=kind, call_id=call, tenant="default", number=number, payload=bytes(size) if media else b"{}",
                utterance=utterance if media else "",
            ), partition=0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let it send, until all was sent or given up."""
        task = asyncio.create_task(self.outlet.run())
        try:
            yield
            async with asyncio.timeout(60):
                await self.outlet.drained(within_s=60)
            assert not self.outlet._due
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


Start = Callable[[Broker], Sending]


@pytest.fixture
def start(keyring: Keyring, pool: Engine) -> Start:
    return lambda broker: Sending(broker, keyring, pool)


async def test_of_a_refused_batch_sound_is_given_up_and_control_comes_in_its_order_before_anything_newer(
    start: Start
) -> None:
    at = start(broker := Broker(refusals=3))
    await at.give("media", "clear", "media", "transfer", "stop")
    await at.give("briefing", "join", "listen", call="b")
    async with at.running():
        await broker.refused.wait()
        await at.give("media", "dtmf", utterance="y")
        await at.give("media", call="b")
    kept = [("a", "clear", 1), ("a", "transfer", 3), ("a", "stop", 4), ("b", "briefing", 0), ("b", "join", 1),
            ("b", "listen", 2)]
    assert broker.stored[:6] == kept
    assert all(one[: len(kept)] == kept for one in broker.tries[1:4])
    assert [one for one in broker.stored if one[1] == "dtmf"] == [("a", "dtmf", 6)]
    assert ("a", "media", 0) not in broker.stored
    assert ("a", "media", 2) not in broker.stored
    for call in "ab":
        numbers = [number for name, _, number in broker.stored if name == call]
        assert numbers == sorted(set(numbers))


async def test_what_the_broker_stored_of_a_batch_it_refused_is_sent_again_without_its_sound(start: Start) -> None:
    at = start(broker := Broker(refusals=1, stores=3))
    await at.give("transfer", "media", "clear", "media")
    async with at.running():
        pass
    assert broker.stored == [
        ("a", "transfer", 0), ("a", "media", 1), ("a", "clear", 2), ("a", "transfer", 0), ("a", "clear", 2),
    ]


async def test_no_mark_of_an_answer_with_a_gap_is_sent_for_it_would_tell_that_the_gap_was_heard(start: Start) -> None:
    at = start(broker := Broker(refusals=1))
    await at.give("mark", "media", "mark")  # the first is of sound that has left already
    await at.give("mark", call="b")
    async with at.running():
        await broker.refused.wait()
        await at.give("media", "mark")  # goes on behind the gap
        await at.give("media", "mark", utterance="")  # a sign between two parts of it
        await at.give("media", "mark", utterance="y")
    assert [one for one in broker.stored if one[1] == "mark"] == [("a", "mark", 0), ("b", "mark", 0), ("a", "mark", 8)]
    assert [number for _, kind, number in broker.stored if kind == "media"] == [3, 5, 7]


async def test_control_that_nobody_takes_is_given_up_and_named_once_it_is_too_old_and_newer_control_is_not(
    start: Start
) -> None:
    at = start(broker := Broker(refusals=1_000_000))
    await at.give("clear", "media")
    with capture_logs() as logs:
        async with at.running():
            await broker.refused.wait()
            at.time_s = STALE_CONTROL_MS / 1000
            await at.give("stop")
            tries = len(broker.tries)
            async with asyncio.timeout(60):
                while len(broker.tries) < tries + 2:
                    await asyncio.sleep(0)
            assert broker.tries[-1] == [("a", "clear", 0), ("a", "stop", 2)]
            at.time_s += 0.001
            async with asyncio.timeout(60):
                while len(broker.tries[-1]) > 1:
                    await asyncio.sleep(0)
            broker.refusals = 0
    assert broker.stored == [("a", "stop", 2)]
    (gone,) = [one for one in logs if one["event"] == "a record to a caller was given up"]
    assert (gone["call"], gone["kind"], gone["number"], gone["because"]) == ("a", "clear", 0, "too old")


async def test_sound_that_waited_behind_an_outage_is_not_played_late(start: Start) -> None:
    at = start(broker := Broker())
    await at.give("media", "mark", "clear")
    at.time_s = STALE_MS / 1000 + 1
    await at.give("media", "mark", utterance="y")
    async with at.running():
        pass
    assert broker.stored == [("a", "clear", 2), ("a", "media", 3), ("a", "mark", 4)]


async def test_a_record_that_is_too_large_is_given_up_alone_and_named(start: Start) -> None:
    at = start(broker := Broker())
    await at.give("media", "mark")
    await at.give("media", size=2 * MOST_BYTES, call="b")
    await at.give("mark", call="b")
    await at.give("clear", "media", utterance="y")
    with capture_logs() as logs:
        async with at.running():
            pass
    assert broker.stored == [("a", "media", 0), ("a", "mark", 1), ("a", "clear", 2), ("a", "media", 3)]
    (named,) = [one for one in logs if one["event"] == "a record to a caller was given up"]
    assert (named["call"], named["kind"], named["number"], named["because"]) == ("b", "media", 0, "too large")
    assert named["bytes"] > MOST_BYTES


async def test_a_broker_that_goes_away_while_each_is_sent_alone_keeps_what_is_left_of_control(start: Start) -> None:
    at = start(broker := Broker())
    await at.give("clear")
    await at.give("media", size=2 * MOST_BYTES)
    await at.give("media", "stop", utterance="y")
    broker.refuses_at = 3  # the batch, the first alone, the large one alone
    async with at.running():
        pass
    assert broker.stored == [("a", "clear", 0), ("a", "stop", 3)]
