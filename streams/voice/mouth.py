"""Speaks one call's answers: phrases become audio, audio becomes paced frames, and what was played is known.

Playback marks tell how far the caller's side has played; where a channel returns none, the audio clock does (frames
are sent at the pace they are played). Frames run ahead of the playback by LEAD_MS at most, so a barge-in stops soon.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from streams.voice.playing import Answer, Played
from streams.voice.spoken import FRAME_MS
from streams.voice.wire import Frames, Wire

LEAD_MS = 120
STEP_MS = 60  # frames that leave together: each record costs the broker and its readers the same, long or short
SIGN_ENDS_WITHIN_MS = 240  # so much of a sign's phrase is said to its end when the answer is there
SIGN_LEAD_MS = 40  # an answer waits for what was sent of a sign
MOST_TOGETHER = 10  # frames
MARK_EVERY_MS = 200
MARK_GRACE_S = 1.0  # how much later than expected a mark may come back
LATE_MARKS_S = 0.06  # marks on their way when a barge-in stops the playback


class Mouth:
    """Plays answers one after the other."""

    def __init__(
        self, wire: Wire, *, now: Callable[[], datetime], fast: bool, first_played: Callable[[Answer, datetime], None]
    ) -> None:
        """`fast` sends without pacing; `first_played` is told once for each answer."""
        self.current: Answer | None = None
        self._still_until = 0.0  # loop time: nothing is sent before, somebody else may be taking the floor
        self._sounded_at = 0.0  # loop time at which a frame of an answer was last sent
        self._sign: Answer | None = None  # fills the silence before an answer
        self._wire = wire
        self._now = now
        self._fast = fast
        self._first_played = first_played
        self._marks_come_back = False
        self._told: set[str] = set()

    async def play(self, answer: Answer) -> Played:
        """Send the answer's frames as they are played; returns when it was played or interrupted."""
        self.current = answer
        first: asyncio.TimerHandle | None = None
        try:
            async for frames in self._paced(answer, lead_ms=LEAD_MS, step_ms=STEP_MS):
                if first is None:  # a mark behind the first sound, not behind what follows it
                    frames = _to_first_sound(frames)
                answer.delay(await self._cut_sign())
                if answer.interrupted:
                    continue
                self._sounded_at = asyncio.get_running_loop().time()
                await self._wire.media(frames, utterance=answer.utterance, said_ms=answer.sent_ms)
                audible = any(sounds for _, sounds in frames)
                answer.sent += len(frames)
                answer.last_sent_at = self._now()
                if (audible and first is None) or answer.unmarked_ms >= MARK_EVERY_MS:
                    await self._mark(answer)
                if audible and first is None:
                    tell = partial(self._tell_unmarked, answer, answer.last_sent_at)
                    first = asyncio.get_running_loop().call_later(MARK_GRACE_S, tell)
            if not answer.interrupted and answer.unmarked_ms:
                await self._mark(answer)
            await self._played_out(answer)
            if answer.interrupted:
                await self._wire.control("clear")
                await asyncio.sleep(LATE_MARKS_S)
        finally:
            if first is not None:
                first.cancel()
                tell()  # also where the answer was shorter than the wait
            self.current = None
        return self.played(answer)

    @property
    def quiet_since(self) -> float:
        """Loop time since which the caller hears nothing; now, where an answer sounds, is whole or is held back."""
        answer, at = self.current, asyncio.get_running_loop().time()
        if answer is None or answer.clock_began is None:
            return self._sounded_at
        if answer.complete or answer.interrupted or self._still_until > at:
            return at
        return min(at, answer.clock_began + answer.sent_ms / 1000)

    def keep_still(self, ms: int, *, longer: bool = False) -> None:
        """Hold the answer back for so long, or let it go on (0); what has left is played, and nothing is lost."""
        until = asyncio.get_running_loop().time() + ms / 1000 if ms else 0.0
        self._still_until = max(until, self._still_until) if longer else until
        if self.current is not None:
            self.current.changed.set()

    async def play_sign(self, sign: Answer) -> Played:
        """Send what fills the silence, until it ends, an answer sounds, or it is interrupted."""
        self._sign = sign
        try:
            async for frames in self._paced(sign, lead_ms=SIGN_LEAD_MS, step_ms=FRAME_MS):
                await self._wire.media(frames)
                sign.sent += len(frames)
            if sign.interrupted:
                await self._wire.control("clear")
            elif sign.sent:
                await self._mark(sign)
            await self._played_out(sign)
        finally:
            self._sign = None
        return self.played(sign)

    async def _cut_sign(self) -> float:
        """End what fills the silence; gives the seconds that the answer waited for it."""
        sign, began = self._sign, asyncio.get_running_loop().time()
        if sign is None or sign.interrupted:
            return 0.0
        del sign.frames[last_of(sign) :]
        sign.changed.set()
        await asyncio.sleep((len(sign.frames) - sign.sent) * FRAME_MS / 1000)
        return asyncio.get_running_loop().time() - began

    def returned(self, name: str) -> None:
        """Take a playback mark that came back; unknown ones are another session's."""
        utterance, _, ms = name.rpartition(":")
        known = [one for one in (self.current, self._sign) if one is not None and one.utterance == utterance]
        if not known or not ms.isdecimal():
            return
        (answer,) = known
        self._marks_come_back = True
        # A channel that is cleared may return the marks of what it dropped (Twilio's does): the clock knows better.
        stopped = answer.stopped_at is not None and not self._fast
        told_ms = min(int(ms), answer.sent_ms, self._clock_ms(answer) + FRAME_MS if stopped else answer.sent_ms)
        if told_ms > answer.marked_ms:
            answer.marked_ms, answer.marked_at = told_ms, asyncio.get_running_loop().time()
        if answer is self.current:
            self._tell(answer, self._now())
        answer.changed.set()

    def played(self, answer: Answer) -> Played:
        """Give how far the caller has heard it by now."""
        if self._marks_come_back:
            return Played(answer.played_by_marks_ms(), "playback_mark")
        return Played(answer.sent_ms if self._fast else min(answer.sent_ms, self._clock_ms(answer)), "audio_clock")

    async def _paced(self, answer: Answer, *, lead_ms: int, step_ms: int) -> AsyncIterator[Frames]:
        """Give what is due, `step_ms` of it together; never more than `lead_ms` before it is heard."""
        loop = asyncio.get_running_loop()
        while not answer.interrupted:
            if answer.sent >= len(answer.frames):
                if answer.complete:
                    return
                await self._change(answer, None)
                continue
            if answer is self.current and self._still_until > loop.time():
                if answer.unmarked_ms:
                    await self._mark(answer)  # tells exactly how far she heard, should she take the floor
                await self._change(answer, self._still_until - loop.time())
                continue
            if answer.clock_began is None or loop.time() > answer.clock_began + answer.sent_ms / 1000:
                # The first frame, or the playback has run dry: it goes on with the next frame.
                answer.clock_began = loop.time() - answer.sent_ms / 1000
            ahead_ms = answer.sent_ms - 1000 * (loop.time() - answer.clock_began)
            wait_ms = ahead_ms - lead_ms + (step_ms - FRAME_MS if answer.sent else 0)
            if not self._fast and wait_ms > 0:
                await self._change(answer, wait_ms / 1000)
                continue
            due = MOST_TOGETHER if self._fast else max(1, 1 + int((lead_ms - ahead_ms) / FRAME_MS))
            yield answer.frames[answer.sent : answer.sent + min(due, MOST_TOGETHER)]

    async def _played_out(self, answer: Answer) -> None:
        """Wait for the last mark, or until the clock says that everything was played."""
        if answer.clock_began is None or (self._fast and not self._marks_come_back):
            return
        loop = asyncio.get_running_loop()
        while not answer.interrupted and answer.marked_ms < answer.sent_ms:
            grace = MARK_GRACE_S if self._marks_come_back else 0.0
            left = answer.clock_began + answer.sent_ms / 1000 + grace - loop.time()
            if left <= 0:
                return
            await self._change(answer, left)

    async def _change(self, answer: Answer, timeout_s: float | None) -> None:
        answer.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await answer.changed.wait()

    async def _mark(self, answer: Answer) -> None:
        answer.asked_ms.append(answer.sent_ms)
        await self._wire.control("mark", {"name": f"{answer.utterance}:{answer.sent_ms}"})

    def _tell_unmarked(self, answer: Answer, sent_at: datetime) -> None:
        """Where no mark comes back in time, the first sample was played when it was sent, as far as is known."""
        if not self._marks_come_back:
            self._tell(answer, sent_at)

    def _tell(self, answer: Answer, at: datetime) -> None:
        if answer.utterance not in self._told:
            self._told.add(answer.utterance)
            self._first_played(answer, at)

    def _clock_ms(self, answer: Answer) -> int:
        if answer.clock_began is None:
            return 0
        at = answer.stopped_at or asyncio.get_running_loop().time()
        return max(0, int((at - answer.clock_began) * 1000))


def _to_first_sound(frames: Frames) -> Frames:
    first = next((n for n, (_, sounds) in enumerate(frames) if sounds), len(frames))
    return frames[: first + 1]


def last_of(sign: Answer) -> int:
    """Give how many frames of a sign are played when the answer is there: to the end of its phrase, where that is near.

    What has begun with the answer waiting behind it ends: a second phrase is not begun, a long one is cut where it is.
    """
    for phrase in sign.spoken.phrases:
        if phrase.start_ms < sign.sent_ms < phrase.end_ms <= sign.sent_ms + SIGN_ENDS_WITHIN_MS:
            return phrase.end_ms // FRAME_MS
    return sign.sent
