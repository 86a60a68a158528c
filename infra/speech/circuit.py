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
        self._open_until: float | None = None
        self._alone_until = 0.0  # the provider itself has asked not to be asked before
        self._trying = False

    @property
    def ready(self) -> bool:
        """Whether a question may go to it: closed, or it is time to try it and nobody does yet."""
        if self._open_until is None:
            return True
        return not self._trying and self._clock() >= self._open_until

    @property
    def alone(self) -> bool:
        """Whether it has asked to be left alone: of providers that all have failed it is asked last."""
        return self._clock() < self._alone_until

    def began(self) -> None:
        """Take that a question went out."""
        self._trying = self._open_until is not None

    def succeeded(self) -> None:
        """Close it; an answer to an older question takes nothing back of what the provider asked for since."""
        self._trying = False
        self._open_until = self._alone_until if self.alone else None

    def failed(self, *, wait_ms: int = 0) -> None:
        """Open it, from now on, and for at least so long as the provider asked for."""
        at = self._clock()
        self._alone_until = max(self._alone_until, at + wait_ms / 1000)
        self._open_until, self._trying = max(at + self._open_s, self._alone_until), False

    def abandoned(self) -> None:
        """Take that nobody waited for the answer: nothing was learned."""
        self._trying = False
