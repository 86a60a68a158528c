"""A circuit breaker: a provider that failed is left out for a while, then one question tries it (half-open)."""

import time
from collections.abc import Callable

OPEN_MS = 15_000


class Circuit:
    """Of one provider, shared by every call of a process."""

    def __init__(self, *, open_ms: int = OPEN_MS, clock: Callable[[], float] = time.monotonic) -> None:
        """Start closed; `clock` gives seconds."""
        self._open_s = open_ms / 1000
        self._clock = clock
        self._failed_at: float | None = None
        self._trying = False

    @property
    def ready(self) -> bool:
        """Whether a question may go to it: closed, or it is time to try it and nobody does yet."""
        if self._failed_at is None:
            return True
        return not self._trying and self._clock() >= self._failed_at + self._open_s

    def began(self) -> None:
        """Take that a question went out."""
        self._trying = self._failed_at is not None

    def succeeded(self) -> None:
        """Close it."""
        self._failed_at, self._trying = None, False

    def failed(self) -> None:
        """Open it, from now on."""
        self._failed_at, self._trying = self._clock(), False

    def abandoned(self) -> None:
        """Take that nobody waited for the answer: nothing was learned."""
        self._trying = False
