"""The shell around a room: what a crash at each write leaves, what a repeat does, where an unreadable input goes."""

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from governance.errors import InputError, TransientError
from infra.event_bus import Record
from schemas import codec
from schemas.base import Event, arrival_id
from schemas.calls import CallEnded, ParticipantJoined
from schemas.topics import CALL_RAW, CALL_REDACTED, CALL_TURNS
from streams import processor
from streams.flight import Answer, Flight, Room
from streams.processor import Arrival, Processor

pytestmark = pytest.mark.pure
AT = datetime(2026, 3, 1, tzinfo=UTC)


class Crash(BaseException):
    """The process is killed here."""


@dataclass
class Bus:
    """Keeps records; at write `crash_at` it is killed, with the record stored or not."""

    records: list[Record] = field(default_factory=list)
    crash_at: int | None = None
    stored: bool = False
    failures: int = 0
    writes: int = 0
    sendings: int = 0
    too_large: str | None = None

    async def send_all(self, records: list[Record]) -> None:
        if self.failures:
            self.failures -= 1
            raise TransientError("the broker does not answer")
        if self.too_large in {dict(one.headers)["ce_id"].decode() for one in records}:
            raise InputError("a record is larger than the broker takes")
        self.sendings += 1
        for record in records:
            self.writes += 1
            if self.writes == self.crash_at:
                if self.stored:
                    self.records.append(record)
                raise Crash
            self.records.append(record)


@dataclass
class Letters:
    reasons: list[str] = field(default_factory=list)

    async def dead_letter(self, *, topic: str, call_id: str, tenant: str, reason: str, field: str | None,
                          content: bytes, at: datetime | None) -> None:
        self.reasons.append(reason)


async def twice(state: dict[str, Any], event: Event) -> Answer:
    """Counts, passes on, and adds one event."""
    count = state.get("count", 0) + 1
    return Answer({"count": count}, [event, event.follow(CallEnded(reason="hangup"), room="test", n=count)])


ROOM = Room("test", CALL_REDACTED, CALL_TURNS, twice)


def arrival(sequence: int) -> Arrival:
    event = Event(
        id=arrival_id("/t", str(sequence)), source="/t", call_id="c1", tenant="default", occurred_at=AT,
        sequence=sequence, data=ParticipantJoined(participant="caller"),
    )
    return Arrival(codec.value_of(event), dict(codec.headers_of(event)))


def shell(bus: Bus, letters: Letters | None = None, *rooms: Room) -> Processor:
    return Processor(Flight(rooms or (ROOM,)), bus=bus, keyring=None, dead_letters=letters or Letters())  # type: ignore[arg-type]  # no sealed topic here


async def answer(shell: Processor, table: dict[str, Any], *arrivals: Arrival) -> None:
    """As the wire does it: what is kept goes to the table when everything is stored."""
    left = list(arrivals)
    while left:
        answered = await shell.process(left, table)
        table.update({one.place: one.state for one in answered.kept})
        del left[: answered.arrivals]


def empty() -> dict[str, Any]:
    """The state of a room that heard nothing yet."""
    return {}


def published(bus: Bus) -> list[tuple[str, int]]:
    read = [codec.read(codec.header_map(one.headers), one.value) for one in bus.records]
    return [(one.id, one.sequence) for one in read]


async def test_answers_are_numbered_densely_within_the_call() -> None:
    bus, table = Bus(), empty()
    for n in (1, 2, 3):
        await answer(shell(bus), table, arrival(n))
    assert [sequence for _, sequence in published(bus)] == [1, 2, 3, 4, 5, 6]


async def test_a_known_event_is_answered_with_nothing() -> None:
    bus, table = Bus(), empty()
    await answer(shell(bus), table, arrival(1))
    await answer(shell(bus), table, arrival(1))
    assert len(bus.records) == 2


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("crash_at", [1, 2, 3, 4])
async def test_a_crash_at_any_write_ends_in_the_same_events_with_the_same_numbers(
    crash_at: int, stored: bool, together: bool
) -> None:
    deliveries = [[arrival(1), arrival(2)]] if together else [[arrival(1)], [arrival(2)]]
    whole, calm = Bus(), empty()
    await answer(shell(whole), calm, arrival(1), arrival(2))
    bus, table = Bus(crash_at=crash_at, stored=stored), empty()
    with contextlib.suppress(Crash):
        for one in deliveries:
            await answer(shell(bus), table, *one)
    assert bus.writes == crash_at
    bus.crash_at = None
    for one in deliveries:  # again from the last committed offset
        await answer(shell(bus), table, *one)
    assert list(dict.fromkeys(published(bus))) == published(whole)
    assert table == calm


async def test_what_waits_is_answered_in_one_sending_and_remembered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "TOGETHER_S", 60)
    bus = Bus()
    answered = await shell(bus).process([arrival(n) for n in (1, 2, 3, 3, 2)], {})
    assert answered.arrivals == 5
    assert bus.sendings == 1
    assert [sequence for _, sequence in published(bus)] == [1, 2, 3, 4, 5, 6]
    assert [(one.place, one.state["test"]["in"], one.arrival) for one in answered.kept] == [("default/c1", 3, 2)]


async def test_a_record_too_large_for_the_broker_becomes_a_dead_letter_and_its_neighbours_pass() -> None:
    bus, letters, table = Bus(too_large=arrival_id("/t", "2")), Letters(), empty()
    await answer(shell(bus, letters), table, arrival(1), arrival(2), arrival(3))
    assert letters.reasons == ["a record is larger than the broker takes"]
    passed = [one.id for one in (codec.read(codec.header_map(one.headers), one.value) for one in bus.records)]
    assert [arrival_id("/t", str(n)) in passed for n in (1, 2, 3)] == [True, False, True]


async def test_a_broker_that_does_not_answer_is_waited_for_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "RETRY_FIRST_S", 0.001)
    bus, table = Bus(failures=3), empty()
    await answer(shell(bus), table, arrival(1))
    assert len(bus.records) == 2


async def test_an_unreadable_record_becomes_a_dead_letter_with_its_reason_and_the_next_one_passes() -> None:
    bus, letters, table = Bus(), Letters(), empty()
    bad = arrival(1)
    broken = Arrival(b'{"participant": "martian"}', bad.headers)
    await answer(shell(bus, letters), table, broken)
    assert letters.reasons == ["participant: literal_error"]
    await answer(shell(bus, letters), table, arrival(2))
    assert len(bus.records) == 2


async def test_a_header_that_is_not_utf8_becomes_a_dead_letter() -> None:
    bus, letters = Bus(), Letters()
    bad = arrival(1)
    broken = Arrival(bad.value, {**bad.headers, "ce_id": b"\xff\xfe"})
    await answer(shell(bus, letters), {}, broken)
    assert letters.reasons == ["a header is not UTF-8"]


async def test_clear_text_on_a_sealed_topic_is_refused() -> None:
    bus, letters = Bus(), Letters()
    await answer(shell(bus, letters, Room("test", CALL_RAW, CALL_TURNS, twice)), {}, arrival(1))
    assert "not sealed" in letters.reasons[0]
    assert bus.records == []
