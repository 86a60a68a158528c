"""The order of precedence, and periods of the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.retention import LONGEST_CALL, Standing, cutoff, decide, key_goes, shift
from schemas.retention import ClassRule, Outcome, RetentionRules

pytestmark = pytest.mark.pure

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
LAW = ClassRule(keep_at_least="6 months", law="EU AI Act, Article 26(6)", delete_after="12 months")
RULES = RetentionRules(recording=LAW, words=LAW, decisions=LAW)


def outcome(*, holds: tuple[str, ...] = (), erasure: str | None = None, at: datetime, rules: RetentionRules = RULES,
            ended: bool = True) -> set[Outcome]:
    standing = Standing(started_at=START, ended_at=START if ended else None, holds=holds, erasure=erasure)
    return {one.outcome for one in decide(rules, standing, at=at)}


@pytest.mark.parametrize(("holds", "erasure", "months", "expected"), [
    (("h1",), "e1", 24, "held"),  # a hold before everything
    (("h1",), None, 24, "held"),
    ((), "e1", 5, "kept"),  # a law before an erasure
    ((), "e1", 7, "erased"),  # an erasure before expiry
    ((), "e1", 24, "erased"),
    ((), None, 24, "expired"),
    ((), None, 7, "stays"),
    ((), None, 5, "kept"),
])
def test_a_hold_comes_before_a_law_before_an_erasure_before_expiry(
    holds: tuple[str, ...], erasure: str | None, months: int, expected: Outcome
) -> None:
    at = shift(START, f"{months} months")
    assert outcome(holds=holds, erasure=erasure, at=at) == {expected}


def test_a_call_that_is_not_over_is_not_erased_and_one_that_nobody_ended_is_over_after_a_day() -> None:
    free = RetentionRules()
    assert outcome(erasure="e1", at=START + timedelta(hours=1), rules=free, ended=False) == {"live"}
    assert outcome(erasure="e1", at=START + LONGEST_CALL, rules=free, ended=False) == {"erased"}


def test_each_class_has_its_own_rule_and_what_waits_says_until_when_and_by_which_law() -> None:
    rules = RetentionRules(words=LAW)
    recording, words, decisions = decide(rules, Standing(started_at=START, ended_at=START, erasure="e1"), at=START)
    assert (recording.outcome, decisions.outcome) == ("erased", "erased")
    assert (words.outcome, words.until) == ("kept", datetime(2026, 7, 31, 12, tzinfo=UTC))
    assert "Article 26(6)" in words.because


def test_the_key_goes_when_nothing_sealed_is_left() -> None:
    standing = Standing(started_at=START, ended_at=START, erasure="e1")
    partly = decide(RetentionRules(words=LAW), standing, at=START)
    assert not key_goes(partly, already=[])
    assert key_goes(partly, already=["words"])
    assert key_goes(decide(RetentionRules(decisions=LAW), standing, at=START), already=[])


@pytest.mark.parametrize(("period", "expected"), [
    ("1 month", (2026, 2, 28)), ("13 months", (2027, 2, 28)), ("6 years", (2032, 1, 31)), ("30 days", (2026, 3, 2)),
    ("9999 years", (9998, 1, 31)),
])
def test_periods_are_those_of_the_calendar(period: str, expected: tuple[int, int, int]) -> None:
    moved = shift(START, period)
    assert (moved.year, moved.month, moved.day) == expected


@given(months=st.integers(1, 900), days=st.integers(0, 20_000))
def test_what_is_due_lies_before_the_cutoff(months: int, days: int) -> None:
    rules = RetentionRules(words=ClassRule(delete_after=f"{months} months"))
    at = START + timedelta(days=days)
    _, words, _ = decide(rules, Standing(started_at=START, ended_at=START), at=at)
    before = cutoff(rules.words, at=at)
    assert before is not None
    if words.outcome == "expired":
        assert before + timedelta(days=3) >= START  # ends of months differ by three days at most


def test_a_law_is_named() -> None:
    with pytest.raises(ValueError, match="law"):
        ClassRule(keep_at_least="6 months")
