"""A page is seen before it is live; what is pressed or written meanwhile is kept; one that is only read stays still."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, Route

from tests.console.conftest import Staged
from tests.support import console_calls
from tests.support.chromium import settled, window

pytestmark = pytest.mark.flow
LAST_NEEDED = "**/quasar.umd.prod.js"  # without it no page becomes live


@contextmanager
def not_live_yet(page: Page, path: str) -> Iterator[None]:
    """Open a page and hold it back until the block ends."""
    held: list[Route] = []
    page.route(LAST_NEEDED, lambda route: held.append(route))
    with page.expect_request(LAST_NEEDED):
        page.goto(path, wait_until="commit")
    yield
    assert page.locator("#cw-first").count() == 1
    for one in held:
        one.continue_()
    settled(page)
    assert page.locator("#cw-first").count() == 0


def test_a_button_that_is_pressed_before_its_page_is_live_is_obeyed_once_it_is(staged: Staged, own: str) -> None:
    with window(staged.browser, staged.served, staged.token("agent", own)) as page:
        with not_live_yet(page, "/console/desk"):
            page.get_by_role("button", name="Go on duty").click()
        page.get_by_text("on duty", exact=True).wait_for()


def test_a_call_is_chosen_and_a_packet_read_before_the_desk_is_live(staged: Staged, own: str) -> None:
    console_calls.tell(staged.served, console_calls.upset(f"call-{own}", own))
    with window(staged.browser, staged.served, staged.token("agent", "early")) as page:
        with not_live_yet(page, "/console/desk?handoff=h1"):
            page.get_by_role("heading", name="Promised to the caller").wait_for()
            page.locator(f"[data-value={own}]").click()
        page.locator(f"[data-value={own}][aria-current]").wait_for()


def test_what_is_written_and_opened_before_a_page_is_live_stays(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        with not_live_yet(page, "/console/calls/call-1"):
            page.locator("details").last.evaluate("one => { one.open = true }")
            page.get_by_label("Verifier key").fill("name+id+key")
        assert page.get_by_label("Verifier key").input_value() == "name+id+key"
        assert page.evaluate("document.activeElement.hasAttribute('data-own-key')")
        assert page.locator("details").last.evaluate("one => one.open")


@pytest.mark.parametrize("path", ["calls", "audit", "audit/3", "disclosures", "figures"])
def test_a_page_that_is_only_read_has_no_connection_and_compiles_nothing(staged: Staged, path: str) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        settled(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        answer = page.goto(f"/console/{path}", wait_until="load")
        assert answer is not None
        assert "unsafe-eval" not in answer.headers["content-security-policy"]
        assert [one for one in asked if "nicegui" in one] == []


def test_scripts_and_sheets_are_asked_for_once_and_those_of_another_version_are_not_kept(staged: Staged) -> None:
    with httpx.Client(base_url=staged.served.url, trust_env=False) as client:
        page = client.get("/console/login").text
        address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
        assert "immutable" in client.get(address).headers["cache-control"]
        of_before = client.get(f"/console/assets/{'0' * 16}/console.css")
        assert (of_before.status_code, of_before.headers["cache-control"]) == (200, "no-cache")
        assert client.get(address.replace("console.css", "nothing.css")).status_code == 404
