"""Buckets: a burst at once, then the rate, never more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.token_bucket import Bucket, Rate, take

pytestmark = pytest.mark.pure
RATE = Rate(per_s=2, burst=10)


def test_a_full_bucket_takes_its_burst_and_then_says_when_one_more_fits() -> None:
    bucket = None
    for left in reversed(range(10)):
        taken = take(bucket, RATE, cost=1, at_s=5)
        assert (taken.fits, taken.left, taken.fits_in_s) == (True, left, 0)
        bucket = taken.bucket
    over = take(bucket, RATE, cost=1, at_s=5)
    assert (over.fits, over.left, over.fits_in_s, over.full_in_s) == (False, 0, 0.5, 5)
    assert take(over.bucket, RATE, cost=1, at_s=5.5).fits


def test_a_clock_that_goes_back_gives_nothing() -> None:
    assert not take(Bucket(0, 100), RATE, cost=1, at_s=1).fits


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from([1, 5])), max_size=60))
def test_never_more_than_the_burst_and_the_rate_gets_through(asked: list[tuple[float, int]]) -> None:
    bucket, at_s, through = None, 0.0, 0
    for wait, cost in asked:
        at_s += wait
        taken = take(bucket, RATE, cost=cost, at_s=at_s)
        bucket, through = taken.bucket, through + cost * taken.fits
        assert 0 <= taken.left <= RATE.burst
    assert through <= RATE.burst + RATE.per_s * at_s + 1e-6
