"""The two people's journeys in a real browser: an agent takes a call over, an officer answers an auditor."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.chromium import accessible, fits, log_in, settled, shot, window

pytestmark = pytest.mark.flow


def types(staged: Staged, actor: str) -> list[str]:
    """What the log says that somebody did."""
    with staged.served.client("compliance", subject="olga") as client:
        found = client.get("/v1/audit/entries", params={"actor": actor, "limit": 1000}).json()["entries"]
    return [one["type"] for one in found]


def answer(page: Page, words: str, *, go: str) -> None:
    """Say something in a dialog."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill(words)
    accessible(page, within=".cw-dialog")
    dialog.get_by_role("button", name=go, exact=True).click()


def test_an_agent_takes_a_call_over_by_keyboard_sees_an_original_and_completes(staged: Staged, own: str) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.get_by_role("link", name="The caller asked for a person.").first.wait_for()
        shot(page, "desk-queue", staged.folder)
        page.goto(f"/console/desk?handoff={own}")
        settled(page)
        evidence = page.locator("section", has=page.get_by_role("heading", name="Why a person")).locator("mark")
        assert evidence.inner_text() == "Can I talk to a real person please?"
        assert page.get_by_role("button", name="<CREDIT_CARD_1>").count() == 0  # not before she has the call
        accessible(page)
        page.keyboard.press("c")
        page.get_by_role("button", name="Accept").wait_for()
        page.keyboard.press("a")
        page.get_by_role("button", name="<CREDIT_CARD_1>").first.click()
        answer(page, "she disputes the payment", go="See it")
        page.get_by_text(console_calls.CARD).wait_for()
        original = page.get_by_role("dialog", name="Original of <CREDIT_CARD_1>")
        original.get_by_role("button", name="Close").click()
        page.locator(".cw-dialog").first.wait_for(state="hidden")
        shot(page, "desk-packet", staged.folder)
        page.keyboard.press("x")
        answer(page, "Solved", go="Complete")
        page.get_by_text("There is nothing for you to do here.").wait_for()
    assert "reveal.opened" in types(staged, "ann")
    with staged.served.client("agent", subject="ann") as client:
        done = client.get(f"/v1/handoffs/{own}").json()
    assert (done["state"], done["claimed_by"], done["disposition"]) == ("completed", "ann", "Solved")


def test_a_new_call_and_a_colleague_who_is_quicker_are_seen_without_a_reload(staged: Staged, own: str) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "bea")) as page:
        settled(page)
        console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
        page.locator(f"[data-value={own}]").click()
        page.get_by_role("button", name="Claim").wait_for()
        assert "New call in orders" in page.get_by_role("status").first.inner_text()
        with staged.served.client("agent", subject="cem") as client:
            assert client.post(f"/v1/handoffs/{own}/claim").status_code == 200
        page.get_by_text("claimed by cem").first.wait_for()
        assert page.get_by_role("button", name="Claim").count() == 0


def test_an_officer_finds_a_call_reads_its_story_proves_it_and_takes_the_evidence(staged: Staged) -> None:
    console_calls.end(staged.served, "call-1")
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.get_by_label("What").fill("handoff_requested")
        page.get_by_role("button", name="Search").click()
        shot(page, "audit", staged.folder)
        page.get_by_role("link", name="call-1", exact=True).first.click()
        page.get_by_text("The model wrote:").wait_for()
        settled(page)
        accessible(page)
        assert page.locator("del").inner_text() == console_calls.TALK[3][1]
        page.get_by_role("button", name="Prove").click()
        page.get_by_text("Proved in this page: all").wait_for()
        page.evaluate("scrollTo(0, 0)")
        shot(page, "call", staged.folder)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Take the evidence").click()
        names = zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())).namelist()
        assert "manifest.json" in names
    assert types(staged, "cora").count("read") >= 4


