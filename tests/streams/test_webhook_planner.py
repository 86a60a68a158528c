"""Events at the foot of the stair become deliveries once, whatever is read again; nobody hears of what was before."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine, text

from infra import audit_store, topics
from infra.clock import now
from infra.database import transaction
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.webhooks import deliveries
from infra.webhooks.sender import Endpoint
from schemas import codec
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES
from streams.webhook_planner import CONSUMER, WebhookPlanner
from tests.support.calls import TENANT, event, offered, requested, story, utterance
from tests.support.webhooks import endpoint, log_of, plan

pytestmark = pytest.mark.flow

NOWHERE = "http://127.0.0.1:1/"


@pytest.fixture
def planner(servers: str, pool: Engine, keyring: Keyring, bus: EventBus) -> Callable[..., WebhookPlanner]:
    def make(*endpoints: Endpoint) -> WebhookPlanner:
        return WebhookPlanner(
            bootstrap_servers=servers, engine=pool, keyring=keyring, incarnations=topics.incarnations(pool),
            endpoints=endpoints,
        )

    return make


@asynccontextmanager
async def planning(planner: WebhookPlanner) -> AsyncIterator[None]:
    work = asyncio.create_task(planner.run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def send(bus: EventBus, events: Sequence[Event], *, topic: str = CALL_GOVERNED.name) -> None:
    await bus.send_all([Record(topic, one.call_id, codec.value_of(one), codec.headers_of(one)) for one in events])


def told(pool: Engine, name: str, *, tenant: str = TENANT) -> list[str]:
    return [one.event_id for one in log_of(pool, tenant=tenant, endpoint=name)]


async def until(pool: Engine, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.05)


def read_up(pool: Engine) -> int:
    """How many records the planner has behind it."""
    with transaction(pool) as connection:
        return sum(
            at for life in set(topics.incarnations(pool).values())
            for at in audit_store.positions(connection, consumer=CONSUMER, incarnation=life).values()
        )


async def test_each_endpoint_hears_what_it_asked_for_once_and_goes_on_after_a_restart(
    bus: EventBus, pool: Engine, keyring: Keyring, planner: Callable[..., WebhookPlanner]
) -> None:
    desk = endpoint(NOWHERE, name="desk", events=["handoff"])
    words = endpoint(NOWHERE, name="words", events=["callwarden.utterance_redacted.v1"], tenants=["other"])
    plan(pool, keyring, [], desk, words)  # both are known before anything is told
    mine, others = story(), story(call_id="call-2", tenant="other", handoff="h2")
    await send(bus, [*mine, *mine[3:], *others])  # delivered twice by the broker
    await send(bus, [event(20, offered())], topic=CALL_OUTCOMES.name)
    count = 2 * len(mine) - 3 + len(others) + 1
    async with planning(planner(desk, words)):
        await until(pool, lambda: read_up(pool) == count)
    handoffs = [one.id for one in mine if one.type.startswith("handoff_")]
    assert sorted(told(pool, "desk")) == sorted([*handoffs, f"{TENANT}/call-1/20"])
    assert told(pool, "words") == []
    assert told(pool, "words", tenant="other") == ["other/call-2/2"]
    more = event(30, requested("h9"))
    await send(bus, [more])
    async with planning(planner(desk, words)):  # another process: it goes on where the database says
        await until(pool, lambda: read_up(pool) == count + 1)
    assert told(pool, "desk").count(more.id) == 1
    assert len(told(pool, "desk")) == len(handoffs) + 2


async def test_a_new_endpoint_does_not_hear_of_what_was_before_it(
    bus: EventBus, pool: Engine, planner: Callable[..., WebhookPlanner]
) -> None:
    await send(bus, [event(1, requested())])
    await asyncio.sleep(0.01)  # the broker counts in milliseconds
    async with planning(planner(endpoint(NOWHERE))):
        await until(pool, lambda: read_up(pool) == 1)
        await send(bus, [event(2, requested("h2"))])
        await until(pool, lambda: read_up(pool) == 2)
    assert told(pool, "desk") == [f"{TENANT}/call-1/2"]


async def test_an_unreadable_record_and_a_forgotten_call_hold_nothing_up(
    bus: EventBus, pool: Engine, keyring: Keyring, planner: Callable[..., WebhookPlanner]
) -> None:
    desk = endpoint(NOWHERE)
    plan(pool, keyring, [], desk)
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant=TENANT, call_id="gone", at=now())
    lost = event(1, requested(), call_id="gone")
    await bus.send(CALL_GOVERNED.name, key="call-1", value=b"{", headers=codec.headers_of(event(1, requested())))
    await send(bus, [lost, event(2, requested("h2"))])
    async with planning(planner(desk)):
        await until(pool, lambda: read_up(pool) == 3)
    assert told(pool, "desk") == [f"{TENANT}/call-1/2"]


async def test_nothing_of_an_event_is_kept_in_the_clear(pool: Engine, keyring: Keyring) -> None:
    plan(pool, keyring, [event(1, utterance("said in confidence"))], endpoint(f"{NOWHERE}token-of-the-path"))
    with transaction(pool) as connection:
        for table in ("webhook_delivery", "webhook_endpoint"):
            rows = connection.execute(text(f"SELECT t::text, encode(t::text::bytea, 'escape') FROM {table} AS t"))
            kept = " ".join(map(str, rows.all()))
            assert "confidence" not in kept
            assert "token-of-the-path" not in kept
        body = connection.execute(text("SELECT body FROM webhook_delivery")).scalar_one()
    assert b"confidence" not in bytes(body)


def test_an_endpoint_is_told_the_events_of_its_tenants_only() -> None:
    asked = event(1, requested())
    assert deliveries.wanted(endpoint(NOWHERE), asked)
    assert deliveries.wanted(endpoint(NOWHERE, tenants=[TENANT]), asked)
    assert not deliveries.wanted(endpoint(NOWHERE, tenants=["other"]), asked)
    assert not deliveries.wanted(endpoint(NOWHERE, events=["alert", "dispatch"]), asked)


def test_the_webhook_id_is_of_event_endpoint_and_tenant() -> None:
    asked = event(1, requested())
    same = deliveries.delivery_id(asked, "desk")
    assert same == deliveries.delivery_id(asked.model_copy(update={"sequence": 9}), "desk")
    others = {
        deliveries.delivery_id(asked, "pager"), deliveries.delivery_id(event(2, requested()), "desk"),
        deliveries.delivery_id(asked.model_copy(update={"tenant": "other"}), "desk"),
    }
    assert len(others | {same}) == 4
