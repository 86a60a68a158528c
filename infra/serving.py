"""Says that a process serves, once what it loaded is out of the garbage collector's way."""

import asyncio
import gc
import sys
from collections.abc import Coroutine

import uvloop

# Of what is begun and ended for a frame or an event next to nothing is left to the collector; Python looks after each
# 700 objects.
LOOK_AFTER = (20_000, 20, 20)
# The loop takes the interpreter back from a thread that computes (a detector, an answer of the database) after this
# long. Python has it wait for 5 ms, each time it comes from a socket or from the voice activity.
SWITCH_S = 0.0005


def serve(work: Coroutine[None, None, None]) -> None:
    """Run until the work ends, on the event loop that needs the least of a core for each socket (libuv's)."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def share_interpreter() -> None:
    """Let the event loop of this process wait for its other threads no longer than it must."""
    sys.setswitchinterval(SWITCH_S)


def announce(line: str = "ready") -> None:
    """Print the line its parent waits for.

    A full collection walks every object of the models and libraries, 0.1 s in which no call is served; what is
    there now stays as long as the process, so it is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOK_AFTER)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
