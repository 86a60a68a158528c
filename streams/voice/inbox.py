"""What waits for one call's session, in order: sound is given up where it does not keep up, and nothing else ever is.

A playback mark, a key, a hang-up, an agent who joins and what governance decided are few, small and said once: the
channel and the stair count on each. Sound is most of what comes, and old sound is answered by nobody.
"""

import asyncio
import math
from collections import deque

from infra.recording_chunks import length_ms
from schemas.audio import AudioRecord
from schemas.base import Event
from schemas.calls import SessionFellBehind

MOST_MS = 20_000  # of sound, of all who speak: older would be answered too late
TOLD_AGAIN_MS = 2_000  # of sound given up: a session that stays behind says so again


class Inbox:
    """One call's; for one that takes and any number that put."""

    def __init__(self, most_ms: int = MOST_MS) -> None:
        """Take how much sound may wait."""
        self._most_ms = most_ms
        self._waiting: deque[AudioRecord | Event] = deque()
        self._sound_ms = 0.0
        self._news = asyncio.Event()
        self._wakes_at: float | None = None  # when the timer that is set looks again
        self._gone, self._gone_ms, self._gone_at_ms = 0, 0.0, 0

    def put(self, what: AudioRecord | Event) -> None:
        """Take something in, always; where too much sound waits the oldest of it goes."""
        self._waiting.append(what)
        self._news.set()
        self._sound_ms += sound_ms(what)
        while self._sound_ms > self._most_ms:
            self._give_up()

    async def get(self, *, by: float = math.inf) -> AudioRecord | Event | None:
        """Give what came first; waits for it, and gives None where nothing has come by then (loop time)."""
        loop = asyncio.get_running_loop()
        while not self._waiting:
            if loop.time() >= by:
                return None
            self._news.clear()
            # A frame comes 50 times a second and puts off what is waited for: the timer that is set already looks
            # again when it fires, where one for each frame cost a fifteenth of the worker.
            if by < math.inf and (self._wakes_at is None or by < self._wakes_at):
                self._wakes_at = by
                loop.call_at(by, self._look, by)
            await self._news.wait()
        what = self._waiting.popleft()
        self._sound_ms -= sound_ms(what)
        return what

    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def given_up(self, *, at_last: bool = False) -> SessionFellBehind | None:
        """Give what was given up and not told yet: once it keeps up again, or much was, or `at_last`."""
        settled = self._sound_ms <= self._most_ms / 2 or self._gone_ms >= TOLD_AGAIN_MS
        if not self._gone or not (settled or at_last):
            return None
        told = SessionFellBehind(records=self._gone, lost_ms=round(self._gone_ms), at_ms=self._gone_at_ms)
        self._gone, self._gone_ms = 0, 0.0
        return told

    def _look(self, at: float) -> None:
        if self._wakes_at == at:
            self._wakes_at = None
        self._news.set()

    def _give_up(self) -> None:
        for at, one in enumerate(self._waiting):
            if isinstance(one, AudioRecord) and (ms := sound_ms(one)):
                del self._waiting[at]
                self._sound_ms -= ms
                self._gone_at_ms = self._gone_at_ms if self._gone else one.offset_ms
                self._gone += 1
                self._gone_ms += ms
                return
        self._sound_ms = 0.0  # what is left is rounding


def sound_ms(what: AudioRecord | Event) -> float:
    """Give how long something sounds; nothing but sound does."""
    if not isinstance(what, AudioRecord) or what.kind != "media":
        return 0.0
    return length_ms(len(what.payload), what.encoding, what.sample_rate)
