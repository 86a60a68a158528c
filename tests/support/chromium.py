"""A real browser for tests: Debian's Chromium, driven by Playwright; what a page complains of fails its test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the package ships no types
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.api import Served
from tests.support.require import require
from tests.support.tree import ROOT

WIDE, SMALL = (1280, 900), (360, 740)
SLOWEST_MS = 60_000
FAKE_MICROPHONE = "--use-fake-device-for-media-stream"  # it beeps once a second, for pages that may use one
SHOTS = ROOT / "docs" / "console"
SHOWN = frozenset({"desk-packet", "desk-small", "call", "proof", "audit", "figures", "live"})
KEEP = "CALLWARDEN_SHOTS"  # set: the screenshots that the docs show are written anew


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser until the block ends; nothing of it is kept."""
    program = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--mute-audio", FAKE_MICROPHONE]
        )
        yield browser
        browser.close()


@contextmanager
def window(
    browser: Browser, served: Served, token: str | None, *, size: tuple[int, int] = WIDE,
    light: Literal["dark", "light"] = "light",
) -> Iterator[Page]:
    """Open a window, logged in where there is a token; an error in its console or a foreign address is a failure."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=light, base_url=served.url, locale="en-GB",
        reduced_motion="reduce", permissions=[],
    )
    context.set_default_timeout(SLOWEST_MS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if _own(asked.url, served) else wrong.append(asked.url))
    try:
        if token is not None:
            log_in(page, token)
        yield page
        expected = getattr(page, "expected", ())
        left = [one for one in wrong if not any(word in one for word in expected)]
        assert not left, left
    finally:
        context.close()


def log_in(page: Page, token: str) -> None:
    """Paste the token."""
    page.goto("/console/login")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()


def settled(page: Page) -> None:
    """Wait until the page talks to its server and has drawn."""
    page.wait_for_function("window.did_handshake === true || 'still' in document.documentElement.dataset")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def accessible(page: Page, *, within: str | None = None) -> None:
    """Let axe look: no serious and no critical finding; where a dialog is open what lies behind it is left out."""
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    # The page behind a dialog is held still, and axe takes its ground for the dialog's: colours are judged on pages.
    options = None if within is None else {"rules": {"color-contrast": {"enabled": False}}}
    found = Axe().run(page, context=within, options=options).response["violations"]
    bad = [
        (one["id"], one["impact"], [(node["html"][:160], node["failureSummary"]) for node in one["nodes"][:3]])
        for one in found if one["impact"] in ("serious", "critical")
    ]
    assert not bad, "\n" + "\n".join(map(str, bad))


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} px wider than its window"


def shot(page: Page, name: str, folder: Path, *, whole: bool = True) -> None:
    """Keep a picture; of those that the docs show the newest, where that is asked for."""
    page.screenshot(path=folder / f"{name}.png", full_page=whole)
    if os.environ.get(KEEP) and name in SHOWN:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=False)


def _own(url: str, served: Served) -> bool:
    own = served.url.split("://")[1]
    return url.startswith(("data:", "blob:", "about:")) or url.split("://")[1].startswith(own)


