"""The desk gives each call to one person, whoever else reaches for it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from infra import desk_steps, handoff_desk, outbox
from infra.database import engine, transaction
from infra.read_model import apply
from infra.tenancy import tenant_transaction
from tests.support import calls

pytestmark = pytest.mark.contract
AT = calls.START + timedelta(minutes=1)


@pytest.fixture
def pool(database_url: str) -> Engine:
    pool = engine(database_url, pool_size=50)
    with transaction(pool) as connection:
        for event in calls.story():
            apply(connection, event)
    return pool


def claim(pool: Engine, agent: str) -> str:
    try:
        with tenant_transaction(pool, calls.TENANT) as connection:
            step = desk_steps.claim(handoff="h1", agent=agent)
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent=agent, at=AT)
    except handoff_desk.HandoffTaken:
        return "taken"
    return "won"


def test_of_a_thousand_claims_at_once_one_wins_and_one_event_leaves(pool: Engine) -> None:
    together = Barrier(1000)

    def reach(number: int) -> str:
        together.wait()
        return claim(pool, f"agent-{number}")

    with ThreadPoolExecutor(1000) as agents:
        assert Counter(agents.map(reach, range(1000))) == {"won": 1, "taken": 999}
    with transaction(pool) as connection:
        assert len(outbox.unsent(connection)) == 1


def test_a_handoff_goes_from_claim_over_decline_and_acceptance_to_completion(pool: Engine) -> None:
    agent = "ann"
    with tenant_transaction(pool, calls.TENANT) as connection:
        for step in (desk_steps.claim(handoff="h1", agent=agent), desk_steps.accept(handoff="h1", agent=agent)):
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent=agent, at=AT)
        done = desk_steps.complete(handoff="h1", agent=agent, disposition="solved")
        after = handoff_desk.take(connection, calls.TENANT, "h1", done, agent=agent, at=AT)
    assert (after.state, after.disposition, after.claimed_by) == ("completed", "solved", agent)
    assert after.packet is not None


def test_only_who_claimed_a_handoff_may_accept_it(pool: Engine) -> None:
    claim(pool, "ann")
    with tenant_transaction(pool, calls.TENANT) as connection:
        step = desk_steps.accept(handoff="h1", agent="bob")
        with pytest.raises(handoff_desk.HandoffTaken, match="another agent"):
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent="bob", at=AT)


def test_an_expired_offer_cannot_be_claimed(pool: Engine) -> None:
    with tenant_transaction(pool, calls.TENANT) as connection:
        step = desk_steps.claim(handoff="h1", agent="ann")
        with pytest.raises(handoff_desk.HandoffTaken, match="expired"):
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent="ann", at=calls.FAR)


def test_a_step_on_an_older_version_is_refused(pool: Engine) -> None:
    with tenant_transaction(pool, calls.TENANT) as connection:
        step = desk_steps.claim(handoff="h1", agent="ann")
        with pytest.raises(handoff_desk.HandoffChanged):
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent="ann", at=AT, version=99)


def test_another_tenants_handoff_does_not_exist(pool: Engine) -> None:
    with tenant_transaction(pool, "other") as connection, pytest.raises(handoff_desk.HandoffUnknown):
        handoff_desk.packet(connection, "other", "h1")


def test_the_list_has_the_most_urgent_first_over_pages(pool: Engine) -> None:
    with transaction(pool) as connection:
        for number, priority in enumerate((5, 1, 3), start=2):
            offered = calls.offered(f"h{number}", priority=priority)
            apply(connection, calls.event(number, offered, call_id=f"call-{number}"))
    seen: list[str] = []
    cursor: str | None = None
    with tenant_transaction(pool, calls.TENANT) as connection:
        for _ in range(2):
            page = handoff_desk.listing(connection, calls.TENANT, cursor=cursor, limit=2)
            seen += [each.handoff for each in page.handoffs]
            cursor = page.cursor
        assert len(handoff_desk.changed(connection, calls.TENANT, {}).news) == 4
    assert seen[0] == "h3"
    assert seen[-1] == "h2"
    assert cursor is None
