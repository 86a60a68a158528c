"""A process under its parent: ready, dead, started again, ended."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from infra.child import Child, ChildFailed

pytestmark = pytest.mark.fault

SERVES = "import time; print('ready here', flush=True); time.sleep(60)"


def child(program: str) -> Child:
    return Child("probe", [sys.executable, "-c", program], {})


async def test_a_child_gives_its_ready_line_and_ends_when_told() -> None:
    probe = child(SERVES)
    assert await probe.start(within_s=120) == "ready here"
    pid = probe.pid
    assert pid is not None
    await probe.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_child_that_is_killed_is_started_again() -> None:
    probe = child(SERVES)
    await probe.start(within_s=120)
    first = probe.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(120):
        while probe.pid == first:
            await asyncio.sleep(0.05)
    await probe.stop()


async def test_a_child_that_ends_before_it_is_ready_has_failed() -> None:
    with pytest.raises(ChildFailed, match="ended with exit 3"):
        await child("raise SystemExit(3)").start(within_s=120)


async def test_a_child_that_never_gets_ready_is_ended() -> None:
    probe = child("import time; time.sleep(60)")
    with pytest.raises(ChildFailed, match="not ready"):
        await probe.start(within_s=0.5)


async def test_a_child_has_the_settings_it_was_given() -> None:
    probe = Child("probe", [sys.executable, "-c", "import os; print(os.environ['CALLWARDEN_PORT'])"],
                  {"CALLWARDEN_PORT": "8123"})
    assert await probe.start(within_s=120) == "8123"
    await probe.stop()


async def test_a_child_that_cannot_be_started_again_now_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.child.RESTART_FIRST_S", 0.05)
    program = tmp_path / "program"
    program.symlink_to(sys.executable)
    probe = Child("probe", [str(program), "-c", SERVES], {})
    await probe.start(within_s=120)
    first = probe.pid
    assert first is not None
    program.unlink()
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(120):
        while probe.pid is not None:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)  # tried in vain meanwhile
    program.symlink_to(sys.executable)
    async with asyncio.timeout(120):
        while probe.pid is None:
            await asyncio.sleep(0.05)
    await probe.stop()
