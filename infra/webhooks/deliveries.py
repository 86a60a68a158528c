"""What is to be delivered: one row for an event and an endpoint, taken by one try at a time, settled with the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from governance.errors import InputError
from governance.webhooks import Backoff, Next, after
from infra import outbox
from infra.front_door import event as arrival
from infra.keys import Keyring
from infra.webhooks.sender import Attempt, Endpoint
from infra.webhooks.tables import DELIVERY, ENDPOINT, TRY
from schemas import codec
from schemas.base import Event, derived_id
from schemas.webhooks import GROUPS, WebhookDead, WhyDead

SOURCE = "/callwarden/webhooks"
HOUSE = "default"  # whose key names addresses
LEASE_BEYOND = timedelta(seconds=5)  # a try and its record have ended by then, or never will


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is ours to try now."""

    tenant: str
    delivery: str
    event_id: str
    call_id: str
    type: str
    occurred_at: datetime
    tried: int
    key_id: str
    body: bytes


def delivery_id(event: Event, endpoint: str) -> str:
    """Give the webhook-id: the same for every try, every restart and every reading of the event."""
    return "msg_" + derived_id(f"{event.tenant}/{event.id}", f"webhook/{endpoint}", 0)


def wanted(endpoint: Endpoint, event: Event) -> bool:
    """Tell whether an endpoint is to have an event."""
    ours = endpoint.tenants is None or event.tenant in endpoint.tenants
    kind = event.data.ce_type()
    return ours and (kind in endpoint.events or any(kind in GROUPS.get(word, ()) for word in endpoint.events))


def register(connection: Connection, keyring: Keyring, endpoints: Sequence[Endpoint], *, at: datetime) -> None:
    """Remember since when each is known; one that was disabled and has another address now is tried again."""
    for one in endpoints:
        address = keyring.pseudonym(tenant=HOUSE, kind="address", value=one.url)
        new = insert(ENDPOINT).values(endpoint=one.name, address=address, since=at)
        connection.execute(new.on_conflict_do_update(
            index_elements=["endpoint"], set_={"address": address, "disabled_at": None},
            where=ENDPOINT.c.address != address,
        ))


def known_since(connection: Connection) -> Mapping[str, datetime]:
    """Tell since when each endpoint is known: what was stored before is not told to it."""
    rows = connection.execute(select(ENDPOINT.c.endpoint, ENDPOINT.c.since))
    return {row.endpoint: row.since for row in rows}


def plan(connection: Connection, keyring: Keyring, endpoint: Endpoint, event: Event, *, at: datetime) -> None:
    """Make the delivery of an event, once; raises KeyDestroyed for a forgotten call."""
    name = delivery_id(event, endpoint.name)
    sealed = keyring.seal(
        tenant=event.tenant, call_id=event.call_id, plaintext=codec.structured(event), context=name.encode()
    )
    row = {
        "tenant": event.tenant, "delivery": name, "endpoint": endpoint.name, "event_id": event.id,
        "call_id": event.call_id, "type": event.data.ce_type(), "occurred_at": event.occurred_at, "state": "waiting",
        "tried": 0, "made_at": at, "next_at": at, "key_id": sealed.key_id, "body": sealed.ciphertext,
    }
    connection.execute(insert(DELIVERY).values(row).on_conflict_do_nothing())


def disabled(connection: Connection, endpoint: str) -> bool:
    """Tell whether the endpoint has said that it wants no more."""
    query = select(ENDPOINT.c.disabled_at).where(ENDPOINT.c.endpoint == endpoint)
    return connection.execute(query).scalar_one_or_none() is not None


def claim(connection: Connection, endpoint: Endpoint, *, at: datetime, limit: int) -> list[Due]:
    """Take what is due, new ones first; who dies with it leaves it to be due again when its lease is over."""
    table = DELIVERY.c
    mine = (
        select(table.tenant, table.delivery)
        .where(table.endpoint == endpoint.name, table.state == "waiting", table.next_at <= at)
        .order_by(table.tried, table.next_at).limit(limit).with_for_update(skip_locked=True).subquery()
    )
    until = at + timedelta(milliseconds=endpoint.timeout_ms) + LEASE_BEYOND
    rows = connection.execute(
        DELIVERY.update().where(table.tenant == mine.c.tenant, table.delivery == mine.c.delivery)
        .values(next_at=until).returning(
            table.tenant, table.delivery, table.event_id, table.call_id, table.type, table.occurred_at, table.tried,
            table.key_id, table.body,
        )
    )
    found = [Due(*row) for row in rows]
    return sorted(found, key=lambda one: (one.tried, one.occurred_at))


