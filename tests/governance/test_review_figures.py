"""Rates come of calls that were drawn and read whole, and of no others."""

from typing import Any

import pytest

from governance.proportion import wilson
from governance.review_figures import ReadCall, report

pytestmark = pytest.mark.pure


def read(**facts: Any) -> ReadCall:
    known: dict[str, Any] = {
        "day": "2026-03-01", "policy_version": "p1", "drawn": True, "complete": True, "texts": 10, "alarms": 1,
        "texts_labelled": 0, "alarms_labelled": 0, "leaks": 0, "false_alarms": 0, "missed": 0,
    }
    return ReadCall(**{**known, **facts})


def test_in_a_call_that_was_read_whole_what_has_no_label_is_clean_and_right() -> None:
    [day] = report([read(), read(leaks=1, texts_labelled=1), read(false_alarms=1, alarms_labelled=1)]).days
    assert (day.calls.of, day.calls.found) == (3, 1)
    assert (day.texts.of, day.texts.found, day.texts.rate) == (30, 1, 1 / 30)
    assert (day.texts.low, day.texts.high) == wilson(1, 30)
    assert (day.alarms.of, day.alarms.found) == (3, 1)
    assert (day.missed.of, day.missed.found) == (3, 0)


def test_a_call_that_somebody_picked_or_did_not_finish_is_counted_and_estimates_nothing() -> None:
    picked = read(drawn=False, leaks=2, texts_labelled=2)
    begun = read(complete=False, leaks=1, texts_labelled=3)
    [day] = report([picked, begun]).days
    assert day.basis == "chosen"
    assert (day.texts.of, day.texts.found, day.texts.rate, day.texts.low) == (13, 3, None, None)


def test_days_and_versions_stand_apart_and_the_whole_time_by_version() -> None:
    told = report([read(), read(day="2026-03-02"), read(day="2026-03-02", policy_version="p2"), read(drawn=False)])
    assert [(one.day, one.policy_version, one.basis) for one in told.days] == [
        ("2026-03-01", "p1", "chosen"), ("2026-03-01", "p1", "sample"), ("2026-03-02", "p1", "sample"),
        ("2026-03-02", "p2", "sample"),
    ]
    assert [(one.day, one.policy_version, one.calls.of) for one in told.whole if one.basis == "sample"] == [
        (None, "p1", 2), (None, "p2", 1),
    ]


def test_a_call_without_an_alarm_says_nothing_of_false_alarms() -> None:
    [day] = report([read(alarms=0)]).days
    assert (day.alarms.of, day.alarms.rate) == (0, None)
