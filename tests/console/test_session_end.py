"""A page does not outlive its session: what it showed is gone, and who logs in again is back where she was."""

import httpx
import pytest

from tests.console.conftest import Staged
from tests.support.chromium import accessible, log_in, settled, window

pytestmark = pytest.mark.flow
LINE = "/console/_nicegui_ws/socket.io/?EIO=4&transport=polling"
COOKIE = "callwarden_session"


def test_a_page_that_is_open_ends_with_its_session_and_the_login_leads_back_to_it(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "gone")) as page:
        # what the browser itself says of the refusals on the way
        page.expected = ("401", "403", "WebSocket")  # type: ignore[attr-defined]  # read by the window
        page.goto("/console/desk?handoff=h1")
        page.get_by_role("heading", name="Why a person").wait_for()
        settled(page)
        with staged.served.client("admin") as client:
            assert client.delete("/v1/people/gone/sessions").json() == {"ended": 1}
        page.get_by_text("Your session has ended.").wait_for()
        assert page.get_by_role("heading", name="Why a person").count() == 0
        accessible(page)
        page.get_by_label("Token").fill(staged.token("agent", "gone"))
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Why a person").wait_for()
        assert page.url.endswith("/console/desk?handoff=h1")


def test_nobody_has_a_line_to_the_console_without_a_session(staged: Staged) -> None:
    with httpx.Client(base_url=staged.served.url, trust_env=False) as client:
        assert client.get(LINE).status_code == 403
        client.cookies[COOKIE] = "default.nothing"
        assert client.get(LINE).status_code == 403


def test_a_page_whose_session_goes_on_stays_when_its_line_is_cut(staged: Staged) -> None:
    with window(staged.browser, staged.served, None) as page:
        log_in(page, staged.token("agent", "stays"))
        page.goto("/console/desk")
        settled(page)
        with page.expect_response("**/v1/me") as asked:
            page.evaluate("window.socket.io.engine.close()")
        assert asked.value.status == 200
        page.wait_for_function("window.socket.connected")
        assert page.url.endswith("/console/desk")
