"""Frames of a bad network leave in order, each once, and the gaps are as long as what was lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.frame_order import RESTART, WAITING, Frame, FrameOrder, numbered
from tests.support.impaired import Network, arrived

pytestmark = pytest.mark.pure
FRAMES = [number.to_bytes(2, "big") for number in range(3_000)]  # a minute
NETWORKS = {
    "clean": Network(),
    "late": Network(jitter_ms=60, stall_every_ms=1_000, stall_ms=300),
    "lost": Network(lost=0.03),
    "lost in bursts": Network(lost=0.01, burst=12),
    "doubled": Network(doubled=0.05),
    "reordered": Network(reordered=0.05, behind=3),
    "a fast clock": Network(drift=0.005),
    "a slow clock": Network(drift=-0.005),
    "all of it": Network(lost=0.02, burst=4, doubled=0.03, reordered=0.04, jitter_ms=40, drift=0.0002),
}


def through(order: FrameOrder, network: Network) -> list[tuple[int, int]]:
    """Give frames as place and number: a lost one takes its place."""
    found, place = [], -1
    for one in network.carry(FRAMES):
        for frame in order.put(one.number, one.payload):
            place += frame.lost + 1
            found.append((place, int.from_bytes(frame.payload, "big")))
    for frame in order.rest():
        place += frame.lost + 1
        found.append((place, int.from_bytes(frame.payload, "big")))
    return found


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_frame_leaves_once_in_order_and_in_its_place(name: str, seed: int) -> None:
    order = FrameOrder()
    network = replace(NETWORKS[name], seed=seed)
    came = arrived(network.carry(FRAMES))
    found = through(order, network)
    numbers = [number for _, number in found]
    assert numbers == sorted(came)
    assert {number - place for place, number in found} == {numbers[0]}
    assert order.lost == numbers[-1] - numbers[0] + 1 - len(numbers)


def test_what_is_missing_is_waited_for_and_then_lost_and_counted() -> None:
    order = FrameOrder()
    assert order.put(1, b"a") == [Frame(b"a")]
    held = [order.put(number, b"x") for number in range(3, 3 + WAITING)]
    assert held == [[]] * WAITING
    assert [one.lost for one in order.put(3 + WAITING, b"x")] == [1, *[0] * WAITING]
    assert order.put(2, b"late") == []
    assert (order.lost, order.late) == (1, 1)


def test_a_count_that_begins_again_is_no_loss() -> None:
    order = FrameOrder()
    order.put(10 * RESTART, b"a")
    assert order.put(1, b"b") == [Frame(b"b")]
    assert order.put(2, b"c") == [Frame(b"c")]
    assert order.lost == 0


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=2**32 - 1), max_size=60))
def test_whatever_numbers_come_no_more_is_held_than_is_waited_for(numbers: list[int]) -> None:
    order, out = FrameOrder(), 0
    for number in numbers:
        out += len(order.put(number, b"."))
        assert len(order._held) <= WAITING
    out += len(order.rest())
    assert out + order.doubled + order.late == len(numbers)


def test_a_number_is_read_from_the_head_of_a_frame() -> None:
    assert numbered(b"\x00\x00\x01\x02abc") == (258, b"abc")
    assert numbered(b"abc") is None
