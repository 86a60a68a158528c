"""Records that come by the log and by a direct line: each is heard once and in its order, by whichever way is first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.two_ways import MOST_HELD, TwoWays

pytestmark = pytest.mark.pure

Came = tuple[bool, int]  # whether the log brought it, and its number


@st.composite
def interleavings(draw: st.DrawFn, *, gaps: bool) -> list[Came]:
    """Draw what the log brings in its order, and among it what the line brings, with losses and in any order."""
    first, count = draw(st.integers(0, 1_000)), draw(st.integers(1, 30))
    numbers = range(first, first + count)
    logged = [one for one in numbers if not gaps or draw(st.booleans())]
    line = draw(st.permutations([one for one in numbers if draw(st.booleans())]))
    doubled = [again for one in line for again in [one] * (1 + draw(st.booleans()))]
    came: list[Came] = []
    while logged or doubled:
        by_log = bool(logged) and (not doubled or draw(st.booleans()))
        came.append((by_log, (logged if by_log else doubled).pop(0)))
    return came


def heard(came: list[Came]) -> list[int]:
    ways = TwoWays[int]()
    return [one for by_log, number in came for one in (ways.logged if by_log else ways.direct)(number, number)]


@given(interleavings(gaps=False))
def test_whatever_the_line_brings_and_loses_each_record_of_the_log_is_heard_once_and_in_order(came: list[Came]) -> None:
    assert heard(came) == [number for by_log, number in came if by_log]


@given(interleavings(gaps=True))
def test_where_the_log_has_gaps_all_that_it_has_is_heard_in_order_and_nothing_twice(came: list[Came]) -> None:
    found = heard(came)
    assert found == sorted(set(found))
    assert {number for by_log, number in came if by_log} <= set(found) <= {number for _, number in came}


def test_a_line_that_is_ahead_is_heard_at_once_and_the_log_says_nothing_again() -> None:
    ways = TwoWays[str]()
    assert ways.logged(0, "start") == ["start"]
    assert ways.direct(1, "a") == ["a"]
    assert ways.direct(2, "b") == ["b"]
    assert ways.logged(1, "a") == []
    assert ways.logged(2, "b") == []
    assert ways.logged(3, "c") == ["c"]


def test_a_line_that_is_behind_says_nothing() -> None:
    ways = TwoWays[str]()
    assert ways.logged(0, "start") == ["start"]
    assert ways.logged(1, "a") == ["a"]
    assert ways.direct(0, "start") == []
    assert ways.direct(1, "a") == []
    assert ways.direct(2, "b") == ["b"]


def test_what_comes_before_its_turn_waits_for_what_is_before_it() -> None:
    ways = TwoWays[str]()
    assert ways.logged(7, "a") == ["a"]
    assert ways.direct(9, "c") == []
    assert ways.direct(10, "d") == []
    assert ways.logged(8, "b") == ["b", "c", "d"]
    assert ways.logged(9, "c") == []
    assert ways.direct(8, "b") == []


def test_a_line_fills_its_own_gap_too() -> None:
    ways = TwoWays[str]()
    ways.logged(0, "start")
    assert ways.direct(2, "b") == []
    assert ways.direct(1, "a") == ["a", "b"]


def test_nothing_is_heard_of_a_line_before_the_log_says_where_it_begins() -> None:
    ways = TwoWays[str]()
    assert ways.direct(40, "a") == []
    assert ways.direct(41, "b") == []
    assert ways.logged(40, "a") == ["a", "b"]
    assert ways.logged(41, "b") == []


def test_number_0_is_a_beginning_whichever_way_it_comes() -> None:
    ways = TwoWays[str]()
    assert ways.direct(0, "a") == ["a"]
    assert ways.direct(1, "b") == ["b"]
    assert [ways.logged(number, what) for number, what in enumerate("abc")] == [[], [], ["c"]]


def test_what_the_log_passes_over_is_waited_for_no_longer() -> None:
    ways = TwoWays[str]()
    ways.logged(0, "start")
    assert ways.direct(2, "held behind a record that nobody has") == []
    assert ways.direct(4, "d") == []
    assert ways.logged(3, "c") == ["c", "d"]
    assert ways.direct(1, "late") == []


def test_what_the_log_says_twice_is_for_who_hears_to_tell() -> None:
    ways = TwoWays[str]()
    assert ways.logged(0, "start") == ["start"]
    assert ways.direct(1, "clear") == ["clear"]
    assert ways.logged(1, "clear") == []
    assert ways.logged(1, "clear") == ["clear"]


def test_the_log_is_asked_whether_a_record_came_directly_without_giving_it() -> None:
    ways = TwoWays[str]()
    assert not ways.came_directly(0)
    ways.logged(0, "start")
    assert not ways.came_directly(0)
    ways.direct(1, "a")
    assert ways.came_directly(1)
    assert not ways.came_directly(1)  # the log has it for the second time
    assert not ways.came_directly(2)
    assert ways.logged(2, "b") == ["b"]


def test_a_call_that_begins_again_begins_with_its_own_numbers() -> None:
    before = TwoWays[str]()
    before.logged(500, "old")
    ways = TwoWays[str]()
    assert ways.logged(0, "start") == ["start"]
    assert ways.direct(1, "a") == ["a"]


def test_only_so_much_waits_and_the_log_brings_the_rest() -> None:
    ways = TwoWays[int]()
    ways.logged(0, 0)
    for number in range(2, 2 * MOST_HELD):
        assert ways.direct(number, number) == []
    assert ways.logged(1, 1) == list(range(1, MOST_HELD + 2))
    assert ways.logged(MOST_HELD + 2, MOST_HELD + 2) == [MOST_HELD + 2]
