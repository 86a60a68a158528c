"""The voice worker's end of direct lines: it connects to the gateways of the calls that it hosts (ADR-0048)."""

import asyncio
from collections.abc import Callable
from functools import partial

import structlog

from infra.direct_line import ASKS, DirectLine, Head
from streams.voice.start import Setup

log = structlog.get_logger()
CONNECT_WITHIN_S = 1.0
AGAIN_AFTER_S = 2.0
Call = tuple[str, str]  # tenant, call


class DirectLines:
    """One worker's; a call without a line goes by the log alone."""

    def __init__(self, *, take: Callable[[Head, bytes], None], again_after_s: float = AGAIN_AFTER_S) -> None:
        """Take who hears what gateways send."""
        self._take = take
        self._again_after_s = again_after_s
        self._setups: dict[Call, Setup] = {}
        self._heard: dict[Call, DirectLine] = {}  # of those, the ones whose gateway has said that it is theirs
        self._lines: dict[str, DirectLine] = {}
        self._connecting: dict[str, asyncio.Task[None]] = {}

    def open(self, setup: Setup) -> None:
        """Begin with a call; returns at once, and the line is there when it is."""
        address = setup.direct_line
        if not address or not setup.direct_token:
            return
        self._setups[setup.tenant, setup.call_id] = setup
        if address in self._lines:
            self._claim(self._lines[address], setup)
        elif address not in self._connecting:
            self._connecting[address] = asyncio.create_task(self._connect(address, rest_s=0.0))

    def close(self, setup: Setup) -> None:
        """End with a call."""
        call = (setup.tenant, setup.call_id)
        self._heard.pop(call, None)
        known = self._setups.pop(call, None)
        # Also where the gateway's word on the claim is still on its way: it would keep a claim that nobody holds.
        if known is not None and (line := self._lines.get(known.direct_line)) is not None:
            line.send({ASKS: "release", "tenant": setup.tenant, "call": setup.call_id})

    def has(self, call: Call) -> bool:
        """Whether a call's gateway hears it without the log."""
        line = self._heard.get(call)
        return line is not None and line.open

    def send(self, call: Call, head: Head, value: bytes) -> bool:
        """Send a sealed record to a call's gateway; False where there is no line to it."""
        line = self._heard.get(call)
        return line is not None and line.send(head, value)

    def stop(self) -> None:
        """Close every line."""
        self._setups.clear()
        self._heard.clear()
        for task in self._connecting.values():
            task.cancel()
        for line in list(self._lines.values()):
            line.close()

    async def _connect(self, address: str, *, rest_s: float) -> None:
        """Connect and claim what waits for it, again and again while a call is on that gateway."""
        host, _, port = address.rpartition(":")
        loop = asyncio.get_running_loop()
        try:
            await asyncio.sleep(rest_s)
            while any(one.direct_line == address for one in self._setups.values()):
                try:
                    async with asyncio.timeout(CONNECT_WITHIN_S):
                        _, line = await loop.create_connection(
                            lambda: DirectLine(self._listen, lost=partial(self._gone, address)), host, int(port)
                        )
                except (OSError, OverflowError, TimeoutError, ValueError):
                    line = None
                if line is None or not line.open:  # one that was closed at once is nobody's
                    await asyncio.sleep(self._again_after_s)
                    continue
                self._lines[address] = line
                for setup in self._setups.values():
                    if setup.direct_line == address:
                        self._claim(line, setup)
                return
        finally:
            del self._connecting[address]

    def _listen(self, line: DirectLine, head: Head, value: bytes) -> None:
        call = (head.get("tenant", ""), head.get("call", ""))
        if ASKS not in head:
            self._take(head, value)
        elif head[ASKS] == "forgotten":  # its socket is closed
            self._heard.pop(call, None)
        elif call in self._setups:
            self._heard[call] = line

    def _claim(self, line: DirectLine, setup: Setup) -> None:
        line.send({ASKS: "claim", "tenant": setup.tenant, "call": setup.call_id, "token": setup.direct_token})

    def _gone(self, address: str, line: DirectLine) -> None:
        if self._lines.get(address) is not line:
            return  # it never was one
        del self._lines[address]
        self._heard = {call: each for call, each in self._heard.items() if each is not line}
        if any(setup.direct_line == address for setup in self._setups.values()):
            self._connecting[address] = asyncio.create_task(self._connect(address, rest_s=self._again_after_s))
