"""Keeps one caller's audio in one piece: what comes twice is heard once, what was lost on the way is silence."""

from infra.recording_chunks import ROUNDING_MS, length_ms
from schemas.audio import AudioRecord

MOST_FILLED_MS = 2_000  # of a longer loss the clock alone moves on: that much silence ends any turn


class Continuity:
    """Follows the numbers and places of a call's records."""

    def __init__(self) -> None:
        """Start before the first record."""
        self._last = -1
        self._next_ms: float | None = None

    def takes(self, record: AudioRecord) -> bool:
        """Tell whether a record is new; a `start` begins the count again, as a channel that calls again does."""
        if record.kind == "start":
            self._last, self._next_ms = record.number, None
            return True
        if record.number <= self._last:
            return False  # the broker keeps what a producer sent twice
        self._last = record.number
        return True

    def missing_ms(self, record: AudioRecord) -> int:
        """Give how much audio was lost just before these samples, as far as it is filled with silence."""
        before_ms = self._next_ms
        self._next_ms = record.offset_ms + length_ms(len(record.payload), record.encoding, record.sample_rate)
        if before_ms is None or record.offset_ms - before_ms <= ROUNDING_MS:
            return 0
        return min(round(record.offset_ms - before_ms), MOST_FILLED_MS)
