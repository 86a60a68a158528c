"""The command line sends one signed test message and says by its exit code whether it was taken."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.cli import build
from tests.support.webhook_receiver import Receiver, receiver
from tests.support.webhooks import SECRET

pytestmark = pytest.mark.contract

FILE = """\
endpoints:
  - {name: desk, url: {env: DESK_URL}, secrets: [{env: DESK_SECRET}], events: [alert], tenants: all,
     allow_private: true}
"""


@pytest.fixture(autouse=True)
def _own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hooks.yaml").write_text(FILE)
    monkeypatch.setenv("CALLWARDEN_WEBHOOKS", str(tmp_path / "hooks.yaml"))
    monkeypatch.setenv("DESK_SECRET", SECRET)


@contextmanager
def beside(*script: str) -> Iterator[Receiver]:
    """Run a receiver in a thread: the command has a loop of its own."""
    loop, there, over = asyncio.new_event_loop(), [], asyncio.Event()
    ready = threading.Event()

    async def serve() -> None:
        async with receiver(*script) as one:
            there.append(one)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    try:
        yield there[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def run(name: str = "desk") -> Result:
    return CliRunner().invoke(build("webhooks"), ["webhooks", "test", name])


def test_a_test_message_is_signed_and_its_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with beside("200", "503") as there:
        monkeypatch.setenv("DESK_URL", there.url)
        done, refused = run(), run()
    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert done.output.startswith("delivered: status 200")
    assert refused.output.startswith("failed: status 503")
    first, second = there.received
    assert first.signed_with(SECRET)
    assert first.id != second.id
    assert SECRET not in done.output + refused.output


def test_what_cannot_be_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = run()
    assert (unset.exit_code, "DESK_URL is not set" in unset.output) == (2, True)
    monkeypatch.setenv("DESK_URL", "http://127.0.0.1:1/")
    unknown = run("pager")
    assert (unknown.exit_code, "the file names desk; not pager" in unknown.output) == (2, True)
    assert run().output.startswith("failed: connect")
    monkeypatch.delenv("CALLWARDEN_WEBHOOKS")
    assert "CALLWARDEN_WEBHOOKS" in run().output
