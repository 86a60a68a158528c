"""Opens connections to providers when a call begins, so that its first turn pays for no handshake."""

import asyncio
from collections.abc import Iterable

from infra.speech.links import Port
from infra.speech.ports import Warms

AGAIN_S = 20.0  # connections are kept longer than this by the clients


class Warming:
    """Of one process: a provider that was warmed a moment ago is left alone."""

    def __init__(self) -> None:
        """Begin with everything cold."""
        self._warmed: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, ports: Iterable[Port]) -> None:
        """Warm what a call may ask, and return at once."""
        now = asyncio.get_running_loop().time()
        for port in ports:
            if isinstance(port, Warms) and now - self._warmed.get(id(port), -AGAIN_S) >= AGAIN_S:
                self._warmed[id(port)] = now
                task = asyncio.create_task(port.warm())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
