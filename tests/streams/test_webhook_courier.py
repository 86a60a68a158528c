"""Deliveries against real receivers that fail, hang, repeat and vanish: every try logged, one webhook-id for all."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from governance.webhooks import Backoff
from infra import audit_store, call_sweep, outbox
from infra.clock import now
from infra.database import transaction
from infra.keys import Keyring
from infra.webhooks import deliveries
from infra.webhooks.sender import Sender
from schemas import topics
from schemas.audit import Source
from schemas.webhooks import WebhookDead
from streams import entries
from tests.support.calls import TENANT, event, packaged, requested, utterance
from tests.support.webhook_receiver import receiver
from tests.support.webhooks import ASKED, LATER, SECRET, Rounds, buried, endpoint, lapse, log_of, plan

pytestmark = pytest.mark.flow

# What an event of the outbox passes on its way down.
STAIR = {"call.raw", "call.events", "call.redacted", "call.turns", "call.governed"}


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    made = Sender()
    yield made
    await made.stop()


@pytest.fixture
def rounds(pool: Engine, keyring: Keyring, sender: Sender) -> Rounds:
    return Rounds(pool, keyring, sender)


async def test_an_error_and_then_a_good_answer_is_two_tries_of_one_webhook_id(rounds: Rounds) -> None:
    async with receiver("500", "200") as there:
        tried = await rounds.go(endpoint(there.url), 3)
    assert tried == [("failed", 500), ("delivered", 200)]
    assert {one.id for one in there.received} == {deliveries.delivery_id(ASKED, "desk")}
    assert all(one.signed_with(SECRET) for one in there.received)
    (kept,) = log_of(rounds.pool)
    assert (kept.state, kept.why, kept.next_at) == ("delivered", None, None)
    assert kept.settled_at is not None
    assert buried(rounds.pool) == []


async def test_what_is_sent_is_the_redacted_event_as_a_cloudevent(rounds: Rounds) -> None:
    said = event(2, utterance("it is <CARD_1> thanks"))
    async with receiver() as there:
        await rounds.go(endpoint(there.url), 1, said)
    sent = json.loads(there.received[0].body)
    assert (sent["specversion"], sent["id"], sent["type"]) == ("1.0", said.id, "callwarden.utterance_redacted.v1")
    assert (sent["subject"], sent["tenant"], sent["time"]) == ("call-1", TENANT, "2026-03-01T12:00:02Z")
    assert sent["datacontenttype"] == "application/json"
    assert sent["data"]["text"] == "it is <CARD_1> thanks"


@pytest.mark.parametrize(("word", "outcome", "status"), [
    ("hang", "timeout", None), ("drop", "failed", None), ("half", "failed", None),
    ("302 Location: http://127.0.0.1:1/", "failed", 302), ("404", "failed", 404),
])
async def test_whatever_the_receiver_does_badly_is_tried_again(
    rounds: Rounds, word: str, outcome: str, status: int | None
) -> None:
    async with receiver(word, "204") as there:
        await rounds.go(endpoint(there.url, timeout_ms=300 if word == "hang" else 30_000), 1)
        tried = await rounds.go(endpoint(there.url), 2)  # patiently: a busy machine is no failure
    assert tried == [(outcome, status), ("delivered", 204)]


async def test_after_the_last_try_it_is_dead_and_an_event_says_so(rounds: Rounds) -> None:
    async with receiver(then="503") as there:
        tried = await rounds.go(endpoint(there.url, tries=3), 5)
    assert tried == [("failed", 503)] * 3
    (kept,) = log_of(rounds.pool)
    assert (kept.state, kept.why) == ("dead", "tries_used_up")
    (dead,) = buried(rounds.pool)
    assert (dead.endpoint, dead.event_id, dead.tries, dead.why, dead.outcome, dead.status) == (
        "desk", ASKED.id, 3, "tries_used_up", "failed", 503
    )
    assert dead.delivery == there.received[0].id


async def test_the_event_of_a_dead_delivery_is_carried_to_the_foot_and_becomes_an_entry(rounds: Rounds) -> None:
    async with receiver(then="500") as there:
        await rounds.go(endpoint(there.url, tries=1), 1)
    assert all(WebhookDead in topic.carries for topic in topics.TOPICS if topic.name in STAIR)
    with transaction(rounds.pool) as connection:
        ((_, told),) = outbox.unsent(connection)
        src = Source(cluster="c", topic_id="t", partition=0, offset=1)
        audit_store.append(connection, TENANT, [entries.draft(told, src=src, keyring=rounds.keyring)], now())
        query = text("SELECT type || ' of ' || call FROM audit_index WHERE tenant = :tenant")
        assert connection.execute(query, {"tenant": TENANT}).scalars().all() == ["webhook_dead of call-1"]


async def test_the_dead_of_the_dead_are_not_told(rounds: Rounds) -> None:
    told = WebhookDead(
        delivery="msg_1", endpoint="desk", event_id="e", event_type="t", tries=1, why="tries_used_up"
    )
    async with receiver(then="500") as there:
        await rounds.go(endpoint(there.url, tries=1), 1, event(9, told))
    assert log_of(rounds.pool)[0].state == "dead"
    assert buried(rounds.pool) == []


async def test_gone_disables_the_endpoint_and_nothing_more_is_sent_to_it(rounds: Rounds) -> None:
    async with receiver("410") as there:
        await rounds.go(endpoint(there.url), 1)
        await rounds.go(endpoint(there.url), 1, event(9, packaged()))
        assert [(one.state, one.why) for one in log_of(rounds.pool)] == [
            ("dead", "gone"), ("dead", "endpoint_disabled")
        ]
        assert len(there.received) == 1
        assert {one.why for one in buried(rounds.pool)} == {"gone", "endpoint_disabled"}
        # Another address is another receiver.
        moved = endpoint(f"{there.url}/new")
        await rounds.go(moved, 1, event(10, requested("h2")))
        assert [one.path for one in there.received] == ["/hook", "/hook/new"]


async def test_retry_after_is_honoured(rounds: Rounds) -> None:
    async with receiver("429 Retry-After: 600") as there:
        desk = endpoint(there.url)
        plan(rounds.pool, rounds.keyring, [ASKED], desk)
        at = now()
        courier = rounds.courier(desk, backoff=Backoff(first_ms=1000))
        assert await courier.once(desk, at=at) == 1
        assert await courier.once(desk, at=at + timedelta(seconds=590)) == 0
        assert await courier.once(desk, at=at + timedelta(seconds=630)) == 1
    assert len(there.received) == 2


async def test_a_wait_grows_with_every_try(rounds: Rounds) -> None:
    async with receiver(then="500") as there:
        desk = endpoint(there.url, tries=9)
        plan(rounds.pool, rounds.keyring, [ASKED], desk)
        at = now()
        waits = []
        for _ in range(5):
            await rounds.courier(desk, backoff=Backoff(first_ms=60_000)).once(desk, at=at)
            following = log_of(rounds.pool)[0].next_at
            assert following is not None
            waits.append((following - at).total_seconds())
            at = following
    for n, wait in enumerate(waits):
        assert 30 * 2**n <= wait <= 60 * 2**n + 5


async def test_a_crash_between_send_and_record_sends_the_same_webhook_id_again(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    async with receiver() as there:
        desk = endpoint(there.url)
        plan(rounds.pool, rounds.keyring, [ASKED], desk)
        at = now()
        with monkeypatch.context() as crash:
            crash.setattr(deliveries, "record", killed)
            with pytest.raises(Killed):
                await rounds.courier(desk).once(desk, at=at)
        (waiting,) = log_of(rounds.pool)
        assert (waiting.state, waiting.tries) == ("waiting", ())
        restarted = rounds.courier(desk)
        assert await restarted.once(desk, at=at) == 0  # its lease is not over: another worker may be at it
        assert await restarted.once(desk, at=at + LATER) == 1
    first, second = there.received
    assert (first.id, first.body) == (second.id, second.body)
    assert log_of(rounds.pool)[0].state == "delivered"


async def test_two_workers_take_each_delivery_once(rounds: Rounds) -> None:
    events = [event(n, requested(f"h{n}")) for n in range(40, 56)]
    async with receiver() as there:
        desk = endpoint(there.url)
        plan(rounds.pool, rounds.keyring, events, desk)
        at = now()
        took = await asyncio.gather(*(rounds.courier(desk).once(desk, at=at + LATER) for _ in range(2)))
        assert sum(took) == len(events)
    assert sorted(one.id for one in there.received) == sorted({one.id for one in there.received})


async def test_a_dead_receiver_does_not_hold_another_up(rounds: Rounds) -> None:
    async with receiver(then="hang") as dead, receiver() as alive:
        slow = endpoint(dead.url, name="slow", timeout_ms=30_000)
        fast = endpoint(alive.url, name="fast")
        plan(rounds.pool, rounds.keyring, [event(n, requested(f"h{n}")) for n in range(20, 40)], slow, fast)
        work = asyncio.create_task(rounds.courier(slow, fast).run())
        assert len(await alive.until(20)) == 20
        assert not work.done()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    assert all(one.state == "waiting" and not one.tries for one in log_of(rounds.pool, endpoint="slow"))


async def test_it_runs_by_itself_and_a_bell_wakes_it(rounds: Rounds) -> None:
    async with receiver("500", "200") as there:
        desk = endpoint(there.url)
        courier = rounds.courier(desk, backoff=Backoff(first_ms=1))
        work = asyncio.create_task(courier.run())
        plan(rounds.pool, rounds.keyring, [ASKED], desk)
        courier.ring()
        assert len(await there.until(2)) == 2
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def test_new_messages_go_before_those_that_failed(rounds: Rounds) -> None:
    async with receiver("500") as there:
        desk = endpoint(there.url)
        await rounds.go(desk, 1)
        plan(rounds.pool, rounds.keyring, [event(9, packaged())], desk)
        lapse(rounds.pool)
        with transaction(rounds.pool) as connection:
            due = deliveries.claim(connection, desk, at=now(), limit=1)
    assert [one.type for one in due] == ["callwarden.handoff_packaged.v1"]


async def test_of_a_forgotten_call_nothing_is_told_any_more(rounds: Rounds) -> None:
    async with receiver() as there:
        desk = endpoint(there.url)
        plan(rounds.pool, rounds.keyring, [ASKED], desk)
        with transaction(rounds.pool) as connection:
            rounds.keyring.destroy(connection, tenant=TENANT, call_id="call-1", at=now())
        assert await rounds.courier(desk).once(desk, at=now() + LATER) == 1
    assert there.received == []
    assert log_of(rounds.pool) == []


async def test_deliveries_and_tries_go_when_the_words_of_a_call_are_swept(rounds: Rounds) -> None:
    async with receiver(then="500") as there:
        await rounds.go(endpoint(there.url), 2)
    with transaction(rounds.pool) as connection:
        assert connection.execute(text("SELECT count(*) FROM webhook_try")).scalar_one() == 2
        deleted = call_sweep.sweep(connection, "words", tenant=TENANT, call_id="call-1", key_id=None)
        assert deleted["webhook_delivery"] == 1
        assert connection.execute(text("SELECT count(*) FROM webhook_try")).scalar_one() == 0