def record(
    connection: Connection, keyring: Keyring, endpoint: Endpoint, due: Due, attempt: Attempt, *, at: datetime,
    backoff: Backoff,
) -> Next | None:
    """Write a try and what follows from it; None where the call was forgotten meanwhile."""
    held = connection.execute(
        select(DELIVERY.c.tried).where(*_mine(due)).with_for_update()
    ).scalar_one_or_none()
    if held is None:
        return None
    number = 1 + connection.execute(
        select(func.coalesce(func.max(TRY.c.number), 0)).where(
            TRY.c.tenant == due.tenant, TRY.c.delivery == due.delivery
        )
    ).scalar_one()
    connection.execute(TRY.insert().values(
        tenant=due.tenant, delivery=due.delivery, number=number, tried_at=at, outcome=attempt.outcome,
        status=attempt.status, took_ms=attempt.took_ms, error=attempt.error,
    ))
    follows = after(
        attempt.outcome, attempt.status, delivery=due.delivery, tried=held + 1, most_tries=endpoint.tries,
        retry_after_ms=attempt.retry_after_ms, backoff=backoff,
    )
    if follows.disable:
        gone = ENDPOINT.update().where(ENDPOINT.c.endpoint == endpoint.name, ENDPOINT.c.disabled_at.is_(None))
        connection.execute(gone.values(disabled_at=at))
    ended = at + timedelta(milliseconds=attempt.took_ms)  # a wait begins when the try is over
    _settle(connection, due, follows, tried=held + 1, at=ended)
    if follows.why is not None:
        _bury(connection, keyring, endpoint.name, due, attempt, why=follows.why, tries=number, at=at)
    return follows


def give_up(connection: Connection, keyring: Keyring, endpoint: Endpoint, due: Due, *, at: datetime) -> None:
    """Settle a delivery to an endpoint that is disabled, without a try."""
    if connection.execute(select(DELIVERY.c.tried).where(*_mine(due)).with_for_update()).scalar_one_or_none() is None:
        return
    _settle(connection, due, Next(state="dead", why="endpoint_disabled"), tried=due.tried, at=at)
    _bury(connection, keyring, endpoint.name, due, None, why="endpoint_disabled", tries=due.tried, at=at)


def drop(connection: Connection, due: Due) -> None:
    """Take away the delivery of a call that was forgotten."""
    connection.execute(DELIVERY.delete().where(*_mine(due)))


def _settle(connection: Connection, due: Due, follows: Next, *, tried: int, at: datetime) -> None:
    waits = follows.state == "waiting"
    connection.execute(DELIVERY.update().where(*_mine(due)).values(
        state=follows.state, tried=tried, why=follows.why, settled_at=None if waits else at,
        next_at=at + timedelta(milliseconds=follows.wait_ms),
    ))


def _bury(
    connection: Connection, keyring: Keyring, endpoint: str, due: Due, last: Attempt | None, *, why: WhyDead,
    tries: int, at: datetime,
) -> None:
    if due.type == WebhookDead.ce_type():
        return  # a house that tells of its dead by webhook would never end telling
    try:
        keyring.ensure(tenant=due.tenant, call_id=due.call_id)
    except InputError:
        return  # the front door takes nothing of a forgotten call
    data = WebhookDead(
        delivery=due.delivery, endpoint=endpoint, event_id=due.event_id, event_type=due.type, tries=tries, why=why,
        outcome=last.outcome if last else None, status=last.status if last else None,
    )
    outbox.add(connection, arrival(
        data, call_id=due.call_id, tenant=due.tenant, source=SOURCE,
        source_id=f"{due.delivery}/{at.isoformat()}", occurred_at=at,
    ))


def _mine(due: Due) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DELIVERY.c.tenant == due.tenant, DELIVERY.c.delivery == due.delivery
