"""The desk and the floor in a real browser: duty, what is said meanwhile, notes, a supervisor's hand; a real login."""

import pytest
from playwright.sync_api import Page

from infra.clock import now
from schemas.desk import HandoffNoteRedacted
from schemas.redacted import UtteranceRedacted
from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.calls import event
from tests.support.chromium import accessible, fits, settled, shot, window

pytestmark = pytest.mark.flow


def agents(staged: Staged) -> dict[str, dict[str, object]]:
    with staged.served.client("supervisor") as client:
        return {one["agent"]: one for one in client.get("/v1/agents").json()["agents"]}


def test_an_agent_goes_on_duty_says_what_she_can_take_and_has_a_break(staged: Staged, own: str) -> None:
    with window(staged.browser, staged.served, staged.token("agent", own)) as page:
        settled(page)
        page.get_by_text("off duty", exact=True).wait_for()
        page.keyboard.press("o")
        page.get_by_text("on duty", exact=True).wait_for()
        page.get_by_role("button", name="Skills …").click()
        page.get_by_label("Skills, such as").fill("billing senior")
        page.get_by_label("Languages, such as").fill("en, fr")
        accessible(page, within=".cw-dialog")
        page.get_by_role("button", name="Keep").click()
        page.get_by_text("senior", exact=True).wait_for()
        dana = agents(staged)[own]
        assert (dana["duty"], dana["skills"], dana["languages"]) == ("on", ["billing", "senior"], ["en", "fr"])
        page.locator(".cw-dialog").first.wait_for(state="hidden")
        page.keyboard.press("b")
        page.get_by_text("on a break", exact=True).wait_for()
        assert agents(staged)[own]["duty"] == "break"


def test_what_is_said_while_she_waits_is_seen_and_what_the_agent_notes_is_shown_redacted(
    staged: Staged, own: str
) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.goto(f"/console/desk?handoff={own}")
        settled(page)
        for heading in ("Promised to the caller", "Tried so far", "Still open", "Suggested next step"):
            page.get_by_role("heading", name=heading).wait_for()
        page.get_by_text("ai: heard").wait_for()
        page.locator("audio").evaluate("player => { player.dataset.kept = 'yes' }")
        staged.served.tell(event(60, UtteranceRedacted(
            participant="caller", utterance="u9", turn=3, text="Is anybody there?", detector="d1", end_ms=900,
        ), call_id=f"call-{own}", at=now()))
        page.get_by_text("Is anybody there?").first.wait_for()
        page.get_by_text("said since", exact=True).wait_for()
        page.keyboard.press("c")
        page.get_by_role("button", name="Accept").wait_for()
        page.keyboard.press("n")
        page.get_by_label("Note; redacted").fill("Call Carla back")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("On its way").wait_for()
        staged.served.tell(event(61, HandoffNoteRedacted(
            handoff=own, agent="ann", text="Call <PERSON_1> back", detector="d1",
        ), call_id=f"call-{own}", at=now()))
        page.get_by_text("<PERSON_1>").wait_for()
        assert page.locator("audio").get_attribute("data-kept") == "yes"  # what she listens to goes on
        page.locator(".cw-dialog").first.wait_for(state="hidden")
        page.keyboard.press("a")
        page.get_by_role("button", name="Complete").wait_for()
        page.keyboard.press("x")
        page.get_by_label("Notes, if any").fill("Sent again today.")
        page.get_by_role("button", name="Solved").click()
        page.get_by_role("dialog").get_by_role("button", name="Complete", exact=True).click()
        page.get_by_text("completed by ann").first.wait_for()


def test_a_supervisor_gives_a_call_to_who_is_there_and_sees_what_each_queue_kept(staged: Staged, own: str) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with staged.served.client("agent", subject="ann") as client:
        assert client.post(f"/v1/handoffs/{own}/claim").status_code == 200
    with staged.served.client("agent", subject="ben") as client:
        client.put("/v1/agents/me", json={"duty": "on", "skills": ["orders"]})
    with window(staged.browser, staged.served, staged.token("supervisor", "sue")) as page:
        settled(page)
        accessible(page)
        fits(page)
        page.get_by_role("button", name=f"Reassign call-{own}").click()
        page.get_by_role("dialog").get_by_role("button", name="ben").click()
        page.get_by_label("Why").fill("he knows her case")
        accessible(page, within=".cw-dialog")
        page.get_by_role("button", name="Give it").click()
        page.get_by_text("claimed by ben").first.wait_for()
        page.get_by_role("region", name="Queues and what they promised").get_by_text("orders").wait_for()
        shot(page, "live", staged.folder)
        page.get_by_role("button", name="Change what ben can take").click()
        page.get_by_role("dialog").get_by_role("button", name="break", exact=True).click()
        page.get_by_role("button", name="Keep").click()
        page.get_by_role("region", name="Agents").get_by_text("on a break").wait_for()
    assert agents(staged)["ben"]["duty"] == "break"


def at_provider(page: Page, person: str) -> None:
    page.get_by_role("link", name="Log in with 127.0.0.1").click()
    page.locator("input[name=person]").fill(person)
    page.get_by_role("button", name="Log in").click()


def test_a_person_logs_in_at_the_provider_and_is_led_back_when_her_session_ended(staged: Staged) -> None:
    with window(staged.browser, staged.served, None) as page:
        page.expected = (staged.provider.issuer, "404", "401")  # type: ignore[attr-defined]  # read by the window
        page.goto("/console/desk?handoff=h1")
        accessible(page)
        shot(page, "login", staged.folder)
        at_provider(page, "nora")  # whose role at the provider is none of ours
        page.get_by_role("alert").get_by_text("it knows no role for you").wait_for()
        page.goto("/console/desk?handoff=h1")
        at_provider(page, "ann")
        page.get_by_text("ann, agent of acme").wait_for()
        assert page.url.endswith("/console/desk?handoff=h1")
        settled(page)
        csrf = page.request.get("/v1/me").json()["csrf"]
        origin = {"X-CSRF-Token": csrf, "Origin": staged.served.url}
        assert page.request.delete("/v1/sessions", headers=origin).status == 204
        page.get_by_role("button", name="Claim").click()
        page.get_by_role("dialog").get_by_role("link", name="Log in").click()
        page.get_by_role("link", name="Log in with 127.0.0.1").wait_for()
        assert "next=%2Fconsole%2Fdesk%3Fhandoff%3Dh1" in page.url
