"""The interval of a share against published values, and against what it promises."""

import pytest

from governance.proportion import wilson

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(("found", "of", "low", "high"), [
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
])
def test_the_interval_is_the_published_one(found: int, of: int, low: float, high: float) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=0.00006)


def test_an_interval_holds_its_share_stays_within_all_and_narrows_with_more_that_was_seen() -> None:
    for of in (1, 2, 7, 100):
        for found in range(of + 1):
            low, high = wilson(found, of)
            assert 0.0 <= low <= found / of <= high <= 1.0
            assert low == 0.0 if found == 0 else low > 0.0
            wide, narrow = (high - low), wilson(10 * found, 10 * of)
            assert narrow[1] - narrow[0] < wide


@pytest.mark.parametrize(("found", "of"), [(0, 0), (2, 1), (-1, 3)])
def test_a_share_of_nothing_has_none(found: int, of: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        wilson(found, of)
