"""Sessions of people: found by their secret only, and over when they should be."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from infra.database import engine, transaction
from infra.login_sessions import IDLE, LASTS, LoginSessions, csrf_of
from infra.tokens import Principal

pytestmark = pytest.mark.contract
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Principal("ann", "acme", "agent")


@pytest.fixture
def sessions(database_url: str) -> LoginSessions:
    return LoginSessions(engine(database_url))


def test_a_session_gives_the_person_who_opened_it(sessions: LoginSessions) -> None:
    opened = sessions.open(ANN, via="token", at=NOON)
    assert sessions.find(opened.secret, at=NOON) == ANN
    assert opened.csrf == csrf_of(opened.secret) != csrf_of(sessions.open(ANN, via="token", at=NOON).secret)


def test_only_a_digest_of_the_secret_is_kept(sessions: LoginSessions, database_url: str) -> None:
    opened = sessions.open(ANN, via="token", at=NOON)
    with transaction(engine(database_url)) as connection:
        kept = str(connection.execute(text("SELECT * FROM login_session")).one())
    random = opened.secret.partition(".")[2]
    assert random not in kept
    assert opened.csrf not in kept


def test_a_session_ends_when_nobody_uses_it_and_after_its_day_in_any_case(sessions: LoginSessions) -> None:
    idle, busy = (sessions.open(ANN, via="token", at=NOON) for _ in range(2))
    at = NOON
    while at < NOON + LASTS - IDLE / 2:
        at += IDLE / 2
        assert sessions.find(busy.secret, at=at) == ANN
    assert sessions.find(idle.secret, at=NOON + IDLE) is None
    assert sessions.find(busy.secret, at=NOON + LASTS) is None


def test_a_session_that_was_ended_is_over_and_the_others_go_on(sessions: LoginSessions) -> None:
    here, there = (sessions.open(ANN, via="token", at=NOON) for _ in range(2))
    assert sessions.end(here.secret) == ANN
    assert sessions.end(here.secret) is None
    assert sessions.find(here.secret, at=NOON) is None
    assert sessions.find(there.secret, at=NOON) == ANN
    assert sessions.end_all(tenant="acme", subject="ann") == 1
    assert sessions.find(there.secret, at=NOON) is None


def test_sessions_that_are_over_are_not_kept(sessions: LoginSessions, database_url: str) -> None:
    sessions.open(ANN, via="token", at=NOON)
    sessions.open(ANN, via="token", at=NOON + IDLE + timedelta(seconds=1))
    with transaction(engine(database_url)) as connection:
        assert connection.execute(text("SELECT count(*) FROM login_session")).scalar_one() == 1


@pytest.mark.parametrize(
    "wrong", ["", "acme", "acme.", ".x", "ACME.x", "acme.x", "a'; --.x", "acme." + "x" * 999, "\x00.x"]
)
def test_what_is_no_secret_finds_nobody(sessions: LoginSessions, wrong: str) -> None:
    sessions.open(ANN, via="token", at=NOON)
    assert sessions.find(wrong, at=NOON) is None
    assert sessions.end(wrong) is None


def test_another_tenants_name_before_the_secret_finds_nobody(sessions: LoginSessions) -> None:
    opened = sessions.open(ANN, via="token", at=NOON)
    assert sessions.find("other." + opened.secret.partition(".")[2], at=NOON) is None
