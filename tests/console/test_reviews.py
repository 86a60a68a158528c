"""An officer reads drawn calls by keyboard and sees the rates; a supervisor withdraws a call that nobody is to take."""

import pytest
from playwright.sync_api import Page

from infra.clock import now
from schemas.calls import CallEnded
from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.calls import event
from tests.support.chromium import accessible, settled, shot, window

pytestmark = pytest.mark.flow


def labels(staged: Staged, call_id: str) -> dict[str, str | None]:
    with staged.served.client("compliance", subject="cora") as client:
        found = client.get(f"/v1/calls/{call_id}/reviews").json()["reviews"]
    return {one["label"]: one["kind"] for one in found}


def chips(page: Page, words: str) -> None:
    page.locator(".cw-chip", has_text=words).first.wait_for()


def test_an_officer_reads_a_drawn_call_by_keyboard_and_the_rate_is_on_the_figures(staged: Staged, tried: int) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto(f"/console/reviews?size=3&seed={3 + tried}")
        settled(page)
        accessible(page)
        page.get_by_text("0 of 3 read whole").wait_for()
        drawn = page.get_by_role("region", name="Calls of this draw").get_by_role("link").first
        call_id = drawn.inner_text()
        drawn.click()
        page.get_by_text("It came by the draw").wait_for()
        settled(page)
        accessible(page)
        page.keyboard.press("j")
        page.keyboard.press("l")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="PERSON", exact=True).click()
        accessible(page, within=".cw-dialog")
        dialog.get_by_role("button", name="Say so", exact=True).click()
        chips(page, "leak PERSON, cora")
        page.locator(".cw-dialog").first.wait_for(state="hidden")
        page.keyboard.press("w")
        chips(page, "read whole, cora")
        assert labels(staged, call_id) == {"leak": "PERSON", "complete": None}
        shot(page, "labels", staged.folder)
        page.goto("/console/figures?days=30")
        settled(page)
        page.get_by_role("heading", name="Leak rate").wait_for()
        accessible(page)
        shot(page, "figures-labels", staged.folder)
        whole = page.get_by_role("region", name="Over the whole time")
        assert "drawn at random" in whole.inner_text()


def test_a_false_alarm_is_told_beside_its_verdict_and_who_may_not_label_sees_no_button(
    staged: Staged, own: str
) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with window(staged.browser, staged.served, staged.token("supervisor", "sue")) as page:
        page.goto(f"/console/calls/call-{own}")
        settled(page)
        page.get_by_role("button", name=f"False alarm: {console_calls.RULE}").click()
        chips(page, "false alarm, sue")
        page.get_by_role("button", name=f"Right: {console_calls.RULE}").click()
        chips(page, "right, sue")
        assert page.get_by_text("false alarm, sue").count() == 0
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.goto(f"/console/calls/call-{own}")
        settled(page)
        assert page.get_by_role("button", name="Leak").count() == 0
        assert page.get_by_role("heading", name="What you say of it").count() == 0


def test_a_supervisor_withdraws_a_call_from_the_floor_and_it_waits_no_more(staged: Staged, own: str) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with window(staged.browser, staged.served, staged.token("supervisor", "sue")) as page:
        page.goto("/console/live")
        page.get_by_role("button", name=f"Withdraw call-{own}").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").first.fill("asked for by mistake")
        accessible(page, within=".cw-dialog")
        dialog.get_by_role("button", name="Withdraw it", exact=True).click()
        page.get_by_role("button", name=f"Withdraw call-{own}").wait_for(state="detached")
    with staged.served.client("supervisor") as client:
        assert client.get(f"/v1/handoffs/{own}").json()["state"] == "withdrawn"
    staged.served.tell(event(95, CallEnded(reason="hangup"), call_id=f"call-{own}", at=now()))
