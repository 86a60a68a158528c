"""What a caller hears before the log has it: told to her gateway at once, and to the log together with the others."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import Engine

from infra import audio_seal
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.payment_watch import PaymentWatch
from streams.voice import outlet
from streams.voice.air import STALE_MS
from streams.voice.direct import DirectLines
from streams.voice.outlet import BEHIND_S, MOST_AT_ONCE, KafkaOutlet
from tests.streams.voice.test_outlet import Broker, Seen, Sending

pytestmark = pytest.mark.fault


class Told(DirectLines):
    """A line that hears, or breaks while it seems open."""

    def __init__(self) -> None:
        super().__init__(take=lambda head, value: None)
        self.open_to: set[str] = {"a", "b"}
        self.broken = False
        self.heard: list[Seen] = []
        self.values: list[tuple[Mapping[str, str], bytes]] = []

    def has(self, call: tuple[str, str]) -> bool:
        return call[1] in self.open_to

    def send(self, call: tuple[str, str], head: Mapping[str, str], value: bytes) -> bool:
        assert self.has(call)
        assert call == (head["tenant"], head["call"])
        if self.broken:
            return False
        self.heard.append((call[1], head["kind"], int(head["number"])))
        self.values.append((head, value))
        return True


class Telling(Sending):
    """An outlet with a line beside its broker."""

    def __init__(self, broker: Broker, keyring: Keyring, pool: Engine) -> None:
        super().__init__(broker, keyring, pool)
        self.keyring = keyring
        self.line = Told()
        self.outlet = KafkaOutlet(
            bus=broker, keyring=keyring, watch=PaymentWatch(engine=pool, keyring=keyring), retry_s=0.0,
            clock=lambda: self.time_s, lines=self.line,
        )
        for call in "ab":
            keyring.ensure(tenant="default", call_id=call)

    async def due(self, *, most: int = 10_000) -> None:
        """Wait until something is on its way to the broker."""
        for _ in range(most):
            if self.outlet._due:
                return
            await asyncio.sleep(0)
        raise AssertionError("nothing is on its way")


Start = Callable[[Broker], Telling]


@pytest.fixture
def start(keyring: Keyring, pool: Engine) -> Start:
    return lambda broker: Telling(broker, keyring, pool)


async def test_what_is_said_is_heard_at_once_and_goes_to_the_log_together(start: Start) -> None:
    at = start(broker := Broker())
    async with at.running():
        for _ in range(5):
            await at.give("media")
            await at.give("media", call="b")
            assert at.line.heard[-1][0] == "b"
            await asyncio.sleep(0)
        assert len(at.line.heard) == 10
        assert not broker.tries
    assert broker.stored == at.line.heard
    assert len(broker.tries) == 1
    for head, value in at.line.values:
        assert audio_seal.unseal(at.keyring, head, value, direction="out").payload == bytes(320)


async def test_what_nobody_has_heard_takes_along_what_waits(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "HEARD_ALREADY_EVERY_S", 3_600.0)
    at = start(broker := Broker())
    at.line.open_to = {"a"}
    async with at.running():
        await at.give("media", "media")
        await at.due()
        await at.give("media", call="b")
    assert at.line.heard == [("a", "media", 0), ("a", "media", 1)]
    assert broker.tries == [[("a", "media", 0), ("a", "media", 1), ("b", "media", 0)]]


async def test_more_than_goes_at_once_waits_for_no_others(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "HEARD_ALREADY_EVERY_S", 3_600.0)
    at = start(broker := Broker())
    at.line.open_to = {"a"}
    for _ in range(2 * MOST_AT_ONCE + 50):
        await at.give("media")
    await at.give("media", call="b")  # nobody has heard it, and it is the last
    async with at.running():
        pass
    assert len(broker.stored) == 2 * MOST_AT_ONCE + 51
    assert broker.stored[:-1] == at.line.heard


async def test_after_a_pause_an_answer_is_told_from_its_first_record_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "HEARD_ALREADY_EVERY_S", 3_600.0)
    at = start(broker := Broker())
    at.line.open_to = {"a"}
    async with at.running():
        at.time_s = 100 * BEHIND_S
        await at.give("media")
        await at.due()
        await at.give("media", "mark")  # while the first still waits for others
        assert [number for _, _, number in at.line.heard] == [0, 1, 2]
        await at.give("media", call="b")
    assert len(broker.stored) == 4


async def test_where_the_log_is_behind_it_goes_first_again(start: Start) -> None:
    at = start(broker := Broker(refusals=1_000_000))
    async with at.running():
        await at.give("clear")
        await broker.refused.wait()
        await at.give("media")  # it may be a moment only
        at.time_s += 1.01 * BEHIND_S
        await at.give("media", "clear", utterance="y")
        broker.refusals = 0
    assert at.line.heard == [("a", "clear", 0), ("a", "media", 1)]
    assert [one for one in broker.stored if one[1] == "clear"] == [("a", "clear", 0), ("a", "clear", 3)]
    before = len(at.line.heard)
    async with at.running():
        await at.give("media", utterance="y")
    assert len(at.line.heard) == before + 1
    assert broker.stored[-1] == at.line.heard[-1]


async def test_no_mark_behind_a_gap_is_told_until_another_answer_begins(start: Start) -> None:
    at = start(broker := Broker(refusals=1))
    at.line.open_to = set()
    await at.give("media", "mark")
    async with at.running():
        await broker.refused.wait()
        await asyncio.sleep(0)
        at.line.open_to = {"a"}
        await at.give("media", "mark")
    async with at.running():
        await at.give("media", utterance="y")
    async with at.running():
        await at.give("mark")
    assert at.line.heard == [("a", "media", 2), ("a", "media", 4), ("a", "mark", 5)]
    assert broker.stored == at.line.heard


async def test_sound_that_was_heard_and_not_stored_is_not_said_again_and_control_is(start: Start) -> None:
    at = start(broker := Broker(refusals=1))
    await at.give("media", "clear", "media", "stop")
    async with at.running():
        pass
    assert [number for _, _, number in at.line.heard] == [0, 1, 2, 3]
    assert broker.stored == [("a", "clear", 1), ("a", "stop", 3)]


async def test_a_line_that_breaks_leaves_the_log_to_bring_it(start: Start) -> None:
    at = start(broker := Broker())
    async with at.running():
        await at.give("media")
        at.line.broken = True
        await at.give("media", "mark")
        at.line.broken = False
        await at.give("media")
    assert [number for _, _, number in at.line.heard] == [0, 3]
    assert [number for _, _, number in broker.stored] == [0, 1, 2, 3]


async def test_what_is_too_old_for_the_log_was_heard_once(start: Start) -> None:
    at = start(broker := Broker())
    await at.give("media")
    at.time_s = STALE_MS / 1000 + 1
    await at.give("media", utterance="y")
    async with at.running():
        pass
    assert [number for _, _, number in at.line.heard] == [0, 1]
    assert broker.stored == [("a", "media", 1)]


async def test_a_call_whose_key_is_gone_is_told_nothing(start: Start, keyring: Keyring, pool: Engine) -> None:
    at = start(broker := Broker())
    at.line.open_to = {"forgotten"}
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant="default", call_id="forgotten", at=now())
    async with at.running():
        await at.give("media", call="forgotten")
    assert at.line.heard == broker.stored == []
