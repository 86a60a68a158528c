"""`callwarden up` as a user runs it: one command, loopback only, and the same log, calls and keys the second time."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from governance.audit.checkpoint import parse_text
from governance.audit.note import parse_note
from tests.support.tree import ROOT

pytestmark = pytest.mark.flow
CALLWARDEN = [sys.executable, "-m", "infra.cli"]
EVENTS = "application/cloudevents-batch+json"


@contextmanager
def up(data: Path) -> Iterator[str]:
    """Run the command until the block ends; gives its address."""
    with (data.parent / "up.log").open("ab") as log:
        running = subprocess.Popen(
            [*CALLWARDEN, "up", "--port", "0", "--data", str(data)], stdout=subprocess.PIPE, stderr=log, text=True,
            cwd=ROOT,
        )
        assert running.stdout is not None
        line = running.stdout.readline()
        try:
            assert line.startswith("ready http://127.0.0.1:"), (data.parent / "up.log").read_text()[-2000:]
            yield line.removeprefix("ready ").strip()
        finally:
            running.send_signal(signal.SIGINT)
            assert running.wait(120) == 0


def token(data: Path, role: str) -> dict[str, str]:
    said = subprocess.run(
        [*CALLWARDEN, "token", "--role", role], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "CALLWARDEN_DATA": str(data)},
    )
    return {"Authorization": f"Bearer {said.stdout.strip()}"}


def listening() -> set[str]:
    """Addresses of this machine that somebody listens on, as the kernel lists them."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [row.split() for table in tables for row in table.read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A"}


def of_kind(kind: str, number: int, data: dict[str, object]) -> dict[str, object]:
    return {"specversion": "1.0", "id": str(number), "source": "/test", "type": f"callwarden.{kind}.v1",
            "subject": "twice", "data": data}


def checkpoint_size(client: httpx.Client) -> int:
    for _ in range(600):  # the first one is signed within a second of the first entry, on a machine that has one
        answer = client.get("/v1/audit/default/checkpoint")
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    return parse_text(parse_note(answer.content).text).size


def wait_for_entry(client: httpx.Client, kind: str) -> list[dict[str, object]]:
    for _ in range(300):
        page = client.get("/v1/audit/entries", params={"call": "twice"}).json()
        if any(one["type"] == kind for one in page["entries"]):
            return list(page["entries"])
        time.sleep(0.2)
    raise AssertionError(f"{kind} never reached the log")


def test_a_second_start_has_the_same_log_calls_and_keys(tmp_path: Path) -> None:
    data, before = tmp_path / "data", listening()
    events = [
        of_kind("call_started", 1, {"channel": "test", "caller": "+15550177"}),
        of_kind("utterance_finalized", 2, {"participant": "caller", "utterance": "u", "turn": 1, "text": "hello you"}),
        of_kind("call_ended", 3, {"reason": "hangup"}),
    ]
    with up(data) as url:
        opened = listening() - before
        assert opened
        # 0100007F is 127.0.0.1 in the kernel's byte order: nothing else may be listened on.
        assert {address.split(":")[0] for address in opened} <= {"0100007F"}
        with httpx.Client(base_url=url, headers={**token(data, "channel"), "content-type": EVENTS}) as channel:
            assert channel.post("/v1/events", content=json.dumps(events)).status_code == 202
        with httpx.Client(base_url=url, headers=token(data, "compliance")) as officer:
            entries = wait_for_entry(officer, "call_ended")
            size = checkpoint_size(officer)
            # The key is made with the log's first checkpoint: asked for earlier it is rightly "not found".
            key, login = officer.get("/v1/audit/default/key").text, officer.headers["Authorization"]
            assert "default+" in key
    with up(data) as url, httpx.Client(base_url=url, headers={"Authorization": login}) as officer:
        assert officer.get("/v1/audit/default/key").text == key
        assert checkpoint_size(officer) >= size
        again = officer.get("/v1/audit/entries", params={"call": "twice"}).json()["entries"]
        assert [one["event_id"] for one in again][: len(entries)] == [one["event_id"] for one in entries]
        assert officer.get("/v1/calls/twice/transcript").json()["lines"][0]["text"] == "hello you"


def test_up_refuses_an_address_that_is_no_broker() -> None:
    said = subprocess.run(
        [*CALLWARDEN, "up", "--broker", "rabbit://x"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert said.returncode == 2
    assert "kafka://host:port or embedded" in said.stderr
