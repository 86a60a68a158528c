"""Records of one call and direction that come by two ways, each once and in their order, by whichever way is first.

The log has every record and says what there is; the direct line has most of them sooner. What the line brings ahead of
its turn waits for the log to bring what is before it. So a line that breaks, or comes later, costs time and no record.
"""

from typing import Generic, TypeVar

MOST_HELD = 250  # records, which is five seconds of frames: the log is not so far behind, or the line is of no use

What = TypeVar("What")


class TwoWays(Generic[What]):
    """One call's records, by their numbers."""

    def __init__(self) -> None:
        """Begin with whatever the log brings first, or with number 0."""
        self._next: int | None = None
        self._logged = 0  # up to here the log has brought them; from here to `_next` the line alone has
        self._held: dict[int, What] = {}

    def came_directly(self, number: int) -> bool:
        """Take that the log has a record; whether the direct line brought it, and it is not to be heard again."""
        if self._next is None or not self._logged <= number < self._next:
            return False
        self._logged = number + 1
        return True

    def logged(self, number: int, what: What) -> list[What]:
        """Take a record of the log; gives what is to be heard now."""
        if self.came_directly(number):
            return []
        if self._next is not None and number < self._next:
            # One from before what the log had brought is sent twice, or another sender's: who hears knows which.
            return [what]
        self._next = self._logged = number + 1  # what is missing between is missing: the log has all that there is
        self._held = {held: one for held, one in self._held.items() if held > number}
        return [what, *self._following()]

    def direct(self, number: int, what: What) -> list[What]:
        """Take a record of the direct line; gives what is to be heard now."""
        if self._next is not None and number < self._next:
            return []
        if number == (self._next or 0):  # the first of all is a beginning, whichever way it comes
            self._next = number + 1
            return [what, *self._following()]
        if len(self._held) < MOST_HELD:
            self._held[number] = what
        return []

    def _following(self) -> list[What]:
        following: list[What] = []
        while self._held and self._next is not None and (what := self._held.pop(self._next, None)) is not None:
            following.append(what)
            self._next += 1
        return following
