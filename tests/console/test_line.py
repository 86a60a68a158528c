"""A live call in a real browser: an agent speaks, holds, hangs up, or has no microphone; a supervisor listens in."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from infra.database import transaction
from schemas.audio import AudioRecord
from tests.api.test_agent_socket import answer, of_leg
from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.chromium import accessible, shot, window

pytestmark = pytest.mark.flow
Found = TypeVar("Found")


def aside(work: Coroutine[Any, Any, Found]) -> Found:
    """Run beside the browser, whose loop is this thread's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def accepted(staged: Staged, call_id: str, handoff: str) -> None:
    console_calls.tell(staged.served, console_calls.upset(call_id, handoff))
    with staged.served.client("agent", subject="ann") as client:
        for step in ("claim", "accept"):
            assert client.post(f"/v1/handoffs/{handoff}/{step}").status_code == 200


def allow_microphone(page: Page, staged: Staged) -> None:
    page.context.grant_permissions(["microphone"], origin=staged.served.url)


def leg_of(staged: Staged, call_id: str, true: Callable[[list[AudioRecord]], bool]) -> list[AudioRecord]:
    return aside(of_leg(staged.served, call_id, true))


def has(kind: str) -> Callable[[list[AudioRecord]], bool]:
    return lambda found: kind in [one.kind for one in found]


def test_an_agent_hears_the_briefing_speaks_holds_and_hangs_up(staged: Staged, own: str) -> None:
    accepted(staged, f"call-{own}", own)
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        allow_microphone(page, staged)
        page.goto(f"/console/desk?handoff={own}")
        page.get_by_role("button", name="Hear the briefing first").click()
        (start, *_) = leg_of(staged, f"call-{own}", bool)
        aside(answer(staged.served, start, "briefing", {"state": "began", "text": "Why you are asked."}))
        bar = page.get_by_role("region", name="Live line")
        bar.get_by_text(f"The briefing, before call-{own}").wait_for()
        page.keyboard.press("t")
        leg_of(staged, f"call-{own}", has("join"))
        aside(answer(staged.served, start, "join", {}))
        bar.get_by_text(f"You speak on call-{own}").wait_for()
        leg_of(staged, f"call-{own}", lambda found: any(one.kind == "media" and any(one.payload) for one in found))
        accessible(page)
        shot(page, "desk-line", staged.folder)
        page.keyboard.press("h")
        bar.get_by_text(f"On hold: call-{own}").wait_for()
        bar.get_by_role("button", name="Resume").click()
        bar.get_by_text(f"You speak on call-{own}").wait_for()
        bar.get_by_role("button", name="Hang up").click()
        bar.get_by_text("You left.").wait_for()
    assert json.loads(leg_of(staged, f"call-{own}", has("stop"))[-1].payload) == {"reason": "left"}


def test_without_a_microphone_nobody_joins_and_she_is_told_what_to_do(staged: Staged, own: str) -> None:
    accepted(staged, f"call-{own}", own)
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.goto(f"/console/desk?handoff={own}")
        page.get_by_role("button", name="Speak with the caller").click()
        page.get_by_text("This page may not use a microphone").wait_for()
        page.get_by_role("region", name="Live line").get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Speak with the caller").wait_for()
    with staged.served.client("agent", subject="ann") as client:
        assert client.get(f"/v1/handoffs/{own}").json()["state"] == "accepted"


def test_a_supervisor_listens_in_and_the_log_knows_it(staged: Staged, own: str) -> None:
    accepted(staged, f"call-{own}", own)
    with window(staged.browser, staged.served, staged.token("supervisor", "sue")) as page:
        page.goto("/console/live")
        page.get_by_role("button", name=f"Listen in to call-{own}").click()
        bar = page.get_by_role("region", name="Live line")
        bar.get_by_text(f"You hear call-{own}").wait_for()
        accessible(page)
        bar.get_by_role("button", name="Stop listening").click()
        bar.get_by_text("You stopped listening.").wait_for()
    looks = text("SELECT call FROM audit_index WHERE type = 'read' AND actor_label = 'sue'")
    with transaction(staged.served.pool) as connection:
        assert f"call-{own}" in connection.execute(looks).scalars().all()
