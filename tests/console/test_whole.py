"""All at once: a caller asks for a person, an agent in Chromium takes her over, an officer proves what happened."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from websockets.asyncio.client import connect

from governance.audit.checkpoint import parse_text
from governance.audit.note import parse_note
from infra.call_script import CallResult, Hangup, Say, Step, Wait
from infra.cli_call import websocket_address
from infra.database import engine
from infra.demo.callers import TELEPHONE_RATE, recording
from infra.handset import AUDIBLE, Handset
from infra.house import House, open_house
from infra.keys import Keyring
from infra.settings import Settings
from infra.speech.wav import Wav
from infra.tokens import LocalIssuer
from tests.console.test_journeys import answer
from tests.support.api import Served
from tests.support.calls import TENANT
from tests.support.chromium import accessible, chromium, settled, shot, window
from tests.support.require import require
from tests.support.tree import ROOT

pytestmark = pytest.mark.flow
Found = TypeVar("Found")
CALL, CALLER = "whole-1", "+15550142"
WITHIN_S, READY_WITHIN_S, LOOK_EVERY_MS = 60.0, 150.0, 100  # with other jobs on the machine
BEEPS, PAUSE_MS = 3, 200  # the made-up microphone beeps, shortly, about once a second


class Caller:
    """A person on the telephone: she asks for somebody, and stays on the line until she is let go."""

    handset: Handset

    def __init__(self) -> None:
        self.result = CallResult(call_id=CALL, answer=Wav(np.zeros(0, dtype=np.int16), TELEPHONE_RATE))
        self.goes = threading.Event()

    async def call(self, url: str, token: str) -> None:
        address = f"{url}/v1/calls/{CALL}/audio?encoding=mulaw&sample_rate={TELEPHONE_RATE}"
        async with connect(address, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None) as socket:
            self.handset = Handset(socket, self.result, encoding="mulaw", sample_rate=TELEPHONE_RATE, fast=False)
            await self.handset.run(self._script(), caller=CALLER)

    def _script(self) -> Iterator[Step]:
        yield from (Wait(12.0), Say(recording()))
        while not self.goes.is_set():
            yield Wait(0.5)
        yield Hangup()


class Beside:
    """A loop in a thread of its own, as the browser has this one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, Found]) -> Future[Found]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def everything(beside: Beside, data: Path) -> Iterator[Served]:
    """Run the whole service, as `callwarden up` does."""
    settings = Settings(data=data, port=0, broker="embedded", database="embedded", models_url="embedded")
    house: House = beside.begin(open_house(settings, within_s=READY_WITHIN_S)).result()
    pool = engine(house.settings.database_url)
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    try:
        yield Served(house.url, house.settings, pool, issuer, Keyring(engine=pool, kek=house.settings.kek))
    finally:
        pool.dispose()
        beside.begin(house.stop()).result()


def until(page: Page, true: Callable[[], object]) -> None:
    """Wait for what is not seen on a page."""
    for _ in range(int(WITHIN_S * 1000 / LOOK_EVERY_MS)):
        if true():
            return
        page.wait_for_timeout(LOOK_EVERY_MS)
    raise AssertionError(f"not within {WITHIN_S} s")


def beeps(heard: Wav) -> int:
    """Count what is audible after a silence."""
    loud = np.flatnonzero(np.abs(heard.samples.astype(np.int32)) > AUDIBLE)
    pause = PAUSE_MS * heard.sample_rate // 1000
    return int((np.diff(loud, prepend=-pause - 1) > pause).sum())


def told(served: Served) -> list[dict[str, Any]]:
    """Give what the log says of the call."""
    with served.client("compliance", subject="olga") as client:
        entries: list[dict[str, Any]] = client.get(
            "/v1/audit/entries", params={"call": CALL, "limit": 1000}
        ).json()["entries"]
    return entries


def covered(served: Served) -> bool:
    """Tell whether the call is over in the log, under a signed checkpoint."""
    ends = [int(one["index"]) for one in told(served) if one["type"] == "call_ended"]
    with served.client(None) as client:
        note = client.get(f"/v1/audit/{TENANT}/checkpoint")
    return bool(ends) and note.status_code == 200 and parse_text(parse_note(note.content).text).size > ends[0]


