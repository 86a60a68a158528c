"""A caller who says nothing is asked once, and then the call ends; never before its time."""

import pytest

from governance.patience import Patience, Step, decide

pytestmark = pytest.mark.pure
PATIENCE = Patience(ask_after_ms=10_000, end_after_ms=5_000)


@pytest.mark.parametrize(
    ("silent_ms", "asked", "step"),
    [(9_999, False, None), (10_000, False, "ask"), (60_000, False, "ask"), (4_999, True, None), (5_000, True, "end")],
)
def test_she_is_asked_before_the_call_ends(silent_ms: int, asked: bool, step: Step | None) -> None:
    assert decide(PATIENCE, silent_ms=silent_ms, asked=asked) == step


def test_nothing_is_due_for_ever_where_no_time_is_set() -> None:
    assert decide(Patience(ask_after_ms=0), silent_ms=10**9, asked=False) is None
    assert decide(Patience(end_after_ms=0), silent_ms=10**9, asked=True) is None
