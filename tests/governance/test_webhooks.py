"""What follows a try of a webhook is decided from its outcome alone: no clock, no chance."""

import pytest

from governance.webhooks import Backoff, Next, after, wait_ms
from schemas.webhooks import Outcome

pytestmark = pytest.mark.pure

BACKOFF = Backoff(first_ms=1000, most_ms=60_000)


def follows(
    outcome: Outcome, status: int | None = None, *, tried: int = 1, retry_after_ms: int | None = None
) -> Next:
    return after(
        outcome, status, delivery="msg_1", tried=tried, most_tries=5, retry_after_ms=retry_after_ms, backoff=BACKOFF
    )


def test_waits_double_up_to_the_longest_and_up_to_half_of_each_is_left_out() -> None:
    for tried, whole in ((1, 1000), (2, 2000), (4, 8000), (7, 60_000), (500, 60_000)):
        each = [wait_ms(f"msg_{n}", tried=tried, backoff=BACKOFF) for n in range(200)]
        assert whole / 2 <= min(each) < whole * 0.6
        assert whole * 0.9 < max(each) <= whole


def test_the_same_try_always_waits_as_long() -> None:
    assert wait_ms("msg_1", tried=3, backoff=BACKOFF) == wait_ms("msg_1", tried=3, backoff=BACKOFF)
    assert wait_ms("msg_1", tried=3, backoff=BACKOFF) != wait_ms("msg_2", tried=3, backoff=BACKOFF)


@pytest.mark.parametrize(("outcome", "status"), [
    ("failed", 500), ("failed", 404), ("failed", 302), ("failed", None), ("timeout", None), ("refused", None),
])
def test_what_failed_is_tried_again_until_its_tries_are_used_up(outcome: Outcome, status: int | None) -> None:
    assert follows(outcome, status, tried=4).state == "waiting"
    assert follows(outcome, status, tried=5) == Next(state="dead", why="tries_used_up")


def test_a_receiver_that_is_gone_is_dead_at_once_and_disabled() -> None:
    assert follows("failed", 410) == Next(state="dead", why="gone", disable=True)


def test_retry_after_is_honoured_and_never_shortens_a_wait() -> None:
    assert follows("failed", 429, retry_after_ms=30_000).wait_ms == 30_000
    assert follows("failed", 503, retry_after_ms=0).wait_ms == follows("failed", 503).wait_ms >= 500


def test_what_was_delivered_is_over() -> None:
    assert follows("delivered", 204, tried=5) == Next(state="delivered")