def agent_takes_over(served: Served, browser: Browser, caller: Caller, folder: Path) -> None:
    """On duty she sees the offer, claims it, reads the packet, accepts, speaks, completes and hangs up."""
    with window(browser, served, served.token("agent", subject="ann")) as page:
        page.context.grant_permissions(["microphone"], origin=served.url)
        settled(page)
        page.keyboard.press("o")
        page.get_by_text("on duty", exact=True).wait_for()
        page.locator("[data-emit=choose]").first.click()
        page.get_by_role("button", name="Claim").wait_for()
        page.keyboard.press("c")
        page.get_by_role("button", name="Accept").wait_for()
        page.get_by_role("heading", name="Said so far, redacted").wait_for()
        why = page.locator("section", has=page.get_by_role("heading", name="Why a person"))
        assert why.locator("mark").first.inner_text().strip()
        shot(page, "whole-packet", folder)
        page.keyboard.press("a")
        page.get_by_role("button", name="Speak with the caller").wait_for()
        page.keyboard.press("s")
        bar = page.get_by_role("region", name="Live line")
        bar.get_by_text(f"You speak on {CALL}").wait_for()
        joined_ms = caller.handset.now_ms
        until(page, lambda: beeps(caller.handset.heard(joined_ms)) >= BEEPS)
        accessible(page)
        shot(page, "whole-line", folder)
        page.keyboard.press("x")
        answer(page, "Solved", go="Complete")
        page.get_by_text("completed by ann").first.wait_for()
        bar.get_by_role("button", name="Hang up").click()
        bar.get_by_text("You left.").wait_for()


def officer_proves_it(served: Served, browser: Browser, folder: Path) -> Path:
    """She reads the call's story, has the page prove it, and takes its evidence."""
    with window(browser, served, served.token("compliance", subject="cora")) as page:
        until(page, lambda: covered(served))
        page.goto(f"/console/calls/{CALL}")
        settled(page)
        page.get_by_role("region", name="Handoffs").get_by_text("completed").wait_for()
        page.get_by_role("region", name="Verdicts").get_by_text("escalation.explicit_request").first.wait_for()
        assert page.locator(".cw-lines .cw-caller").count() >= 1
        accessible(page)
        page.get_by_role("button", name="Prove").click()
        page.get_by_text("Proved in this page: all").wait_for()
        shot(page, "whole-call", folder)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Take the evidence").click()
        taken.value.save_as(folder / "evidence.zip")
    return folder / "evidence.zip"


def verified(served: Served, archive: Path) -> subprocess.CompletedProcess[str]:
    """Check the evidence as a stranger does, with nothing but the log's public key."""
    key = archive.with_name("log.pub")
    with served.client(None) as client:
        key.write_text(client.get(f"/v1/audit/{TENANT}/key").text)
    return subprocess.run(
        [sys.executable, "-m", "infra.cli", "audit", "verify-bundle", str(archive), "--key", f"@{key}"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )


def test_a_call_is_taken_over_by_a_person_and_proved_by_another_through_the_whole_service(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    require("chromium")
    beside, caller = Beside(), Caller()
    try:
        with everything(beside, tmp_path_factory.mktemp("whole")) as served, chromium() as browser:
            calling = beside.begin(caller.call(websocket_address(served.url), served.token("channel")))
            agent_takes_over(served, browser, caller, tmp_path)
            calling.result(WITHIN_S)
            assert (caller.result.errors, caller.result.ended_by) == ([], "service")
            said = verified(served, officer_proves_it(served, browser, tmp_path))
            assert (said.returncode, said.stdout.split(":")[0]) == (0, f"ok call {CALL}"), said.stdout
            types = [one["type"] for one in told(served)]
            joined = types.index("participant_joined")
            assert types.index("handoff_requested") < joined < types.index("call_ended")
            assert "assistant_heard" not in types[joined:]  # what the caller heard then was the person
    finally:
        caller.goes.set()
        beside.stop()
