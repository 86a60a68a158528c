"""One answer on its way to the caller's ear: its frames, what of them has left, and how far they were played."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.turns import HeardMethod
from streams.voice.spoken import FRAME_MS, Spoken
from streams.voice.wire import Frames


@dataclass(slots=True)
class Answer:
    """One answer on its way to the caller's ear; the voice appends frames, the mouth sends them."""

    utterance: str
    turn: int
    spoken: Spoken = field(default_factory=Spoken)
    frames: Frames = field(default_factory=list)
    complete: bool = False  # no more frames will come
    interrupted: bool = False
    sent: int = 0
    marked_ms: int = 0  # the furthest mark that came back
    marked_at: float | None = None  # loop time at which it did
    asked_ms: list[int] = field(default_factory=list)  # marks on their way
    stopped_at: float | None = None  # loop time of the interruption
    clock_began: float | None = None  # loop time at which the first sent frame would have been played
    last_sent_at: datetime | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, frames: Frames) -> None:
        """Append audio."""
        self.frames += frames
        self.changed.set()

    def finish(self) -> None:
        """Say that all audio is there."""
        self.complete = True
        self.changed.set()

    def delay(self, seconds: float) -> None:
        """Take that what is sent next will be played so much later."""
        if self.clock_began is not None:
            self.clock_began += seconds

    def interrupt(self) -> None:
        """Stop; what was not sent never will be."""
        self.interrupted = True
        self.stopped_at = self.stopped_at or asyncio.get_running_loop().time()
        self.changed.set()

    @property
    def sent_ms(self) -> int:
        """How much audio has left."""
        return self.sent * FRAME_MS

    @property
    def unmarked_ms(self) -> int:
        """How much of it left after the last mark."""
        return self.sent_ms - max(self.asked_ms, default=self.marked_ms)

    def played_by_marks_ms(self) -> int:
        """How much was played: up to the last mark and on at the pace of sound, not to the next; rather too little."""
        if self.stopped_at is None or self.marked_at is None:
            return self.marked_ms
        on_ms = int((self.stopped_at - self.marked_at) * 1000)
        following = min((one for one in self.asked_ms if one > self.marked_ms), default=self.sent_ms)
        return max(self.marked_ms, min(self.marked_ms + on_ms, following - 2 * FRAME_MS))


@dataclass(frozen=True, slots=True)
class Played:
    """How much of an answer was played and how that is known."""

    ms: int
    method: HeardMethod


def stopped_after(began_at: datetime, answer: Answer) -> int:
    """Give milliseconds from the caller's first sample to the last one of the assistant that was sent."""
    last_at = answer.last_sent_at or began_at
    return max(0, int((last_at - began_at) / timedelta(milliseconds=1)))
