"""Plots are markup: bars as long as their parts, lines with gaps where nothing is known, nothing above the axis."""

import re
from typing import Any

import pytest

from api.console import waterfall

pytestmark = pytest.mark.pure
DAYS = ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"]


def test_a_day_without_a_value_is_a_gap_and_not_a_zero() -> None:
    drawn = waterfall.lines(DAYS, [("P50", [800.0, None, 900.0, 1020.0])], unit="ms", words="time")
    steps = re.findall(r'<path d="((?:M[\d.]+ [\d.]+L[\d.]+ [\d.]+)*)">', drawn)
    assert [one.count("L") for one in steps] == [1]
    assert drawn.count('class="cw-dot"') == 3
    assert "2026-11-22: P50, ms 1020" in drawn


@pytest.mark.parametrize(("most", "top"), [(1020.0, 2000), (0.5, 0.5), (0.031, 0.05), (10.0, 10), (0.0, 1)])
def test_the_axis_ends_with_a_round_number_that_no_value_is_above(most: float, top: float) -> None:
    drawn = waterfall.lines(DAYS[:1], [("a", [most])], unit="%", words="shares")
    assert f"<span>{top:g} %</span>" in drawn


def test_a_bar_is_as_long_as_its_parts_and_names_are_never_markup() -> None:
    turns: list[dict[str, Any]] = [
        {"turn": 1, "ttfa_ms": 500.0, "waterfall": [{"name": "<b>", "ms": 300.0}, {"name": "synthesis", "ms": 200.0}]},
        {"turn": 2, "ttfa_ms": 250.0, "waterfall": [{"name": "synthesis", "ms": 250.0}]},
        {"turn": 3, "ttfa_ms": None, "waterfall": []},
    ]
    drawn = waterfall.plot(turns)
    assert re.findall(r"width:([\d.]+)%", drawn) == ["60.00", "40.00", "50.00"]
    assert "<b>" not in drawn
    assert waterfall.plot(turns[2:]) == ""
