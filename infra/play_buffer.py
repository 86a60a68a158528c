"""The playback side of a telephone: bytes and marks in order, played frame by frame, emptied when told to."""

from collections import deque


class PlayBuffer:
    """What has come and was not played yet; `size` is the bytes of one frame."""

    def __init__(self, *, size: int) -> None:
        """Start empty."""
        self._size = size
        self._items: deque[bytes | str] = deque()
        self.cleared = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._items

    def add(self, audio: bytes) -> None:
        """Queue audio of any length."""
        if audio:
            self._items.append(audio)

    def mark(self, name: str) -> None:
        """Queue a mark: it is played when everything before it was."""
        self._items.append(name)

    def clear(self) -> None:
        """Drop what was not played; its marks never come back."""
        self._items.clear()
        self.cleared += 1

    def play(self) -> tuple[bytes, list[str]]:
        """Give the next frame (shorter or none where nothing is left) and the marks passed with it."""
        frame, marks = b"", []
        while self._items:
            first = self._items[0]
            if isinstance(first, str):
                marks.append(first)
                self._items.popleft()
                continue
            need = self._size - len(frame)
            if need == 0:
                break
            frame += first[:need]
            if len(first) > need:
                self._items[0] = first[need:]
            else:
                self._items.popleft()
        return frame, marks
