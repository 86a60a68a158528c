"""Payment windows in the database: one place that every door and the recorder of every process asks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from governance.payment_window import PaymentWindow
from infra.payment_tables import PAYMENT_WINDOW
from infra.read_tables import APPLIED
from schemas.base import Frozen, derived_id

Call = tuple[str, str]  # tenant, call id
ROOM = "payment"
OPENED, DESTROYED, CLOSED = 1, 2, 3  # which of the room's answers to an event


class Kept(Frozen):
    """A window with its call and the events that opened and closed it."""

    tenant: str
    call_id: str
    window: PaymentWindow
    cause: str
    closed_by: str | None = None


def of_calls(connection: Connection, calls: Collection[Call]) -> dict[Call, list[Kept]]:
    """Give the windows of calls, the first opened first."""
    table = PAYMENT_WINDOW
    query = select(table).where(tuple_(table.c.tenant, table.c.call_id).in_(list(calls)))
    found: dict[Call, list[Kept]] = {}
    for row in connection.execute(query.order_by(table.c.opened_at, table.c.window)):
        found.setdefault((row.tenant, row.call_id), []).append(_kept(row))
    return found


def open_(connection: Connection, one: Kept) -> None:
    """Keep a window; one that is there stays as it is."""
    window = one.window
    connection.execute(insert(PAYMENT_WINDOW).values(
        tenant=one.tenant, call_id=one.call_id, window=window.window, opened_at=window.opened_at,
        closes_at=window.closes_at, asked_in=window.asked_in, utterances=list(window.utterances), cause=one.cause,
    ).on_conflict_do_nothing())


def close(connection: Connection, one: Kept, *, at: datetime, closed_by: str) -> None:
    """Close a window, which the same event may do again."""
    statement = PAYMENT_WINDOW.update().where(*_mine(one), PAYMENT_WINDOW.c.closed_at.is_(None))
    connection.execute(statement.values(closed_at=at, closed_by=closed_by))


def began_within(connection: Connection, one: Kept, utterance: str) -> Kept:
    """Remember an utterance of which something was said within the window: all of it belongs there."""
    if utterance in one.window.utterances:
        return one
    utterances = (*one.window.utterances, utterance)
    connection.execute(PAYMENT_WINDOW.update().where(*_mine(one)).values(utterances=list(utterances)))
    return one.model_copy(update={"window": one.window.model_copy(update={"utterances": utterances})})


def unsettled(connection: Connection, *, now: datetime, settled_by: datetime, limit: int = 100) -> list[Kept]:
    """Give windows that nobody has looked through since they opened, or since they were over for long enough."""
    table = PAYMENT_WINDOW
    over = (table.c.closed_at <= settled_by) | (table.c.closes_at <= settled_by)
    waits = (table.c.settled_at.is_(None), table.c.opened_at <= now, table.c.swept_at.is_(None) | over)
    query = select(table).where(*waits).order_by(table.c.swept_at.nulls_first(), table.c.opened_at)
    return [_kept(row) for row in connection.execute(query.limit(limit))]


def read_up(connection: Connection, one: Kept) -> bool:
    """Tell whether the read model has come to the window's end: everything before it is in its tables."""
    if one.closed_by is None:
        return False
    names = (one.closed_by, closed_id(one.closed_by))
    query = select(APPLIED.c.event_id).where(APPLIED.c.tenant == one.tenant, APPLIED.c.event_id.in_(names))
    return connection.execute(query.limit(1)).first() is not None


def closed_id(cause: str) -> str:
    """Give the id of the event by which the house says that another one closed a window."""
    return derived_id(cause, ROOM, CLOSED)


def open_now(connection: Connection, *, now: datetime) -> list[Kept]:
    """Give the windows of all calls that are open."""
    table = PAYMENT_WINDOW
    is_open = (table.c.settled_at.is_(None), table.c.closed_at.is_(None), table.c.closes_at > now)
    return [_kept(row) for row in connection.execute(select(table).where(*is_open))]


def key_name(one: Kept) -> str:
    """Name the key of a window's audio; no call can have this name."""
    return f"{one.call_id}#{one.window.window}"


def swept(connection: Connection, one: Kept, *, at: datetime, settled: bool) -> None:
    """Note that a window was looked through, and whether that was the last time."""
    values = {"swept_at": at, **({"settled_at": at} if settled else {})}
    connection.execute(PAYMENT_WINDOW.update().where(*_mine(one)).values(values))


def covering(found: Mapping[Call, Sequence[Kept]], call: Call, at: datetime) -> bool:
    """Tell whether an instant of a call lies in one of its windows."""
    return any(one.window.open_at(at) for one in found.get(call, ()))


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    window = PaymentWindow(
        window=row.window, opened_at=row.opened_at, closes_at=row.closes_at, closed_at=row.closed_at,
        asked_in=row.asked_in, utterances=tuple(row.utterances),
    )
    return Kept(
        tenant=row.tenant, call_id=row.call_id, window=window, cause=row.cause, closed_by=row.closed_by
    )


def _mine(one: Kept) -> tuple[Any, Any, Any]:
    table = PAYMENT_WINDOW
    return table.c.tenant == one.tenant, table.c.call_id == one.call_id, table.c.window == one.window.window
