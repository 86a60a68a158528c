"""Which process has the processor first where two want it: Linux's nice levels and slices (sched(7)).

A caller waits for a voice worker and for the API; for what is recorded of her nobody waits. On a machine that has
nothing to spare the second gives way, and catches up in the pauses.
"""

import asyncio
import ctypes
import os
import platform
import sys
import time
from pathlib import Path

import structlog

log = structlog.get_logger()
PROC = Path("/proc")
ASKED_TIMES, ASKED_EVERY_S = 20, 0.15  # the kernel takes one such wish in 0.1 s from who is not its administrator
SLICE_NS = 300_000  # what a frame takes; Linux's own slice is ten times that, and whoever has one keeps it to the end
SET_ATTR = {"x86_64": 314, "aarch64": 274}  # sched_setattr(2), which libc does not name


class _Attributes(ctypes.Structure):
    """sched_attr of sched_setattr(2), as its first version has it."""

    _fields_ = (
        ("size", ctypes.c_uint32), ("policy", ctypes.c_uint32), ("flags", ctypes.c_uint64), ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32), ("runtime", ctypes.c_uint64), ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    )


def be_prompt() -> bool:
    """Let the calling thread, and those it begins, have the processor soon and for short, with the same share of it.

    False where the system knows no such thing (Linux before 6.12) or refuses it, which harms nothing.
    """
    number = SET_ATTR.get(platform.machine())
    if sys.platform != "linux" or number is None:
        return False
    asked = _Attributes(
        size=ctypes.sizeof(_Attributes), policy=os.SCHED_OTHER, nice=os.getpriority(os.PRIO_PROCESS, 0),
        runtime=SLICE_NS,
    )
    refused: int = ctypes.CDLL(None).syscall(number, 0, ctypes.byref(asked), 0)
    return refused == 0


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
