"""A process that nobody waits for gives way: its level, its session's, and where there is no such thing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.child import Child
from infra.precedence import give_way

pytestmark = pytest.mark.fault
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has levels of sessions")

BEHIND = 7
SERVES = """
import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("ready", flush=True)
time.sleep(60)
"""


def child(*, behind: int) -> Child:
    return Child("probe", [sys.executable, "-c", SERVES], {}, behind=behind)


def level_of(session: Path) -> int:
    return int(session.read_text(encoding="ascii").split()[-1])


@ON_LINUX
async def test_a_child_that_gives_way_is_behind_others_with_its_session() -> None:
    probe = child(behind=BEHIND)
    await probe.start(within_s=120)
    try:
        assert probe.pid is not None
        threads = [int(one.name) for one in Path(f"/proc/{probe.pid}/task").iterdir()]
        assert len(threads) > 1
        assert {os.getpriority(os.PRIO_PROCESS, one) for one in threads} == {BEHIND}
        session = Path(f"/proc/{probe.pid}/autogroup")
        assert not session.exists() or level_of(session) == BEHIND
    finally:
        await probe.stop()


async def test_a_child_that_does_not_give_way_stays_where_its_parent_is() -> None:
    probe = child(behind=0)
    await probe.start(within_s=120)
    try:
        assert probe.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, probe.pid) == os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        await probe.stop()


async def test_a_process_that_has_ended_cannot_give_way_and_nothing_breaks() -> None:
    probe = child(behind=0)
    await probe.start(within_s=120)
    pid = probe.pid
    assert pid is not None
    await probe.stop()
    assert not await give_way(pid, behind=BEHIND)


@ON_LINUX
async def test_a_system_without_levels_of_sessions_needs_none(tmp_path: Path) -> None:
    (tmp_path / "1" / "task").mkdir(parents=True)
    assert await give_way(1, behind=BEHIND, proc=tmp_path)


PROMPT = """
import os
from infra.precedence import be_prompt
before = os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)
asked = be_prompt()
assert (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)) == before
print(asked in (True, False))
"""


def test_being_prompt_changes_neither_level_nor_policy() -> None:
    told = subprocess.run([sys.executable, "-c", PROMPT], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == "True\n"
