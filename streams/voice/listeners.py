"""Supervisors who listen in, as far as the policy has the people on the call told of them; sound is not sent from here.

A listener's gateway waits for `open`. Where everyone is told, that comes once the caller has heard the sentence whole.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from pydantic import Field, ValidationError

from governance.errors import InputError
from schemas.audio import AudioRecord
from schemas.base import Frozen
from schemas.legs import Announce
from streams.voice.consenting import MOST_TIMES, Consenting
from streams.voice.start import Setup
from streams.voice.wire import Outlet, Wire

LOST_AFTER_MS = 10_000  # of the call's audio: her gateway says every few seconds that she is there

log = structlog.get_logger()


class ListenStart(Frozen, extra="ignore"):
    """What her gateway says of a listener, again and again while she is there."""

    agent: str
    announce: Announce = "agent"
    announced: bool = Field(default=False, description="the caller has heard of her; another session said so")
    audio_partition: int | None = Field(default=None, ge=0, description="call.audio.out partition of her gateway")


@dataclass(slots=True)
class _Listener:
    agent: str
    wire: Wire
    heard_ms: int
    open: bool = False


@dataclass(slots=True)
class _Told:
    """What one agent's leg was told of who listens."""

    leg: str = ""
    agents: frozenset[str] = field(default_factory=frozenset)


class Listeners:
    """Those of one call."""

    def __init__(
        self, outlet: Outlet, setup: Setup, *, wire: Wire, consenting: Consenting,
        say: Callable[[str], "asyncio.Task[None]"],
    ) -> None:
        """Take the way to her gateway, the place in the call, what is owed to the caller, and how it is said."""
        self._outlet = outlet
        self._setup = setup
        self._wire = wire
        self._consenting = consenting
        self._say = say
        self._listeners: dict[str, _Listener] = {}
        self._over: set[str] = set()
        self._waiting: dict[str, None] = {}
        self._announcing: asyncio.Task[None] | None = None
        self._told = _Told()

    @property
    def announcing(self) -> bool:
        """Whether the caller is being told: nobody else speaks to her meanwhile."""
        return self._announcing is not None and not self._announcing.done()

    def takes(self, record: AudioRecord) -> bool:
        """Tell whether a record is of a listener."""
        return record.kind == "listen" or record.leg in self._listeners

    async def take(self, record: AudioRecord) -> None:
        """Take one record of hers; raises InputError for one that cannot be read."""
        if record.kind == "stop":
            self._forget(record.leg)
        elif record.leg in self._listeners:
            self._listeners[record.leg].heard_ms = self._wire.next_ms
        elif record.leg not in self._over:
            await self._begin(record)

    async def pass_time(self) -> None:
        """Forget who is gone and did not say so."""
        for name, one in list(self._listeners.items()):
            if self._wire.next_ms > one.heard_ms + LOST_AFTER_MS:
                self._forget(name)

    async def tell(self, leg: str, wire: Wire) -> None:
        """Tell an agent on her leg who listens, once for each change."""
        before = self._told.agents if self._told.leg == leg else frozenset()
        here = frozenset(one.agent for one in self._listeners.values() if one.open)
        self._told = _Told(leg, here)
        for agent in sorted(before ^ here):
            await wire.control("listen", {"agent": agent, "state": "began" if agent in here else "ended"})

    async def close(self) -> None:
        """End with the call."""
        if self._announcing is not None:
            self._announcing.cancel()
            await asyncio.gather(self._announcing, return_exceptions=True)

    async def _begin(self, record: AudioRecord) -> None:
        try:
            start = ListenStart.model_validate_json(record.payload or b"{}")
        except ValidationError:
            raise InputError("what a listener's gateway says is no JSON object of the known fields") from None
        line = self._setup.model_copy(update={"audio_partition": start.audio_partition, "resumed": False})
        one = self._listeners[record.leg] = _Listener(
            start.agent, Wire(self._outlet, line, leg=record.leg), self._wire.next_ms
        )
        if start.announce != "everyone" or start.announced:
            await self._open(one)
            return
        self._waiting[record.leg] = None
        if not self.announcing:
            self._announcing = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        while self._waiting:
            names = list(self._waiting)  # who comes in the middle of the sentence is told of by another one
            told = await self._caller_knows()
            for name in names:
                self._waiting.pop(name, None)
                one = self._listeners.get(name)
                if one is None:
                    continue
                if told:
                    await self._open(one)
                else:
                    log.warning("the caller could not be told that somebody listens", call=self._setup.call_id)
                    await one.wire.control("listen", {"state": "refused"})
                    self._forget(name)

    async def _caller_knows(self) -> bool:
        line = self._consenting.listening()
        for _ in range(MOST_TIMES):
            if not line or self._consenting.knows_of_listening:
                break
            await asyncio.wait([self._say(line)])
        return bool(line) and self._consenting.knows_of_listening

    async def _open(self, one: _Listener) -> None:
        one.open = True
        await one.wire.control("listen", {"state": "open"})

    def _forget(self, name: str) -> None:
        self._listeners.pop(name, None)
        self._waiting.pop(name, None)
        self._over.add(name)
