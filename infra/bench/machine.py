"""What the machine is and what a process holds, from /proc."""

import os
import sys
from pathlib import Path

from infra.bench.figures import Machine


def this_machine() -> Machine:
    """Describe the processor, the cores this process may use and the load of the last minute."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return Machine(
        cpu=names[0] if names else "unknown", cores=len(os.sched_getaffinity(0)), load_before=os.getloadavg()[0]
    )


def resident_mb(pid: int) -> float:
    """Give the resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def processor_ms(pid: int, *, ended: bool = False) -> float:
    """Give the processor time a process has had, in milliseconds; with `ended`, of its children that ended too."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = sum(int(one) for one in after_name[11 : 15 if ended else 13])  # utime, stime, then those of children
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def resident_below_mb(directory: Path) -> float:
    """Give the resident memory of processes that were started with a directory in their command: one server's."""
    return round(sum(resident_mb(one) for one in _server(directory)), 1)


def processor_below_ms(directory: Path) -> float:
    """Give the processor time of those processes, and of those of them that have ended."""
    return sum(processor_ms(one, ended=True) for one in _server(directory))


def program(module: str) -> list[str]:
    """Give the command of a module of ours."""
    return [sys.executable, "-m", module]


def _server(directory: Path) -> list[int]:
    wanted, found = str(directory).encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (place / "cmdline").read_bytes():
                pid = place.name
                children = (place / "task" / pid / "children").read_text(encoding="utf-8").split()
                found += [int(pid), *(int(one) for one in children)]
        except OSError:
            continue  # it has ended meanwhile
    return found
