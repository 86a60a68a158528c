"""Payment windows in the database: asked by every door before it stores words, keys or sound."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from governance.errors import TransientError
from governance.payment_window import Window, withheld
from infra import clock
from infra.database import transaction
from schemas.base import Event, arrival_id
from schemas.calls import DtmfPressed
from schemas.payments import PaymentDataDestroyed, PaymentWindowClosed, PaymentWindowOpened

log = structlog.get_logger()
SOURCE = "/callwarden/payment-window"
LOOK_EVERY_S = 0.2
OPEN = text("""
INSERT INTO payment_window (tenant, call_id, "window", opened_at, closes_at, said_from, said_until)
VALUES (:tenant, :call_id, :window, :at, :at + :within, :said, :said + :within) ON CONFLICT DO NOTHING
""")
CLOSE = text("""
UPDATE payment_window SET closed_at = :at, said_until = least(said_until, :said)
WHERE tenant = :tenant AND call_id = :call_id AND "window" = :window AND closed_at IS NULL
""")
OF_CALLS = text("""
SELECT tenant, call_id, "window", opened_at, least(closed_at, closes_at) AS until, said_from, said_until
FROM payment_window
WHERE call_id = ANY(:calls) ORDER BY opened_at
""")
OPEN_NOW = text("SELECT tenant, call_id FROM payment_window WHERE closed_at IS NULL AND closes_at > :now")
Call = tuple[str, str]


class PaymentWindows:
    """What the doors of one process ask; `run` keeps `open_calls` fresh for what cannot ask for each frame of sound."""

    def __init__(self, engine: Engine) -> None:
        """Take the pool."""
        self._engine = engine
        self.open_calls: frozenset[Call] = frozenset()

    async def run(self) -> None:
        """Look until cancelled; a database that is away leaves what was known."""
        while True:
            try:
                self.open_calls = await asyncio.to_thread(self._open_now)
            except DBAPIError as outside:
                log.warning("payment windows wait for the database", error=type(outside).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def guarded(self, events: Sequence[Event]) -> list[Event]:
        """The events as they may be stored, with receipts for what came late; a window they open holds from there on.

        Raises TransientError where the database does not answer: without it nobody knows what may be stored.
        """
        if not any(_concerned(one) for one in events):
            return list(events)
        try:
            kept = await asyncio.to_thread(self._guarded, events)
        except DBAPIError as outside:
            raise TransientError(f"payment windows cannot be read: {type(outside).__name__}") from None
        return kept

    def _guarded(self, events: Sequence[Event]) -> list[Event]:
        now = clock.now()
        kept: list[Event] = []
        with transaction(self._engine) as connection:
            known = windows(connection, {one.call_id for one in events})
            for one in events:
                mine = (one.tenant, one.call_id)
                if isinstance(one.data, PaymentWindowOpened | PaymentWindowClosed):
                    note(connection, one, at=now)
                    known = windows(connection, {one.call_id for one in events})
                    changed = {mine} if isinstance(one.data, PaymentWindowOpened) else set()
                    self.open_calls = (self.open_calls - {mine}) | changed
                kept += _kept(one, known.get(mine, []), now)
        return kept

    def _open_now(self) -> frozenset[Call]:
        with transaction(self._engine) as connection:
            return frozenset((row.tenant, row.call_id) for row in connection.execute(OPEN_NOW, {"now": clock.now()}))


def windows(connection: Connection, calls: Collection[str]) -> dict[Call, list[Window]]:
    """Every window of these calls, by tenant and call."""
    found: dict[Call, list[Window]] = {}
    for row in connection.execute(OF_CALLS, {"calls": sorted(calls)}):
        mine = found.setdefault((row.tenant, row.call_id), [])
        mine.append(Window(
            window=row.window, opened_at=row.opened_at, until=row.until, said_from=row.said_from,
            said_until=row.said_until,
        ))
    return found


def note(connection: Connection, event: Event, *, at: datetime) -> None:
    """Open or close as an event says, once; `at` is this moment by our clock, the event's that of its channel."""
    values = {"tenant": event.tenant, "call_id": event.call_id, "at": at, "said": event.occurred_at}
    match event.data:
        case PaymentWindowOpened(window=window, within_ms=within_ms):
            connection.execute(OPEN, {**values, "window": window, "within": timedelta(milliseconds=within_ms)})
        case PaymentWindowClosed(window=window):
            connection.execute(CLOSE, {**values, "window": window})


def _concerned(event: Event) -> bool:
    return isinstance(event.data, PaymentWindowOpened | PaymentWindowClosed) or withheld(event.data) is not None


def _kept(event: Event, known: Sequence[Window], now: datetime) -> list[Event]:
    inside = next((one for one in known if one.holds(at=event.occurred_at, now=now)), None)
    masked = withheld(event.data) if inside is not None else None
    if inside is None or masked is None:
        return [event]
    kept = [event.model_copy(update={"data": masked})]
    if now >= inside.until:
        what = "keys" if isinstance(event.data, DtmfPressed) else "words"
        kept.append(receipt(event, PaymentDataDestroyed(window=inside.window, what=what, pieces=1), at=now))
    return kept


def receipt(event: Event, data: PaymentDataDestroyed, *, at: datetime) -> Event:
    """The receipt for what an event held."""
    return Event(
        id=arrival_id(f"{event.tenant}{SOURCE}", event.id), source=SOURCE, call_id=event.call_id,
        tenant=event.tenant, occurred_at=at, traceparent=event.traceparent, data=data,
    )
