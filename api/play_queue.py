"""What waits to be played on one socket: bounded, in order, and cleared when the caller takes the floor."""

import asyncio
from collections import deque

from schemas.audio import AudioRecord

MAX_BYTES = 8 * 1024 * 1024  # four minutes at 16 kHz: whoever lets that much wait does not play it
MAX_RECORDS = 20_000
KNOWN_AGAIN = 512  # records of which a double is known: what is sent twice was in one batch, or in one producer's try


class PlayQueue:
    """Filled by the gateway's one consumer, which never waits; emptied by the call's socket."""

    def __init__(self) -> None:
        """Start empty."""
        self._records: deque[AudioRecord] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._ended: str | None = None
        self._came: dict[tuple[str, int, int, int], None] = {}

    @property
    def ended(self) -> str | None:
        """Why nothing will come any more, or None."""
        return self._ended

    def put(self, record: AudioRecord) -> bool:
        """Add a record; False, and the end, where the socket has fallen too far behind."""
        if self._ended is not None or self._came_before(record):
            return True
        if record.kind == "clear":
            # Neither played nor reported as played: marks that were to come back go as well.
            self._keep_control()
        self._records.append(record)
        self._bytes += len(record.payload)
        self._news.set()
        if self._bytes > MAX_BYTES or len(self._records) > MAX_RECORDS:
            self.end("too slow to play")
            return False
        return True

    async def get(self) -> AudioRecord | None:
        """Give the next record, or None once the queue has ended."""
        while self._ended is None:
            if self._records:
                record = self._records.popleft()
                self._bytes -= len(record.payload)
                return record
            self._news.clear()
            await self._news.wait()
        return None

    def end(self, why: str) -> None:
        """Let the socket close; what waits is dropped."""
        self._ended = self._ended or why
        self._records.clear()
        self._bytes = 0
        self._news.set()

    def _came_before(self, record: AudioRecord) -> bool:
        """Tell whether the broker has a record twice: sound would be heard twice, a transfer call the agent twice."""
        # Not by its number alone: another worker that takes the call up does not know what was counted before.
        name = (record.kind, record.number, record.offset_ms, hash(record.payload))
        if name in self._came:
            return True
        self._came[name] = None
        if len(self._came) > KNOWN_AGAIN:
            del self._came[next(iter(self._came))]
        return False

    def _keep_control(self) -> None:
        self._records = deque(each for each in self._records if each.kind not in ("media", "mark"))
        self._bytes = sum(len(each.payload) for each in self._records)
