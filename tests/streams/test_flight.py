"""Rooms that answer in memory: the same order and numbers as over their landings, and no crash leaves one behind."""

import contextlib
from typing import Any

import pytest

from governance.errors import InputError
from schemas import codec
from schemas.base import Event, arrival_id
from schemas.calls import CallEnded
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES, CALL_REDACTED, CALL_TURNS
from streams import processor
from streams.flight import Answer, Flight, Room
from streams.processor import Processor
from tests.streams.test_processor import Bus, Crash, Letters, answer, arrival, empty, twice

pytestmark = pytest.mark.pure
TOP = Room("top", CALL_REDACTED, CALL_TURNS, twice)


async def passes(state: dict[str, Any], event: Event) -> Answer:
    """Counts and passes on."""
    return Answer({"count": state.get("count", 0) + 1}, [event])


async def endings(state: dict[str, Any], event: Event) -> Answer:
    """Answers the end of a call only."""
    if not isinstance(event.data, CallEnded):
        return Answer(state)
    return Answer({"ends": state.get("ends", 0) + 1}, [event.follow(CallEnded(reason="stopped"), room="low", n=0)])


async def breaks(state: dict[str, Any], event: Event) -> Answer:
    """Cannot read anything."""
    raise InputError("nothing can be read")


MIDDLE = Room("middle", CALL_TURNS, CALL_GOVERNED, passes)
LOW = Room("low", CALL_GOVERNED, CALL_OUTCOMES, endings)
BROKEN = Room("broken", CALL_GOVERNED, CALL_OUTCOMES, breaks)


def shell(bus: Bus, letters: Letters | None = None, *rooms: Room) -> Processor:
    flight = Flight(rooms or (TOP, MIDDLE, LOW))
    return Processor(flight, bus=bus, keyring=None, dead_letters=letters or Letters())  # type: ignore[arg-type]  # nothing is sealed here


def stored(bus: Bus) -> list[tuple[str, str, int]]:
    read = [(one.topic, codec.read(codec.header_map(one.headers), one.value)) for one in bus.records]
    return [(topic, event.id, event.sequence) for topic, event in read]


def numbers(bus: Bus) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for topic, _, sequence in stored(bus):
        found.setdefault(topic, []).append(sequence)
    return found


async def test_each_room_gets_what_the_one_above_says_in_order_and_all_of_it_leaves_in_one_sending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processor, "TOGETHER_S", 60)
    bus, table = Bus(), empty()
    await answer(shell(bus), table, arrival(1), arrival(2))
    assert numbers(bus) == {CALL_TURNS.name: [1, 2, 3, 4], CALL_GOVERNED.name: [1, 2, 3, 4], CALL_OUTCOMES.name: [1, 2]}
    turns, governed = ([one for topic, one, _ in stored(bus) if topic == name]
                       for name in (CALL_TURNS.name, CALL_GOVERNED.name))
    assert turns == governed
    assert bus.sendings == 1
    (states,) = table.values()
    assert {name: state["in"] for name, state in states.items()} == {"top": 2, "middle": 4, "low": 4}


@pytest.mark.parametrize("is_stored", [False, True])
@pytest.mark.parametrize("crash_at", range(1, 11))
async def test_a_crash_at_any_write_ends_in_the_same_events_with_the_same_numbers_on_every_landing(
    crash_at: int, is_stored: bool
) -> None:
    whole, calm = Bus(), empty()
    await answer(shell(whole), calm, arrival(1), arrival(2))
    bus, table = Bus(crash_at=crash_at, stored=is_stored), empty()
    with contextlib.suppress(Crash):
        await answer(shell(bus), table, arrival(1), arrival(2))
    bus.crash_at = None
    await answer(shell(bus), table, arrival(1), arrival(2))  # again from the last committed offset
    assert set(stored(bus)) == set(stored(whole))
    assert table == calm


async def test_an_event_that_one_room_cannot_answer_is_its_dead_letter_and_the_others_answer_it() -> None:
    bus, letters, table = Bus(), Letters(), empty()
    await answer(shell(bus, letters, TOP, MIDDLE, BROKEN, LOW), table, arrival(1))
    assert letters.reasons == ["nothing can be read"] * 2
    assert numbers(bus) == {CALL_TURNS.name: [1, 2], CALL_GOVERNED.name: [1, 2], CALL_OUTCOMES.name: [1]}


async def test_an_answer_too_large_for_the_broker_is_missing_on_its_own_landing_alone() -> None:
    whole, bus, letters, table = Bus(), Bus(), Letters(), empty()
    await answer(shell(whole), empty(), arrival(1))
    bus.too_large = stored(whole)[-1][1]  # what the lowest room says
    await answer(shell(bus, letters), table, arrival(1), arrival(2))
    assert letters.reasons == ["a record is larger than the broker takes"]
    assert {name: sorted(set(found)) for name, found in numbers(bus).items()} == {
        CALL_TURNS.name: [1, 2, 3, 4], CALL_GOVERNED.name: [1, 2, 3, 4], CALL_OUTCOMES.name: [1],
    }


async def test_an_event_that_was_answered_is_answered_by_no_room_again() -> None:
    bus, table = Bus(), empty()
    await answer(shell(bus), table, arrival(1))
    before = list(bus.records)
    await answer(shell(bus), table, arrival(1))
    assert bus.records == before
    assert arrival_id("/t", "1") in {one for _, one, _ in stored(bus)}
