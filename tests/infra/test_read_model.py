"""The read model folds each event once, whatever the order of its topics."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from infra import calls_reader, deadlines, desk_steps, handoff_desk, outbox
from infra.database import engine, transaction
from infra.read_model import apply
from infra.tenancy import tenant_transaction
from schemas.base import Data, Event, derived_id
from schemas.calls import CallEnded, DeadlinePassed, DeadlineSet, DtmfRedacted, ParticipantJoined
from schemas.deadletters import DeadLettered
from schemas.disclosures import (
    ConsentGiven,
    ConsentRequested,
    ConsentRequired,
    ConsentWithdrawn,
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
)
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffPackaged,
    HandoffWithdrawn,
)
from schemas.redacted import EntitySealed, RedactionAmended, RedactionFailed
from schemas.turns import BargeInDetected, TurnMarked
from schemas.verdicts import DisclosureGiven, DisclosureMissed, EmergencyDetected, VerdictReached
from tests.support import calls
from tests.support.packets import packet

pytestmark = pytest.mark.contract
TABLES = (
    "call", "utterance", "turn", "verdict", "sealed_entity", "handoff", "deadline", "dead_letter", "applied_event",
    "disclosure", "recording_consent",
)


@pytest.fixture
def pool(database_url: str) -> Engine:
    return engine(database_url)


def fold(pool: Engine, *events: Event) -> None:
    with transaction(pool) as connection:
        for event in events:
            apply(connection, event)


def everything(pool: Engine) -> dict[str, list[str]]:
    with transaction(pool) as connection:
        return {
            table: sorted(str(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}")))
            for table in TABLES
        }


def one_of_each() -> list[Event]:
    because = calls.because()
    rest: list[Data] = [
        ParticipantJoined(participant="caller"),
        DtmfRedacted(count=4, pseudonym="<NUMBER_1>", entity="NUMERIC_ID", turn=1),
        RedactionFailed(participant="caller", utterance="u9", turn=1, error="timeout", detector="d1"),
        EntitySealed(pseudonym="<CARD_1>", entity="CREDIT_CARD", key_id="k", sealed="AAAA"),
        TurnMarked(turn=1, mark="first_token", at=calls.START),
        BargeInDetected(turn=1, at_ms=10, utterance="a1", stopped_after_ms=80),
        VerdictReached(rule="r", kind="k", score=1, reason="x", policy_version="p", because=because),
        EmergencyDetected(
            kind="medical", rule="r", score=1, reason="x", policy_version="p", provisional=True, because=because
        ),
        DisclosureGiven(disclosure="ai", rule="r", policy_version="p", because=because),
        DisclosureMissed(disclosure="ai", rule="r", policy_version="p"),
        DisclosureRequired(disclosure="ai", round=1, rule="r", policy_version="p", due_at=calls.FAR, language="en"),
        DisclosureSaid(disclosure="ai", round=1, rule="r", policy_version="p", utterance="a", because=because),
        DisclosureInterrupted(
            disclosure="ai", round=1, rule="r", policy_version="p", utterance="a", at_word=2, because=because
        ),
        DisclosureHeard(disclosure="ai", round=1, rule="r", policy_version="p", because=because),
        ConsentRequired(rule="r", policy_version="p", mode="ask", on_refusal="keep"),
        ConsentRequested(rule="r", policy_version="p", because=because),
        ConsentGiven(rule="r", policy_version="p", because=because),
        ConsentWithdrawn(rule="r", policy_version="p", because=because),
        DeadlineSet(deadline="d1", why="handoff.accept", about="h1", due_at=calls.START),
        HandoffClaimed(handoff="h1", agent="ann"),
        HandoffDeclined(handoff="h1", agent="ann", reason="lunch"),
        HandoffExpired(handoff="h1", queue="general"),
        calls.offered(),
        HandoffClaimed(handoff="h1", agent="bob"),
        HandoffAccepted(handoff="h1", agent="bob"),
        HandoffWithdrawn(handoff="h1", reason="hangup"),
        HandoffCompleted(handoff="h1", agent="bob", disposition="solved"),
        DeadlinePassed(deadline="d1", why="handoff.accept", about="h1"),
        DeadLettered(topic="call.raw", reason="no", sha256="00", size=1),
        CallEnded(reason="hangup"),
    ]
    return calls.story() + [calls.event(number, data) for number, data in enumerate(rest, start=20)]


def test_applying_every_type_of_event_twice_changes_nothing(pool: Engine) -> None:
    events = one_of_each()
    fold(pool, *events)
    once = everything(pool)
    fold(pool, *events)
    assert everything(pool) == once
    assert all(once.values())


def test_a_call_shows_what_was_said_heard_found_and_how_long_it_took(pool: Engine) -> None:
    fold(pool, *calls.story())
    with tenant_transaction(pool, calls.TENANT) as connection:
        call = calls_reader.call(connection, calls.TENANT, "call-1")
        turns = calls_reader.turns(connection, calls.TENANT, "call-1")
        transcript = calls_reader.transcript(connection, calls.TENANT, "call-1")
    assert call is not None
    assert turns is not None
    assert transcript is not None
    assert (call.state, call.caller, call.trace_id, call.turns) == ("live", "caller-3f", calls.TRACE, 1)
    assert [each.rule for each in call.verdicts] == ["explicit_request"]
    assert [each.state for each in call.handoffs] == ["offered"]
    assert sum(part.ms for part in turns.turns[0].waterfall) == turns.turns[0].ttfa_ms == 700
    assert [part.start_ms for part in turns.turns[0].waterfall] == [0, 500]
    caller, assistant = transcript.lines
    assert caller.text == "it is <CARD_1> thanks"
    assert caller.stages["final"].spans[0].pseudonym == "<CARD_1>"
    assert assistant.text == "Thank you."
    assert assistant.stages["generated"].text == "Thank you. Anything else?"
    assert (assistant.interrupted, assistant.mismatch) == (True, True)


def test_calls_are_listed_newest_first_over_pages_that_neither_repeat_nor_lose(pool: Engine) -> None:
    for number in range(5):
        at = calls.START + timedelta(seconds=number // 2)  # some start at one instant
        fold(pool, calls.event(1, calls.admitted(), call_id=f"call-{number}", at=at))
    seen: list[str] = []
    cursor: str | None = None
    with tenant_transaction(pool, calls.TENANT) as connection:
        for _ in range(3):
            page = calls_reader.calls(connection, calls.TENANT, cursor=cursor, limit=2)
            seen += [call.call_id for call in page.calls]
            cursor = page.cursor
    assert cursor is None
    assert seen == ["call-4", "call-3", "call-2", "call-1", "call-0"]


def test_another_tenant_sees_no_row_even_where_a_query_forgets_the_tenant(pool: Engine) -> None:
    fold(pool, *one_of_each())
    with tenant_transaction(pool, "other") as connection:
        for table in TABLES:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    with tenant_transaction(pool, calls.TENANT) as connection:
        assert connection.execute(text("SELECT count(*) FROM call")).scalar_one() == 1


def test_handoff_ends_in_the_same_state_whichever_topic_comes_first(pool: Engine) -> None:
    desk = [
        calls.event(11, HandoffClaimed(handoff="h1", agent="ann")),
        calls.event(12, HandoffDeclined(handoff="h1", agent="ann", reason="lunch")),
    ]
    again = calls.event(13, calls.offered(), at=desk[1].occurred_at)  # follows the decline, at its instant
    outcomes = [*calls.story()[8:], again]
    for number, order in enumerate(itertools.permutations([*desk, *outcomes])):
        if [each for each in order if each in outcomes] != outcomes or [each for each in order if each in desk] != desk:
            continue  # each topic keeps its own order
        tenant = f"tenant-{number}"
        fold(pool, *(each.model_copy(update={"tenant": tenant}) for each in order))
        with tenant_transaction(pool, tenant) as connection:
            assert handoff_desk.packet(connection, tenant, "h1").state == "offered"


def test_an_expiry_on_its_way_does_not_undo_an_acceptance(pool: Engine) -> None:
    fold(pool, *calls.story())
    with tenant_transaction(pool, calls.TENANT) as connection:
        for step in (desk_steps.claim(handoff="h1", agent="ann"), desk_steps.accept(handoff="h1", agent="ann")):
            at = calls.START + timedelta(seconds=20)
            handoff_desk.take(connection, calls.TENANT, "h1", step, agent="ann", at=at)
    fold(pool, calls.event(30, HandoffExpired(handoff="h1", queue="general")), calls.event(31, calls.offered()))
    with tenant_transaction(pool, calls.TENANT) as connection:
        assert handoff_desk.packet(connection, calls.TENANT, "h1").state == "accepted"


def test_a_step_of_the_desk_that_comes_back_over_the_stair_changes_nothing(pool: Engine) -> None:
    fold(pool, *calls.story())
    at = calls.START + timedelta(seconds=20)
    with tenant_transaction(pool, calls.TENANT) as connection:
        step = desk_steps.claim(handoff="h1", agent="ann")
        taken = handoff_desk.take(connection, calls.TENANT, "h1", step, agent="ann", at=at)
    with transaction(pool) as connection:
        waiting = outbox.unsent(connection)
    assert [event.type for _, event in waiting] == ["handoff_claimed"]
    assert waiting[0][1].id == derived_id("acme/h1", "desk", taken.version)
    fold(pool, waiting[0][1])
    with transaction(pool) as connection:
        outbox.mark_sent(connection, [waiting[0][0]], at=at)
        assert outbox.unsent(connection) == []
        assert handoff_desk.packet(connection, calls.TENANT, "h1").version == taken.version


def test_a_timer_is_due_once_its_instant_has_come_and_until_it_was_sent(pool: Engine) -> None:
    timer = DeadlineSet(deadline="d1", why="handoff.accept", about="h1", due_at=calls.START)
    fold(pool, calls.event(1, timer))
    with transaction(pool) as connection:
        assert deadlines.due(connection, now=calls.START - timedelta(seconds=1)) == []
        (due,) = deadlines.due(connection, now=calls.START)
        assert (due.deadline, due.why, due.about, due.call_id) == ("d1", "handoff.accept", "h1", "call-1")
        deadlines.mark_sent(connection, ["d1"], at=calls.START)
        assert deadlines.due(connection, now=calls.START) == []


@pytest.mark.parametrize("packet_first", [True, False])
def test_an_amended_text_is_read_everywhere_whichever_topic_comes_first(pool: Engine, packet_first: bool) -> None:
    said = calls.event(1, calls.utterance("it is nine nine and so on"))
    amended = calls.event(2, RedactionAmended(
        amends=said.id, participant="caller", utterance="u1", turn=1, text="it is <US_SSN_1> and so on", detector="d2"
    ))
    packaged = calls.event(3, HandoffPackaged(
        handoff="h1", packet=packet("it is nine nine and so on", event_id=said.id, tenant=calls.TENANT)
    ))
    rest = [packaged, amended] if packet_first else [amended, packaged]
    fold(pool, calls.event(0, calls.admitted()), said, *rest, amended)
    with tenant_transaction(pool, calls.TENANT) as connection:
        read = calls_reader.transcript(connection, calls.TENANT, "call-1")
        assert read is not None
        assert read.lines[0].text == "it is <US_SSN_1> and so on"
        assert read.lines[0].stages["final"].amended_by == amended.id
        assert "nine" not in handoff_desk.packet(connection, calls.TENANT, "h1").model_dump_json()


def test_a_text_that_postgresql_cannot_hold_does_not_stop_the_record(pool: Engine) -> None:
    fold(pool, calls.event(1, calls.utterance("before\u0000after")))
    with tenant_transaction(pool, calls.TENANT) as connection:
        transcript = calls_reader.transcript(connection, calls.TENANT, "call-1")
    assert transcript is not None
    assert transcript.lines[0].text == "before\ufffdafter"
