"""Hosts the live sessions of one process: each call's records in order, calls begun, resumed and ended."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Literal

import structlog

from governance.errors import InputError
from schemas.audio import AudioRecord
from schemas.base import Event
from schemas.policies import Policy
from streams.voice.direct import DirectLines
from streams.voice.inbox import Inbox
from streams.voice.parts import Parts
from streams.voice.recall import Recall, Recalled
from streams.voice.session import Session
from streams.voice.start import Setup, read_start, setup_of

MOST_CALLS = 100
IDLE_S = 30.0  # a channel that sends nothing for so long has lost the call
QUIET_S = 0.3  # a channel that sends nothing for so long sends no silence: it is heard all the same
STALL_S = 0.7  # in the middle of speech the network is slow, rather than she is silent
QUIET_STEP_MS = 100

log = structlog.get_logger()
Pin = Callable[[Setup], Awaitable[Policy]]
Reject = Callable[[AudioRecord, InputError], Awaitable[None]]


async def recalls_nothing(first: AudioRecord) -> Recalled:  # noqa: ARG001 - stands in where nothing is kept
    """Know nothing of a call that is running already."""
    return Recalled()


async def turns_away_quietly(start: AudioRecord) -> None:
    """Tell nobody that a call was turned away."""


async def rejects_quietly(record: AudioRecord, wrong: InputError) -> None:
    """Log that a record could not be read; never its content."""
    log.warning("an audio record was refused", call=record.call_id, kind=record.kind, reason=str(wrong))


class Host:
    """Many calls; `handle` returns at once."""

    def __init__(
        self, parts: Parts, *, recall: Recall = recalls_nothing, reject: Reject = rejects_quietly,
        pin: Pin | None = None, idle_s: float = IDLE_S, most_calls: int = MOST_CALLS,
        turn_away: Callable[[AudioRecord], Awaitable[None]] = turns_away_quietly, lines: DirectLines | None = None,
    ) -> None:
        """`recall` finds a call that this process meets in the middle, `pin` the policy it is held to.

        With `most_calls` running, a call that begins is turned away; one that runs already is taken up all the same.
        """
        self._parts = parts
        self._recall = recall
        self._reject = reject
        self._pin = pin
        self._idle_s = idle_s
        self._most_calls = most_calls
        self._turn_away = turn_away
        self._lines = lines
        self._turned_away: set[tuple[str, str]] = set()
        self._calls: dict[tuple[str, str], _Line] = {}  # tenant and call: a call id is a tenant's own

    @property
    def calls(self) -> frozenset[str]:
        """Ids of the calls that are hosted."""
        return frozenset(call for _, call in self._calls)

    async def handle(self, record: AudioRecord) -> None:
        """Take a record of any call."""
        place = (record.tenant, record.call_id)
        line = self._calls.get(place)
        if line is None and record.leg:
            return  # the caller's own next record takes the call up
        if line is None:
            if record.kind == "stop":
                self._turned_away.discard(place)
            if record.kind in {"stop", "mark"}:
                return  # the end of a call that is over
            if place in self._turned_away:
                return
            if record.kind == "start" and len(self._calls) >= self._most_calls:
                self._turned_away.add(place)
                log.warning("a call is turned away: this worker is full", call=record.call_id, calls=len(self._calls))
                await self._turn_away(record)
                return
            line = _Line(self._parts, self._recall, self._reject, self._pin, self._idle_s, self._lines)
            self._calls[place] = line
            line.task = asyncio.create_task(line.run(record))
            line.task.add_done_callback(lambda task: self._forget(place, task))
            return
        line.put(record)

    def hand(self, record: AudioRecord) -> None:
        """Take a record of a call that is hosted here; with one that is not nothing begins."""
        line = self._calls.get((record.tenant, record.call_id))
        if line is not None:
            line.put(record)

    async def control(self, event: Event) -> None:
        """Take what governance decided; of a call hosted elsewhere it is not for us."""
        line = self._calls.get((event.tenant, event.call_id))
        if line is not None:
            line.put(event)

    async def close(self) -> None:
        """Let go of every call; another worker resumes them."""
        tasks = [line.task for line in self._calls.values() if line.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def let_go(self, calls: frozenset[str]) -> None:
        """Let go of calls whose partition has moved to another worker."""
        for (_, call), line in self._calls.items():
            if call in calls and line.task is not None:
                line.task.cancel()

    def _forget(self, place: tuple[str, str], task: "asyncio.Task[None]") -> None:
        self._calls.pop(place, None)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            # The kind alone: a message might repeat what a caller said.
            log.error("a session failed", call=place[1], error=type(wrong).__name__)


class _Line:
    """The inbox of one call and the task that empties it."""

    def __init__(
        self, parts: Parts, recall: Recall, reject: Reject, pin: Pin | None, idle_s: float, lines: DirectLines | None
    ) -> None:
        self.task: asyncio.Task[None] | None = None
        self._parts = parts
        self._recall = recall
        self._reject = reject
        self._pin = pin
        self._idle_s = idle_s
        self._lines = lines
        self._inbox = Inbox()

    def put(self, what: AudioRecord | Event) -> None:
        """Take something in; when the session cannot keep up, the oldest sound is given up."""
        self._inbox.put(what)

    async def run(self, first: AudioRecord) -> None:
        """Live from the first record to the last."""
        try:
            setup, recalled = await self._setup(first)
        except InputError as wrong:
            await self._reject(first, wrong)
            return
        parts = self._parts if self._pin is None else replace(self._parts, policy=await self._pin(setup))
        session = Session(parts, setup)
        if self._lines is not None:
            self._lines.open(setup)
        reason: Literal["hangup", "lost"] = "hangup"
        try:
            await session.open(recalled)
            if first.kind != "start":
                await self._take(session, first)
            reason = await self._live(session)
        finally:
            if self._lines is not None:
                self._lines.close(setup)
            self._tell_given_up(session, at_last=True)
            # A worker that stops must still report what was heard so far.
            with suppress(asyncio.CancelledError):
                await asyncio.shield(session.close(reason))

    async def _setup(self, first: AudioRecord) -> tuple[Setup, Recalled | None]:
        if first.kind == "start":
            return read_start(first), None
        recalled = await self._recall(first)
        log.info("a running call is resumed", call=first.call_id, frames=len(recalled.frames))
        return setup_of(first, recalled.start, resumed=True), recalled

    async def _live(self, session: Session) -> Literal["hangup", "lost"]:
        loop = asyncio.get_running_loop()
        quiet_s, since = 0.0, loop.time()
        while True:
            step_s = QUIET_STEP_MS / 1000 if quiet_s else STALL_S if session.in_mid_speech else QUIET_S
            what = await self._inbox.get(by=since + step_s)
            if what is None:
                quiet_s, since = quiet_s + step_s, loop.time()
                if quiet_s >= self._idle_s:
                    return "lost"
                await session.hear_silence(int(1000 * step_s))
                continue
            if isinstance(what, Event):
                await session.control(what)
                continue
            if what.leg:  # an agent who speaks does not hide that nothing comes from the caller
                await self._take(session, what)
                continue
            quiet_s, since = 0.0, loop.time()
            if what.kind == "stop":
                return "hangup"
            await self._take(session, what)
            self._tell_given_up(session)
            since = loop.time()

    async def _take(self, session: Session, record: AudioRecord) -> None:
        try:
            if record.kind == "start" and not record.leg and self._lines is not None:
                self._lines.open(read_start(record))  # the channel calls again: another socket, perhaps another gateway
            await session.take(record)
        except InputError as wrong:
            await self._reject(record, wrong)

    def _tell_given_up(self, session: Session, *, at_last: bool = False) -> None:
        gone = self._inbox.given_up(at_last=at_last)
        if gone is not None:
            session.reporter.report(gone, None)