def test_a_proof_that_does_not_hold_is_told_and_so_is_a_key_that_did_not_sign(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto("/console/audit/3")
        settled(page)
        name, key_id, _ = staged.key.split("+", 2)  # what follows is base64, which may hold a plus of its own
        other = f"{name}+{key_id}+AQ" + "A" * 42
        page.get_by_label("Verifier key").fill(other)
        page.get_by_role("button", name="Prove it here").click()
        page.get_by_text("Not proved: the id of the key does not belong to it").wait_for()
        page.get_by_label("Verifier key").fill(staged.key)
        page.get_by_role("button", name="Prove it here").click()
        page.get_by_text("Proved in this page: the entry is in the log").wait_for()
        shot(page, "proof", staged.folder)
        page.route("**/tile/entries/**", lambda route: route.fulfill(body=_spoiled(route.fetch().body())))
        page.get_by_role("button", name="Prove it here").click()
        page.get_by_text("1 of 1 do NOT hold").wait_for()


def _spoiled(bundle: bytes) -> bytes:
    """One letter of each entry is another."""
    return bundle.replace(b'"event_id"', b'"event_ib"')


def test_what_a_second_person_must_agree_to_is_agreed_to_on_the_reveals_page(staged: Staged) -> None:
    mail = "<EMAIL_ADDRESS_1>"
    console_calls.hide(staged.served, "call-1", mail, "EMAIL_ADDRESS", "carla@example.com")
    with staged.served.client("compliance", subject="cora") as client:
        body = {"pseudonym": mail, "reason": "the contract went there"}
        assert client.post("/v1/calls/call-1/reveals", json=body).status_code == 202
    with window(staged.browser, staged.served, staged.token("dpo", "dora")) as page:
        page.goto("/console/reveals")
        settled(page)
        page.get_by_role("button", name="Agree that cora sees EMAIL_ADDRESS_1").first.click()
        page.get_by_text("Nobody waits for you to agree.").wait_for()
    assert "reveal.approved" in types(staged, "dora")
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto("/console/reveals")
        settled(page)
        page.get_by_role("button", name="See the original").click()
        page.get_by_text("carla@example.com").wait_for()


def test_an_erasure_waits_for_a_hold_and_both_are_done_from_the_page(staged: Staged, tried: int) -> None:
    number = 900 + tried
    console_calls.tell(staged.served, console_calls.quiet(number), sealed=False)
    with window(staged.browser, staged.served, staged.token("dpo", "dora")) as page:
        settled(page)
        for go, title in (("Hold", "Hold …"), ("Erase", "Erase …")):
            page.get_by_label("Which").fill(f"quiet-{number}")
            page.get_by_role("button", name=title).click()
            answer(page, "lawsuit 17", go=go)
            page.get_by_role("dialog").wait_for(state="hidden")
            page.get_by_role("link", name=f"call quiet-{number}").first.wait_for()
            settled(page)
        page.get_by_text("waiting", exact=True).first.wait_for()
        shot(page, "erasure", staged.folder)
        page.get_by_role("button", name=f"Release the hold on quiet-{number}").click()
        page.get_by_text("released", exact=True).first.wait_for()


def test_a_policy_is_tried_on_recorded_calls_before_it_is_published(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto("/console/policies?version=shipped")
        settled(page)
        box = page.get_by_label("Policy document")
        box.fill(box.input_value().replace("second_person: []", "second_person: [CREDIT_CARD]"))
        page.get_by_role("button", name="Try it").click()
        # Held against what is in force, which the house's own file says.
        assert "CREDIT_CARD" in page.locator(".cw-diff-new").inner_text()
        assert "second_person: [EMAIL_ADDRESS]" in page.locator(".cw-diff-gone").inner_text()
        page.get_by_role("region", name="Decisions by rule").or_(page.get_by_text("Neither version")).first.wait_for()
        shot(page, "policies", staged.folder, whole=False)
        page.get_by_label("Policy document").fill("policy: [")
        page.get_by_role("button", name="Try it").click()
        page.get_by_role("alert").wait_for()


def test_a_session_that_was_ended_elsewhere_ends_on_the_open_page(staged: Staged) -> None:
    with window(staged.browser, staged.served, None) as page:
        page.goto("/console/calls/call-1")
        assert "Log in" in page.get_by_role("heading", level=1).inner_text()
        log_in(page, staged.token("agent", "zoe"))
        page.goto("/console/desk")
        settled(page)
        page.context.clear_cookies()
        fits(page)
        assert page.goto("/console/desk") is not None
        page.get_by_label("Token").fill("nonsense")
        page.get_by_role("button", name="Log in").click()
        page.get_by_text("This token is not a person's").wait_for()
        accessible(page)
