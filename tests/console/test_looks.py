"""Every page in light and dark, wide and at 360 px, before axe; its headers; what it says when all is away."""

import httpx
import pytest
from sqlalchemy import text

from tests.console.conftest import Staged
from tests.support.api import Served
from tests.support.chromium import SMALL, WIDE, accessible, fits, settled, shot, window

pytestmark = pytest.mark.flow
PAGES = {
    "agent": ("desk?handoff=h1", "calls"),
    "supervisor": ("live",),
    "compliance": ("calls/call-1", "audit", "audit/3", "disclosures", "figures", "reviews", "policies",
                   "reveals", "data"),
}


@pytest.mark.parametrize(("size", "light"), [(WIDE, "light"), (SMALL, "dark")], ids=["wide, light", "small, dark"])
@pytest.mark.parametrize("role", PAGES)
def test_a_page_fits_its_window_and_axe_finds_nothing_serious(
    staged: Staged, role: str, size: tuple[int, int], light: str
) -> None:
    with window(staged.browser, staged.served, staged.token(role, f"{role}-1"), size=size, light=light) as page:  # type: ignore[arg-type]  # of two
        for path in PAGES[role]:
            page.goto(f"/console/{path}")
            settled(page)
            accessible(page)
            fits(page)
            assert page.evaluate("document.documentElement.dataset.theme") == light
            name = path.split("?")[0].replace("/", "-") + ("" if size == WIDE else "-small")
            shot(page, name, staged.folder, whole=False)


def test_light_and_dark_are_chosen_and_remembered(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.get_by_role("button", name="Light/dark").click()
        page.goto("/console/calls")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_list_goes_on_page_by_page(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.goto("/console/calls")
        first = page.get_by_role("row").nth(1).inner_text()
        page.get_by_role("link", name="Next page").click()
        page.get_by_role("link", name="First page").wait_for()
        assert page.get_by_role("row").nth(1).inner_text() != first


def test_what_a_role_may_not_do_is_said_in_a_sentence_and_written_down(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "eve")) as page:
        page.expected = ("403",)  # type: ignore[attr-defined]  # read by the window
        page.goto("/console/audit")
        page.get_by_role("alert").get_by_text("The role agent may not do this").wait_for()
    with staged.served.client("compliance") as client:
        found = client.get("/v1/audit/entries", params={"actor": "eve", "type": "access.refused"}).json()
    assert found["entries"]


def test_a_page_has_strict_headers_and_scripts_with_a_nonce(staged: Staged) -> None:
    answer = httpx.get(f"{staged.served.url}/console/login", trust_env=False)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.text.count("<script") == answer.text.count("<script nonce=")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_what_another_page_sends_is_refused(staged: Staged, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = httpx.post(
        f"{staged.served.url}/console/session", data={"token": staged.token("agent", "ann")}, headers=headers,
        trust_env=False,
    )
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_words_of_a_caller_are_never_markup(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("compliance", "cora")) as page:
        page.goto("/console/audit?q=<img src=x onerror=alert(1)>&call=\"><script>alert(1)</script>")
        settled(page)
        assert page.locator("img").count() == 0
        assert page.get_by_label("Call", exact=True).input_value() == '"><script>alert(1)</script>'


def test_a_database_that_is_away_is_told_with_a_way_to_try_again(staged: Staged) -> None:
    with window(staged.browser, staged.served, staged.token("agent", "ann")) as page:
        page.expected = ("503", "404")  # type: ignore[attr-defined]  # read by the window
        settled(page)
        with _away(staged.served):
            page.reload()
            page.get_by_role("alert").get_by_text("The service does not answer.").wait_for()
            accessible(page)
            shot(page, "away", staged.folder)
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("heading", name="Desk").wait_for()


def _away(served: Served) -> "Away":
    return Away(served)


class Away:
    """The table of sessions is somewhere else, as if its database were."""

    def __init__(self, served: Served) -> None:
        """Take the service."""
        self._pool = served.pool

    def __enter__(self) -> None:
        """Take it away."""
        self._rename("login_session", "login_session_away")

    def __exit__(self, *_: object) -> None:
        """Bring it back."""
        self._rename("login_session_away", "login_session")

    def _rename(self, name: str, to: str) -> None:
        with self._pool.begin() as connection:
            connection.execute(text("SET LOCAL callwarden.migration = 'on'"))
            connection.execute(text(f"ALTER TABLE {name} RENAME TO {to}"))


