"""Endpoints for tests, and what the database holds of their deliveries."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import Engine, text

from governance.webhooks import Backoff
from infra import outbox
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.webhooks import deliveries, delivery_log
from infra.webhooks.sender import Endpoint, Sender
from schemas.base import Event
from schemas.webhooks import WebhookDead, WebhookDelivery
from streams.webhook_courier import Courier
from tests.support.calls import TENANT, event, requested

SECRET = "whsec_" + "bmV3" * 8
ASKED = event(8, requested())
LATER = timedelta(days=2)  # beyond every wait and lease


def endpoint(
    url: str, *, name: str = "desk", events: Sequence[str] = ("handoff",), timeout_ms: int = 30_000, tries: int = 3,
    tenants: Sequence[str] | None = None,
) -> Endpoint:
    return Endpoint(
        name=name, url=url, secrets=(SecretStr(SECRET),), events=frozenset(events), timeout_ms=timeout_ms,
        allow_private=True, tries=tries, tenants=None if tenants is None else frozenset(tenants),
    )


def plan(pool: Engine, keyring: Keyring, events: Sequence[Event], *endpoints: Endpoint) -> None:
    """Make deliveries as the planner does."""
    with transaction(pool) as connection:
        deliveries.register(connection, keyring, endpoints, at=now())
        for one in endpoints:
            for event in events:
                deliveries.plan(connection, keyring, one, event, at=now())


def log_of(pool: Engine, *, tenant: str = TENANT, endpoint: str | None = None) -> list[WebhookDelivery]:
    """Read the delivery log, oldest first."""
    with transaction(pool) as connection:
        page = delivery_log.listing(connection, tenant, endpoint=endpoint, limit=200)
    return list(reversed(page.deliveries))


def buried(pool: Engine) -> list[WebhookDead]:
    """Read the events of dead deliveries that wait for the front door."""
    with transaction(pool) as connection:
        return [one.data for _, one in outbox.unsent(connection) if isinstance(one.data, WebhookDead)]


def lapse(pool: Engine) -> None:
    """Let every lease be over."""
    with transaction(pool) as connection:
        connection.execute(text("UPDATE webhook_delivery SET next_at = made_at WHERE state = 'waiting'"))


class Rounds:
    """Plans an event and tries it as often as a test says, without waiting for the waits."""

    def __init__(self, pool: Engine, keyring: Keyring, sender: Sender) -> None:
        self.pool, self.keyring, self.sender = pool, keyring, sender

    def courier(self, *endpoints: Endpoint, backoff: Backoff | None = None) -> Courier:
        return Courier(
            engine=self.pool, keyring=self.keyring, sender=self.sender, endpoints=endpoints, backoff=backoff
        )

    async def go(self, there: Endpoint, count: int, *events: Event) -> list[tuple[str, int | None]]:
        """Try so often, each long after the one before; gives outcomes and statuses."""
        plan(self.pool, self.keyring, events or (ASKED,), there)
        at = now()
        for n in range(count):
            await self.courier(there).once(there, at=at + n * LATER)
        return [(one.outcome, one.status) for one in log_of(self.pool)[0].tries]
