"""Collects the keys a caller presses until # or a pause, so that a card number is one entry and not sixteen."""

import asyncio
from collections.abc import Callable
from datetime import datetime

PAUSE_S = 2.0
MOST_KEYS = 64
KEYS = frozenset("0123456789ABCD*#")


class Keys:
    """The keys of one call."""

    def __init__(self, *, entered: Callable[[str, datetime], None]) -> None:
        """`entered` is told each entry and the instant of its last key."""
        self._entered = entered
        self._pressed = ""
        self._last_at: datetime | None = None
        self._pause: asyncio.TimerHandle | None = None

    def press(self, key: str, at: datetime) -> None:
        """Take one key; what is no key is ignored."""
        if key not in KEYS or len(key) != 1:
            return
        self._last_at = at
        if key != "#":
            self._pressed += key
        if self._pause is not None:
            self._pause.cancel()
        if key == "#" or len(self._pressed) >= MOST_KEYS:
            self.flush()
        else:
            self._pause = asyncio.get_running_loop().call_later(PAUSE_S, self.flush)

    def flush(self) -> None:
        """End the entry; an empty one is none."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        pressed, self._pressed = self._pressed, ""
        if pressed and self._last_at is not None:
            self._entered(pressed, self._last_at)
