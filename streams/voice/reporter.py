"""What the session heard, said and played, as events at the front door: in order, and never in the caller's way."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from schemas.base import Data, Event, arrival_id
from schemas.turns import Mark, Provider, ProviderFailed, Reached, TurnMarked
from streams.voice.spans import TurnTrace
from streams.voice.start import Setup

SOURCE = "/callwarden/voice"
RETRY_FIRST_S, RETRY_MOST_S = 0.1, 5.0
MOST_WAITING = 10_000
ENDS: frozenset[Mark] = frozenset({"transcript_final", "first_played"})  # of the caller's part, of the assistant's
MOST_AT_ONCE = 100
GATHER_S = 0.02  # a turn's end is a dozen events: they go together, once the question to the model is on its way

log = structlog.get_logger()


class Door(Protocol):
    """The front door of the stair."""

    async def accept(self, events: Sequence[Event]) -> None:
        """Durable once it returns; raises TransientError."""


class Reporter:
    """Reports one session of one call."""

    def __init__(self, door: Door, setup: Setup, *, now: Callable[[], datetime]) -> None:
        """Start delivering; the instant of the start tells this session's events from an earlier one's."""
        self._door = door
        self._setup = setup
        self._now = now
        self._session = now().isoformat()
        self._count = 0
        self._marked: set[tuple[int, Mark]] = set()
        self._held: dict[int, tuple[list[Reached], TurnTrace | None]] = {}  # marks that wait for their part's last
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        self._delivery = asyncio.create_task(self._deliver())

    def report(self, data: Data, trace: TurnTrace | None, *, at: datetime | None = None) -> Event:
        """Take an event and return at once."""
        event = Event(
            id=arrival_id(f"{self._setup.tenant}/{SOURCE}", f"{self._setup.call_id}/{self._session}/{self._count}"),
            source=SOURCE,
            call_id=self._setup.call_id,
            tenant=self._setup.tenant,
            occurred_at=at or self._now(),
            traceparent=trace.traceparent if trace else None,
            data=data,
        )
        self._count += 1
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            log.warning("an event of a call was given up", call=self._setup.call_id, type=event.type)
        return event

    def mark(self, turn: int, mark: Mark, trace: TurnTrace | None, *, at: datetime | None = None) -> None:
        """Report an instant of a turn's waterfall, the first of its name; the greeting belongs to no turn.

        Those of one part of it leave together: each event is read and written at every landing of the stair.
        """
        if turn <= 0 or (turn, mark) in self._marked:
            return
        self._marked.add((turn, mark))
        self._held.setdefault(turn, ([], trace))[0].append(Reached(mark=mark, at=at or self._now()))
        for one in [one for one in self._held if one < turn or mark in ENDS]:
            self._tell(one)

    def _tell(self, turn: int) -> None:
        reached, trace = self._held.pop(turn)
        last = reached[-1]
        self.report(TurnMarked(turn=turn, mark=last.mark, at=last.at, earlier=tuple(reached[:-1])), trace)

    def failed(self, failure: ProviderFailed, trace: TurnTrace | None) -> None:
        """Report that a provider failed, and log it without content."""
        log.warning("a provider failed", call=self._setup.call_id, operation=failure.operation, error=failure.error)
        self.report(failure, trace)

    async def close(self, *, within_s: float) -> None:
        """Deliver what is left, as far as the time allows."""
        for turn in list(self._held):
            self._tell(turn)
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._waiting.join()
        self._delivery.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivery

    async def _deliver(self) -> None:
        while True:
            events = [await self._waiting.get()]
            await asyncio.sleep(GATHER_S)
            while not self._waiting.empty() and len(events) < MOST_AT_ONCE:
                events.append(self._waiting.get_nowait())
            await self._accept(events)
            for _ in events:
                self._waiting.task_done()

    async def _accept(self, events: list[Event]) -> None:
        """Deliver in order: nothing later passes what the door has not taken."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                await self._door.accept(events)
            except (TransientError, DBAPIError) as outside:  # the door reads the call's key once a minute
                log.warning("the front door is tried again", call=self._setup.call_id, error=type(outside).__name__)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_MOST_S)
            except InputError as wrong:  # the call was forgotten: nothing more of it may be kept
                log.warning("events of a call were refused", call=self._setup.call_id, error=str(wrong))
                return
            else:
                return


def failure(
    provider: Provider, operation: str, error: TransientError, *, fallback: str, turn: int
) -> ProviderFailed:
    """Describe a provider's failure."""
    return ProviderFailed.model_validate({
        "provider": provider, "operation": operation, "error": str(error)[:200], "fallback": fallback, "turn": turn,
    })
