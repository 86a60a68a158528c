"""Who may take what at the desk, and what becomes of it when she is gone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from infra import clock, desk_steps, handoff_desk, outbox, presence, queue_report, released
from infra.database import engine, transaction
from infra.read_model import apply
from infra.tenancy import tenant_transaction
from schemas.desk import Duty, HandoffOverflowed, HandoffReleased
from schemas.handoffs import HandoffOffered, HandoffWithdrawn
from streams.presence_sweep import PresenceSweeper
from tests.support import calls
from tests.support.calls import FAR, START, TENANT

pytestmark = pytest.mark.contract
AT = START + timedelta(minutes=1)


@pytest.fixture
def pool(database_url: str) -> Iterator[Engine]:
    pool = engine(database_url)
    with transaction(pool) as connection:
        for event in calls.story():
            apply(connection, event)
    yield pool
    pool.dispose()


def offer(pool: Engine, handoff: str, *, language: str = "en", skills: tuple[str, ...] = (), number: int = 30) -> None:
    data = HandoffOffered(
        handoff=handoff, queue="billing", priority=2, expires_at=FAR, language=language, skills=skills,
        answer_within_ms=30_000,
    )
    with transaction(pool) as connection:
        for at, one in enumerate((calls.requested(handoff), data)):
            apply(connection, calls.event(number + at, one, call_id=f"call-{handoff}"))


def stands(pool: Engine, agent: str, *, duty: Duty = "on", at: datetime = AT, skills: tuple[str, ...] = (),
           languages: tuple[str, ...] = ()) -> None:  # fmt: skip
    with tenant_transaction(pool, TENANT) as connection:
        presence.put(connection, TENANT, agent, duty=duty, skills=skills, languages=languages, at=at)


def claims(pool: Engine, agent: str, handoff: str, *, unskilled: bool = False) -> str:
    try:
        with tenant_transaction(pool, TENANT) as connection:
            step = desk_steps.claim(handoff=handoff, agent=agent, unskilled=unskilled)
            return handoff_desk.take(connection, TENANT, handoff, step, agent=agent, at=AT).state
    except (handoff_desk.HandoffTaken, handoff_desk.HandoffUnfit) as wrong:
        return type(wrong).__name__


def seen_by(pool: Engine, agent: str) -> list[str]:
    with tenant_transaction(pool, TENANT) as connection:
        return [one.handoff for one in handoff_desk.listing(connection, TENANT, taker=agent).handoffs]


def test_an_offer_goes_to_who_has_its_skills_and_speaks_its_language(pool: Engine) -> None:
    offer(pool, "h2", language="fr", skills=("billing",))
    stands(pool, "ana", skills=("billing",), languages=("en",))
    stands(pool, "ben", languages=("fr",))
    stands(pool, "cleo", skills=("billing", "senior"), languages=("en", "fr"))
    assert [claims(pool, one, "h2") for one in ("ana", "ben", "stranger")] == ["HandoffUnfit"] * 3
    assert (seen_by(pool, "ana"), seen_by(pool, "ben")) == (["h1"], ["h1"])
    assert seen_by(pool, "cleo") == ["h2", "h1"]
    assert claims(pool, "cleo", "h2") == "claimed"
    assert claims(pool, "stranger", "h1") == "claimed"  # which needs no skill


def test_who_is_on_a_break_takes_nothing_and_a_supervisor_anything(pool: Engine) -> None:
    offer(pool, "h2", skills=("billing",))
    stands(pool, "ana", duty="break", skills=("billing",))
    assert claims(pool, "ana", "h2") == "HandoffUnfit"
    assert claims(pool, "sue", "h2", unskilled=True) == "claimed"


def test_what_a_lost_agent_had_claimed_is_released_once_and_what_she_accepted_stays_with_her(
    pool: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(pool, "h2")
    stands(pool, "ana")
    assert (claims(pool, "ana", "h1"), claims(pool, "ana", "h2")) == ("claimed", "claimed")
    with tenant_transaction(pool, TENANT) as connection:
        step = desk_steps.accept(handoff="h2", agent="ana")
        handoff_desk.take(connection, TENANT, "h2", step, agent="ana", at=AT)
    sweeper = PresenceSweeper(engine=pool)
    monkeypatch.setattr(clock, "now", lambda: AT + presence.LOST_AFTER)
    assert sweeper.once() == 0
    monkeypatch.setattr(clock, "now", lambda: AT + presence.LOST_AFTER + timedelta(seconds=1))
    assert (sweeper.once(), sweeper.once()) == (1, 0)
    with transaction(pool) as connection:
        told = [one.data for _, one in outbox.unsent(connection)]
        assert [one for one in told if isinstance(one, HandoffReleased)] == [
            HandoffReleased(handoff="h1", agent="ana", why="presence_lost")
        ]
        views = {one.agent: one for one in presence.listing(connection, TENANT).agents}
    assert (views["ana"].duty, views["ana"].in_hands) == ("lost", ("h2",))
    with tenant_transaction(pool, TENANT) as connection:
        presence.touch(connection, TENANT, ["ana", "nobody"], at=FAR)
        assert presence.listing(connection, TENANT, duty="on").agents[0].since_at == FAR


def test_a_released_handoff_is_offered_again_and_others_presence_is_untouched(pool: Engine) -> None:
    stands(pool, "ana")
    assert claims(pool, "ana", "h1") == "claimed"
    with tenant_transaction(pool, TENANT) as connection:
        assert released.give_back(connection, TENANT, "ana", why="off_duty", at=AT) == ["h1"]
        assert handoff_desk.packet(connection, TENANT, "h1").claimed_by is None
    with transaction(pool) as connection:
        again = calls.event(40, calls.offered("h1"), at=AT)
        apply(connection, again)
        assert handoff_desk.packet(connection, TENANT, "h1").state == "offered"
        assert handoff_desk.packet(connection, TENANT, "h1").offers == 2


def test_a_supervisors_step_needs_no_claim_and_a_call_that_is_over_is_not_moved(pool: Engine) -> None:
    def move() -> str:
        with tenant_transaction(pool, TENANT) as connection:
            step = desk_steps.reassign(handoff="h1", by="sue", to_agent="ben", reason="knows her")
            after = handoff_desk.take(connection, TENANT, "h1", step, agent="sue", at=AT)
            return f"{after.state} {after.claimed_by}"

    assert move() == "claimed ben"
    with transaction(pool) as connection:
        apply(connection, calls.event(41, HandoffWithdrawn(handoff="h1", reason="hangup"), at=FAR))
    with pytest.raises(handoff_desk.HandoffTaken, match="withdrawn"):
        move()


def test_the_figures_of_queues_count_what_was_promised_and_what_was_kept(pool: Engine) -> None:
    for number, name in enumerate(("q1", "q2", "q3", "q4")):
        offer(pool, name, number=10 * number)  # asked for at second 0, 10, 20 and 30
    assert (claims(pool, "ana", "q3"), claims(pool, "ana", "q4")) == ("claimed", "claimed")  # 40 and 30 s later
    with transaction(pool) as connection:
        gone = HandoffWithdrawn(handoff="q2", reason="hangup")
        apply(connection, calls.event(50, gone, call_id="call-q2", at=AT))
        came = HandoffOverflowed(handoff="q1", queue="general", to_queue="billing", offers=2)
        apply(connection, calls.event(51, came, call_id="call-q1"))
    with tenant_transaction(pool, TENANT) as connection:
        report = queue_report.report(connection, TENANT, from_at=START, to_at=None, at=AT)
    figures = {one.queue: one for one in report.queues}["billing"]
    assert (figures.requested, figures.waiting, figures.in_hands, figures.claimed) == (4, 1, 2, 2)
    assert (figures.abandoned, figures.overflowed, figures.longest_wait_ms) == (1, 1, 60_000)
    assert (figures.claim_p50_ms, figures.claim_p95_ms) == (30_000, 40_000)
    assert (figures.within_sla, figures.missed_sla) == (1, 3)
