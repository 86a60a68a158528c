"""Chromium for measurements, driven by Playwright: when what was asked for stands in the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from shutil import which

from playwright.async_api import Browser, Page, async_playwright

from governance.errors import TransientError

SIZE = {"width": 1280, "height": 900}
MOST_MS = 60_000
# The instant, in milliseconds of the page's own clock, at which the first frame with a built page was handed over.
DRAWN = """
const look = () => {
    const built = document.querySelector('#cw-main') && document.querySelector('.cw-page .cw-section, .cw-page form');
    if (built) { requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAt = performance.now(); })); }
    else { requestAnimationFrame(look); }
};
requestAnimationFrame(look);
// And at which all that can be pressed works: a page that is only read has no connection to wait for.
const live = () => {
    const still = "still" in (document.documentElement?.dataset ?? {});
    if (window.drawnAt !== undefined && (still || window.did_handshake === true)) { window.liveAt = performance.now(); }
    else { requestAnimationFrame(live); }
};
requestAnimationFrame(live);
"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run the browser until the block ends; raises TransientError where there is none."""
    program = which("chromium")
    if program is None:
        raise TransientError("this needs Chromium: install chromium")
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--mute-audio"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: Browser, *, url: str, token: str, script: str = DRAWN) -> AsyncIterator[Page]:
    """Open a window that is logged in; `script` runs first in each page."""
    context = await browser.new_context(
        viewport=SIZE, base_url=url, reduced_motion="reduce",  # type: ignore[arg-type]  # a size as a constant
        bypass_csp=True,  # Playwright waits by a script of its own, which most pages refuse
    )
    context.set_default_timeout(MOST_MS)
    await context.add_init_script(script)
    page = await context.new_page()
    try:
        await page.goto("/console/login")
        await page.get_by_label("Token").fill(token)
        await page.get_by_role("button", name="Log in").click()
        await page.get_by_role("button", name="Log out").wait_for()
        yield page
    finally:
        await context.close()


async def drawn_s(page: Page, path: str) -> tuple[float, float]:
    """Go to a page; gives the seconds until it was drawn, and until it was live."""
    await page.goto(path, wait_until="commit")
    await page.wait_for_function("window.liveAt !== undefined")
    drawn: float = await page.evaluate("window.drawnAt")
    live: float = await page.evaluate("window.liveAt")
    return drawn / 1000, live / 1000
