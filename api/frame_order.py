"""Puts a channel's numbered frames back in order: doubles go, late ones are waited for, and what is lost is counted.

A frame that is missing is waited for while WAITING others come, 100 ms of a usual channel; then it is lost, and its
place is left free. The count alone tells what is lost: time stamps of a channel drift with its clock.
"""

from dataclasses import dataclass

WAITING = 5
RESTART = 1_500  # a count that jumps so far, 30 s, is another count: nothing is known of what lies between
NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in its place; `lost` of the same length are missing just before it."""

    payload: bytes
    lost: int = 0


class FrameOrder:
    """The frames of one call, each taken once."""

    def __init__(self) -> None:
        """Start with whatever number comes first."""
        self.doubled = 0
        self.late = 0  # came when nobody waited for them any more, or a second time
        self.lost = 0
        self._next: int | None = None
        self._held: dict[int, bytes] = {}

    @property
    def holding(self) -> bool:
        """Whether frames wait for one before them."""
        return bool(self._held)

    def put(self, number: int, payload: bytes) -> list[Frame]:
        """Take a frame; give those whose turn has come."""
        if self._next is None:
            self._next = number
        ready: list[Frame] = []
        if abs(number - self._next) > RESTART:
            ready = self.rest()
            self._next = number
        if number in self._held:
            self.doubled += 1
        elif number < self._next:
            self.late += 1
        else:
            self._held[number] = payload
        while self._held and (self._next in self._held or len(self._held) > WAITING):
            ready.append(self._take())
        return ready

    def rest(self) -> list[Frame]:
        """Give what is held: nothing more is waited for."""
        ready = []
        while self._held:
            ready.append(self._take())
        return ready

    def _take(self) -> Frame:
        first = min(self._held)
        lost = first - (self._next if self._next is not None else first)
        self.lost += lost
        self._next = first + 1
        return Frame(self._held.pop(first), lost)


def numbered(message: bytes) -> tuple[int, bytes] | None:
    """Read a binary message that begins with its number, big-endian; None where it is too short."""
    if len(message) < NUMBER_BYTES:
        return None
    return int.from_bytes(message[:NUMBER_BYTES], "big"), message[NUMBER_BYTES:]
