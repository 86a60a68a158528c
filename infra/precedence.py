"""Which process has the processor first where two want it: Linux's nice levels (sched(7)), of threads and sessions.

A caller waits for a voice worker and for the API; for what is recorded of her nobody waits. On a machine that has
nothing to spare the second gives way, and catches up in the pauses.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import structlog

log = structlog.get_logger()
PROC = Path("/proc")
ASKED_TIMES, ASKED_EVERY_S = 20, 0.15  # the kernel takes one such wish in 0.1 s from who is not its administrator


async def give_way(pid: int, *, behind: int, proc: Path = PROC) -> bool:
    """Put a process and its session behind others by so many levels, a level being a fifth of its share.

    False where the system knows no such thing or refuses it, which harms nothing.
    """
    if sys.platform != "linux":
        return False
    try:
        return await asyncio.to_thread(_put_behind, proc / str(pid), behind)
    except OSError as refused:
        log.warning("a process could not be put behind others", error=type(refused).__name__)
        return False


def _put_behind(process: Path, behind: int) -> bool:
    # A level is a thread's own; those that are begun later take over that of who begins them.
    for thread in (process / "task").iterdir():
        os.setpriority(os.PRIO_PROCESS, int(thread.name), behind)
    # With autogroups the kernel weighs sessions, and a level counts within one only; each process here has its own.
    session = process / "autogroup"
    if not session.exists():
        return True
    for _ in range(ASKED_TIMES):
        try:
            session.write_text(str(behind), encoding="ascii")
        except BlockingIOError:
            time.sleep(ASKED_EVERY_S)
        else:
            return True
    return False
