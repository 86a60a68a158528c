"""How long `callwarden up` takes until its ready line, everything embedded, with files already warm."""

import asyncio
import os
import signal
import time
from pathlib import Path

from infra.bench.machine import program

READY_WITHIN_S = 120.0
STOP_WITHIN_S = 60.0


async def measure(data: Path, *, times: int) -> list[float]:
    """Start on one data folder once to fill it, then give the seconds of each further start."""
    took = [await _start(data) for _ in range(times + 1)]
    return took[1:]


async def _start(data: Path) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLWARDEN_")}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *program("infra.cli"), "up", "--data", str(data), "--port", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=environment,
    )
    try:
        if process.stdout is None or not await asyncio.wait_for(process.stdout.readline(), READY_WITHIN_S):
            raise TimeoutError("`callwarden up` ended before it was ready")
        took = time.perf_counter() - began
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return round(took, 2)
