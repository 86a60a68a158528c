"""What the streams of a tenant's desk tell: the desk is looked at once for all who follow it, while somebody does."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from infra import handoff_desk, presence
from infra.clock import now
from infra.handoff_bell import HandoffBell
from infra.handoff_desk import Changed
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import HandoffSummary

log = structlog.get_logger()
HEARTBEAT_S = 10.0  # below the minute after which proxies close a silent connection; also the look without a bell
AGAIN_AFTER_S = 1.0
KEPT_CLOSED = 1000  # handoffs that are over, for streams that are slow to be told so


@dataclass(frozen=True, slots=True)
class Told:
    """One handoff as it is told: the same bytes for everybody."""

    version: int
    said: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the desk found; `hers` is what each agent may take or has, of those who follow only that."""

    number: int = 0
    rows: Mapping[str, Told] = field(default_factory=dict)
    hers: Mapping[str, frozenset[str]] = field(default_factory=dict)


class FellBehind(Exception):
    """More became over than is kept: who connects again is told what is open."""


class DeskFeed:
    """The desk of one tenant."""

    def __init__(self, pool: Engine, tenant: str, bell: asyncio.Event) -> None:
        """Take what `run` asks, and the bell that wakes it."""
        self._pool, self._tenant, self._bell = pool, tenant, bell
        self._begun = 0
        self._beaten_at = time.monotonic()
        self._arrived: set[str] = set()
        self._here: set[str] = set()
        self._looked, self._changed = asyncio.Event(), asyncio.Event()
        self.look = Look()
        self.closed: OrderedDict[str, Told] = OrderedDict()
        self.followers: dict[int, tuple[str, bool]] = {}

    async def run(self) -> None:
        """Look at each bell, and without one now and then, until cancelled."""
        while True:
            self._bell.clear()
            self._begun += 1
            try:
                found = await asyncio.to_thread(self._ask, self._present(), self._alone())
            except DBAPIError:
                pass  # told at the next look
            else:
                self._publish(*found)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), HEARTBEAT_S)

    async def first(self, who: Principal) -> Look:
        """Give a look that began after somebody came, who is there from then on."""
        wanted = self._begun + 1
        self._arrived.add(who.subject)
        self._bell.set()
        while self.look.number < wanted:
            await self._looked.wait()
        return self.look

    async def next(self, after: Look, who: Principal) -> Look | None:
        """Give the newest look once it says something else; None where a heartbeat went by without."""
        self._here.add(who.subject)
        changed = self._changed
        if self.look.rows is after.rows and self.look.hers is after.hers:
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_S)
            except TimeoutError:
                return None
        return self.look

    def _present(self) -> list[str]:
        """Name who is to be seen now: who came, and at each heartbeat who still takes what is told."""
        present, self._arrived = self._arrived, set()
        if time.monotonic() - self._beaten_at >= HEARTBEAT_S - 1:
            self._beaten_at = time.monotonic()
            present |= self._here
            self._here = set()
        return sorted(present)

    def _alone(self) -> list[str]:
        return sorted({subject for subject, mine in self.followers.values() if mine})

    def _ask(self, present: list[str], alone: list[str]) -> tuple[Changed, dict[str, frozenset[str]]]:
        known = {name: told.version for name, told in self.look.rows.items()}
        with tenant_transaction(self._pool, self._tenant) as connection:
            presence.touch(connection, self._tenant, present, at=now())
            changed = handoff_desk.changed(connection, self._tenant, known)
            return changed, handoff_desk.within_reach(connection, self._tenant, alone)

    def _publish(self, found: Changed, hers: dict[str, frozenset[str]]) -> None:
        before = self.look
        rows = {name: told for name, told in before.rows.items() if name not in found.gone}
        for one in found.news:
            told = Told(one.version, _event(one))
            rows.pop(one.handoff, None)  # what changed last is told last
            if one.state in handoff_desk.OPEN:
                rows[one.handoff] = told
                self.closed.pop(one.handoff, None)
            else:
                self.closed[one.handoff] = told
        while len(self.closed) > KEPT_CLOSED:
            self.closed.popitem(last=False)
        told_anew = bool(found.news or found.gone)
        # Who has just come is waiting for `_looked`: nobody else is woken for her.
        moved = any(before.hers.get(agent, reach) != reach for agent, reach in hers.items())
        self.look = Look(self._begun, rows if told_anew else before.rows, before.hers if hers == before.hers else hers)
        self._looked.set()
        self._looked = asyncio.Event()
        if told_anew or moved:
            self._changed.set()
            self._changed = asyncio.Event()


class DeskFeeds:
    """The feeds of the tenants that somebody follows."""

    def __init__(self, *, pool: Engine, bell: HandoffBell) -> None:
        """Take what every feed is made of."""
        self._pool, self._bell = pool, bell
        self._feeds: dict[str, tuple[DeskFeed, asyncio.Task[None]]] = {}
        self._numbers = 0

    @asynccontextmanager
    async def follow(self, who: Principal, *, mine: bool) -> AsyncIterator[DeskFeed]:
        """Give the feed of somebody's tenant; the first who follows starts it, the last ends it."""
        if who.tenant not in self._feeds:
            self._feeds[who.tenant] = self._start(who.tenant)
        feed, task = self._feeds[who.tenant]
        self._numbers += 1
        number = self._numbers
        feed.followers[number] = (who.subject, mine)
        try:
            yield feed
        finally:
            del feed.followers[number]
            if not feed.followers:
                del self._feeds[who.tenant]
                task.cancel()

    def _start(self, tenant: str) -> tuple[DeskFeed, "asyncio.Task[None]"]:
        bell = asyncio.Event()
        feed = DeskFeed(self._pool, tenant, bell)

        async def run() -> None:
            with self._bell.waiter(tenant, bell=bell):
                while True:
                    try:
                        await feed.run()
                    except Exception as error:  # noqa: BLE001 - streams that nobody looks for any more would say nothing for ever
                        log.error("a desk is not looked at and is tried again", error=type(error).__name__)
                    await asyncio.sleep(AGAIN_AFTER_S)

        return feed, asyncio.create_task(run(), name="desk-feed")


def _event(handoff: HandoffSummary) -> bytes:
    data = handoff.model_dump_json(exclude_none=True)
    return f"event: {handoff.state}\nid: {handoff.handoff}:{handoff.version}\ndata: {data}\n\n".encode()
