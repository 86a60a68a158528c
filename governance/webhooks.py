"""Decides what follows a try of a webhook: delivered, again after a while, or dead (Standard Webhooks, retries)."""

import hashlib
from typing import Literal

from pydantic import Field

from schemas.base import Frozen
from schemas.webhooks import Outcome, WhyDead

GONE = 410  # the receiver wants no more (Standard Webhooks)
HEX_DIGITS = 8
MOST_DOUBLINGS = 40  # longer than anybody waits


class Backoff(Frozen):
    """Waits double from the first to the longest; up to half of each is left out, so that not all come back at once."""

    first_ms: int = Field(default=2_000, ge=1)
    most_ms: int = Field(default=3_600_000, ge=1)


class Next(Frozen):
    """What follows; `wait_ms` where it is tried again, `why` where it is dead."""

    state: Literal["waiting", "delivered", "dead"]
    wait_ms: int = 0
    why: WhyDead | None = None
    disable: bool = False


def after(
    outcome: Outcome, status: int | None, *, delivery: str, tried: int, most_tries: int, retry_after_ms: int | None,
    backoff: Backoff,
) -> Next:
    """Decide after the try that makes `tried` of them."""
    if outcome == "delivered":
        return Next(state="delivered")
    if status == GONE:
        return Next(state="dead", why="gone", disable=True)
    if tried >= most_tries:
        return Next(state="dead", why="tries_used_up")
    return Next(state="waiting", wait_ms=max(wait_ms(delivery, tried=tried, backoff=backoff), retry_after_ms or 0))


def wait_ms(delivery: str, *, tried: int, backoff: Backoff) -> int:
    """Give how long to wait after so many tries; what varies is derived from the delivery, so it is always the same."""
    doublings: int = min(tried - 1, MOST_DOUBLINGS)
    whole = min(backoff.most_ms, backoff.first_ms << doublings)
    digest = hashlib.sha256(f"{delivery}/{tried}".encode()).hexdigest()
    part = int(digest[:HEX_DIGITS], 16) / 16**HEX_DIGITS
    return int(whole * (1 - part / 2))
