"""What who hosts a call is told before the log has it: stored soon after, in its order, and no more than is bounded."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from api.uplink import MOST_TOLD, QUIET_AFTER_MS, TOGETHER_MS, Uplink
from governance.errors import TransientError
from infra.event_bus import Record
from schemas.audio import AudioRecord

pytestmark = pytest.mark.contract

RATE, FRAME_MS = 8_000, 20
SAMPLES = RATE * FRAME_MS // 1000


class Line:
    """Stands for a gateway: a line that may break, before a log that may be slow or refuse."""

    def __init__(self) -> None:
        self.open = True
        self.breaks_after: int | None = None  # so many records more, while it seems open
        self.told: list[AudioRecord] = []
        self.stored: list[AudioRecord] = []
        self.stored_told = 0
        self.refuses = False
        self.takes = asyncio.Event()
        self.takes.set()

    def is_heard(self, tenant: str, call_id: str, leg: str) -> bool:
        assert (tenant, call_id) == ("default", "c")
        return self.open and not leg

    def tell(self, record: AudioRecord) -> Record | None:
        if not self.is_heard(record.tenant, record.call_id, record.leg):
            return None
        if self.breaks_after is not None:
            self.breaks_after -= 1
            if self.breaks_after < 0:
                self.open, self.breaks_after = False, None
                return None
        self.told.append(record)
        return Record("told", record.call_id, str(record.number).encode(), [])

    async def store(self, records: Sequence[Record]) -> None:
        await self._ready()
        numbers = [int(one.value) for one in records]
        self.stored += [one for number in numbers for one in self.told if one.number == number]
        self.stored_told += len(records)

    async def send(self, record: AudioRecord, *, traceparent: str | None = None) -> None:
        await self._ready()
        self.stored.append(record)

    async def _ready(self) -> None:
        await asyncio.sleep(0)
        await self.takes.wait()
        if self.refuses:
            raise TransientError("the broker did not store a record")


class Caller:
    """Sends frames; each sample names its place."""

    def __init__(self, *, leg: str = "") -> None:
        self.line = Line()
        self.said = 0
        self.uplink = Uplink(
            gateway=self.line,  # type: ignore[arg-type]  # the methods of it that are used
            tenant="default", call_id="c", encoding="linear16", sample_rate=RATE, leg=leg,
        )

    async def says(self, frames: int, *, quiet: bool = False, at_once: bool = False) -> None:
        for _ in range(frames):
            samples = np.arange(self.said, self.said + SAMPLES, dtype="<i2") % 50 + (0 if quiet else 4_000)
            self.said += SAMPLES
            await self.uplink.hear(samples.astype("<i2").tobytes())
            for _ in range(0 if at_once else 4):
                await asyncio.sleep(0)

    def whole(self) -> None:
        """Tell that the log has all that was said, in its order, each in its place."""
        stored = self.line.stored
        assert [one.number for one in stored] == list(range(len(stored)))
        media = [one for one in stored if one.kind == "media"]
        samples = np.frombuffer(b"".join(one.payload for one in media), dtype="<i2")
        expected = np.arange(self.said) % 50
        assert np.array_equal(samples % 1_000, expected)
        for one, two in pairwise(media):
            assert two.offset_ms - one.offset_ms == 1000 * len(one.payload) // (2 * RATE)


@pytest.fixture
def caller() -> Caller:
    return Caller()


async def test_a_frame_is_told_at_once_and_stored_with_those_that_came_meanwhile(caller: Caller) -> None:
    caller.line.takes.clear()
    await caller.says(5)
    assert [one.number for one in caller.line.told] == [0, 1, 2, 3, 4]
    assert not caller.line.stored
    caller.line.takes.set()
    await caller.uplink.flush()
    assert caller.line.stored_told == 5
    caller.whole()


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_log_keeps_its_order_while_a_line_comes_and_goes(caller: Caller, at_once: bool) -> None:
    for step in range(12):
        caller.line.open = bool(step % 2)
        await caller.says(3, at_once=at_once)
        if step % 4 == 3:
            await caller.uplink.send("dtmf", b"{}")
    await caller.uplink.send("stop", b"{}")
    assert caller.line.stored_told
    assert [one.kind for one in caller.line.stored].count("dtmf") == 3
    assert caller.line.stored[-1].kind == "stop"
    caller.whole()


async def test_a_line_that_comes_while_a_frame_is_on_its_way_to_the_log_finds_each_in_its_place(
    caller: Caller
) -> None:
    caller.line.open = False
    caller.line.takes.clear()
    await caller.says(1)
    caller.line.open = True
    await caller.says(3)
    assert [(one.number, one.offset_ms) for one in caller.line.told] == [(1, 20), (2, 40), (3, 60)]
    caller.line.takes.set()
    await caller.uplink.flush()
    caller.whole()


async def test_a_line_that_breaks_while_it_is_told_loses_nothing(caller: Caller) -> None:
    await caller.says(2)
    for breaks_after in (0, 1):
        caller.line.open, caller.line.breaks_after = True, breaks_after
        await caller.says(4)
    caller.line.open, caller.line.breaks_after = True, 0
    await caller.uplink.send("mark", b"{}")
    await caller.uplink.flush()
    caller.whole()


async def test_what_cannot_be_stored_is_raised_when_she_is_heard_next(caller: Caller) -> None:
    caller.line.refuses = True
    await caller.says(1)
    with pytest.raises(TransientError):
        await caller.says(1)
    caller.uplink.drop()
    caller.line.refuses = False
    await caller.says(2)
    await caller.uplink.send("stop", b"{}")
    numbers = [one.number for one in caller.line.stored]
    assert numbers == sorted(set(numbers))
    assert caller.line.stored[-1].kind == "stop"


async def test_what_cannot_be_stored_is_raised_by_control_too(caller: Caller) -> None:
    caller.line.refuses = True
    await caller.says(1)
    with pytest.raises(TransientError):
        await caller.uplink.send("mark", b"{}")
    await caller.uplink.send("mark", b"{}")
    with pytest.raises(TransientError):
        await caller.uplink.send("stop", b"{}")


async def test_control_behind_sound_that_was_stored_already_is_stored_without_more_sound(caller: Caller) -> None:
    await caller.says(1)
    assert caller.line.stored_told == 1
    await caller.uplink.send("mark", b"{}")
    for _ in range(4):
        await asyncio.sleep(0)
    assert [one.kind for one in caller.line.stored] == ["media", "mark"]


async def test_control_returns_before_the_log_has_it_and_the_end_of_a_call_does_not(caller: Caller) -> None:
    caller.line.takes.clear()
    await caller.says(2)
    await caller.uplink.send("mark", b"{}")
    assert [one.kind for one in caller.line.told] == ["media", "media", "mark"]
    ending = asyncio.create_task(caller.uplink.send("stop", b"{}"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert caller.line.told[-1].kind == "stop"
    assert not ending.done()
    caller.line.takes.set()
    await ending
    assert [one.kind for one in caller.line.stored] == ["media", "media", "mark", "stop"]
    caller.whole()


async def test_where_the_log_is_too_far_behind_her_socket_is_read_no_further(caller: Caller) -> None:
    caller.line.takes.clear()
    talking = asyncio.create_task(caller.says(4 * MOST_TOLD))
    for _ in range(100 * MOST_TOLD):
        await asyncio.sleep(0)
    assert not talking.done()
    assert MOST_TOLD <= len(caller.line.told) <= 2 * MOST_TOLD
    caller.line.takes.set()
    await talking
    await caller.uplink.flush()
    caller.whole()


async def test_long_silence_is_told_in_long_records_and_does_not_leave_with_what_is_stored(caller: Caller) -> None:
    await caller.says(QUIET_AFTER_MS // FRAME_MS, quiet=True)
    await caller.uplink.flush()
    told = len(caller.line.told)
    for _ in range(4):
        caller.line.takes.clear()  # the broker takes two frames' time to answer
        await caller.says(TOGETHER_MS // FRAME_MS + 2, quiet=True)
        caller.line.takes.set()
        await caller.says(3, quiet=True)
    assert {len(one.payload) for one in caller.line.told[told:]} == {2 * SAMPLES * TOGETHER_MS // FRAME_MS}
    assert caller.line.stored_told == len(caller.line.stored)
    await caller.says(1)
    await caller.uplink.flush()
    caller.whole()


async def test_of_an_agents_leg_nobody_is_told_without_the_log() -> None:
    caller = Caller(leg="a1")
    await caller.says(3)
    await caller.uplink.send("stop", b"{}")
    assert not caller.line.told
    caller.whole()
