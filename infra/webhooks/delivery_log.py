"""The delivery log as the read side shows it, and the wish to have one delivered again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from governance.errors import InputError
from infra import cursors
from infra.webhooks.tables import DELIVERY, TRY
from schemas.webhooks import DeliveryState, WebhookDelivery, WebhookDeliveryPage, WebhookTry

MAX_LIMIT = 200


class DeliveryUnknown(InputError):
    """This tenant has no such delivery."""


def listing(
    connection: Connection, tenant: str, *, endpoint: str | None = None, state: DeliveryState | None = None,
    call_id: str | None = None, cursor: str | None = None, limit: int = 50,
) -> WebhookDeliveryPage:
    """Give one page of deliveries with their tries, newest first."""
    table = DELIVERY.c
    query = select(DELIVERY).where(table.tenant == tenant)
    for column, wanted in ((table.endpoint, endpoint), (table.state, state), (table.call_id, call_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if cursor is not None:
        query = query.where(tuple_(table.made_at, table.delivery) < cursors.read_place(cursor))
    rows = connection.execute(query.order_by(table.made_at.desc(), table.delivery.desc()).limit(limit + 1)).all()
    more = cursors.write((rows[limit - 1].made_at.isoformat(), rows[limit - 1].delivery)) if len(rows) > limit else None
    return WebhookDeliveryPage(deliveries=_with_tries(connection, tenant, rows[:limit]), cursor=more)


def find(connection: Connection, tenant: str, delivery: str) -> WebhookDelivery:
    """Give one; raises DeliveryUnknown."""
    query = select(DELIVERY).where(DELIVERY.c.tenant == tenant, DELIVERY.c.delivery == delivery)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise DeliveryUnknown("there is no such delivery")
    return _with_tries(connection, tenant, [row])[0]


def again(connection: Connection, tenant: str, delivery: str, *, at: datetime) -> None:
    """Have it tried now under the same webhook-id, with all its tries before it; raises DeliveryUnknown."""
    mine = (DELIVERY.c.tenant == tenant, DELIVERY.c.delivery == delivery)
    fresh = {"state": "waiting", "tried": 0, "next_at": at, "settled_at": None, "why": None}
    if connection.execute(DELIVERY.update().where(*mine).values(fresh)).rowcount != 1:
        raise DeliveryUnknown("there is no such delivery")


def _with_tries(connection: Connection, tenant: str, rows: Sequence[Row[Any]]) -> tuple[WebhookDelivery, ...]:
    tries: dict[str, list[WebhookTry]] = {row.delivery: [] for row in rows}
    query = select(TRY).where(TRY.c.tenant == tenant, TRY.c.delivery.in_(tries)).order_by(TRY.c.number)
    for row in connection.execute(query) if tries else ():
        tries[row.delivery].append(WebhookTry(
            number=row.number, at=row.tried_at, outcome=row.outcome, status=row.status, took_ms=row.took_ms,
            error=row.error,
        ))
    return tuple(_delivery(row, tuple(tries[row.delivery])) for row in rows)


def _delivery(row: Row[Any], tries: tuple[WebhookTry, ...]) -> WebhookDelivery:
    return WebhookDelivery(
        delivery=row.delivery, endpoint=row.endpoint, event_id=row.event_id, type=row.type, call_id=row.call_id,
        state=row.state, made_at=row.made_at, next_at=row.next_at if row.state == "waiting" else None,
        settled_at=row.settled_at, why=row.why, tries=tries,
    )
