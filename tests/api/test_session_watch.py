"""Whoever holds something open hears that her session is over, however it ended; nobody else does."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from api.session_watch import SessionWatch
from infra.clock import now
from infra.login_sessions import LoginSessions, Named, named
from infra.tokens import Principal

pytestmark = pytest.mark.contract
ANN, BEN = Principal("ann", "acme", "agent"), Principal("ben", "other", "agent")
WITHIN_S = 60


def opened(sessions: LoginSessions, who: Principal, *, ago: timedelta = timedelta()) -> tuple[str, Named]:
    secret = sessions.open(who, via="token", at=now() - ago).secret
    name = named(secret)
    assert name is not None
    return secret, name


async def test_a_session_that_is_ended_or_too_old_is_told_to_all_who_hold_it_and_to_nobody_else(pool: Engine) -> None:
    sessions = LoginSessions(pool, lasts=timedelta(hours=1))
    watch = SessionWatch(sessions)
    secret, first = opened(sessions, ANN)
    _, second = opened(sessions, ANN)
    _, third = opened(sessions, BEN)
    _, old = opened(sessions, BEN, ago=timedelta(hours=2))
    looking = asyncio.create_task(watch.run())
    try:
        with (
            watch.over(first) as one, watch.over(first) as again, watch.over(second) as two,
            watch.over(third) as three, watch.over(old) as late,
        ):
            sessions.end(secret)
            async with asyncio.timeout(WITHIN_S):
                for each in (one, again, late):
                    await each.wait()
            assert (two.is_set(), three.is_set()) == (False, False)
            sessions.end_all(tenant="acme", subject="ann")
            async with asyncio.timeout(WITHIN_S):
                await two.wait()
            assert not three.is_set()
        with watch.over(third) as anew:
            sessions.end_all(tenant="other", subject="ben")
            async with asyncio.timeout(WITHIN_S):
                await anew.wait()
    finally:
        looking.cancel()


def test_a_secret_that_is_none_names_no_session() -> None:
    assert [named(one) for one in ("", "acme", "acme.", f"acme.{'x' * 300}")] == [None] * 4
