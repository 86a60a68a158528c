"""Programs that we start: they end with us, even when we are killed, and they are ready before we go on."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from governance.errors import TransientError

LOOPBACK = "127.0.0.1"
STOP_WITHIN_S = 10.0
KNOCK_EVERY_S = 0.02
# Below those that systems give to connections by themselves: Linux from 32768, others from 49152.
FIRST_PORT, LAST_PORT, PORT_TRIES = 15_000, 32_000, 100
PR_SET_PDEATHSIG = 1  # linux/prctl.h
PARENT_GONE = 1


def start_child(command: Sequence[str], *, log: Path | None = None) -> "subprocess.Popen[bytes]":
    """Start a program; on Linux the kernel kills it when the thread that called this ends.

    So call it from a thread that lives as long as the program shall.
    """
    output: IO[bytes] | int = subprocess.DEVNULL if log is None else log.open("ab")
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent(),
            start_new_session=True,
        )
    finally:
        if not isinstance(output, int):
            output.close()


def stop_child(process: "subprocess.Popen[bytes]") -> None:
    """Ask a program to end, and kill it if it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            kill_child(process)


def kill_child(process: "subprocess.Popen[bytes]") -> None:
    """End a program at once, as a crash does."""
    process.kill()
    process.wait(STOP_WITHIN_S)


def free_port() -> int:
    """Find a port on loopback that nobody uses now, and that no connection of anybody is given until it is bound."""
    for _ in range(PORT_TRIES):
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
    raise TransientError("no port is free")


def refuse_taken(port: int) -> None:
    """Raise TransientError where somebody listens already: he would be taken for the program that is started."""
    if _listens(port):
        raise TransientError(f"port {port} is taken by another program")


def wait_for_port(port: int, *, process: "subprocess.Popen[bytes]", within_s: float) -> None:
    """Wait until the program listens; raises TransientError when it ended or took too long."""
    name = Path(str(process.args[0] if isinstance(process.args, list) else process.args)).name
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if process.poll() is not None:
            raise TransientError(f"{name} ended with {process.returncode} before it listened")
        if _listens(port):
            return
        time.sleep(KNOCK_EVERY_S)
    raise TransientError(f"{name} does not listen on port {port} after {within_s:.0f} s")


def end_with_parent() -> Callable[[], None] | None:
    """Give what a started program must run first so that the kernel ends it with us; None where none can."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: nothing may be loaded after it
    parent = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended between the fork and the call
            os._exit(PARENT_GONE)

    return ask_the_kernel


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
