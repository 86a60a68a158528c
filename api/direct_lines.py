"""The gateway's end of direct lines: voice workers that host its calls connect here and hear them without the log.

Who claims a call shows the token of its sealed `start` record, which only those can read who have the call's key. What
goes over a line is sealed as it is on the topics, and goes there as well.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable

import structlog

from api.metrics import Metrics
from infra.direct_line import ASKS, DirectLine, Head

log = structlog.get_logger()
OFF = "off"
TOKEN_BYTES = 16
Call = tuple[str, str]  # tenant, call


class DirectLines:
    """One gateway's."""

    def __init__(self, *, host: str, take: Callable[[Head, bytes], None], metrics: Metrics) -> None:
        """Take the address to listen on, or `off`, and who hears what workers send."""
        metrics.direct(lambda: len(self._claims))
        self._host = host
        self._take = take
        self._server: asyncio.Server | None = None
        self._tokens: dict[Call, str] = {}
        self._claims: dict[Call, DirectLine] = {}
        self._lines: set[DirectLine] = set()

    async def start(self) -> None:
        """Listen; without a line calls go by the log alone."""
        if self._host == OFF:
            return
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._answer, host=self._host, port=0)
        except OSError as wrong:
            log.warning("no direct line to voice workers: audio goes by the log alone", error=type(wrong).__name__)

    async def stop(self) -> None:
        """Close every line."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.close()

    def invite(self, call: Call) -> dict[str, str]:
        """Give what a `start` record says of the way here: address and token, or nothing where there is none."""
        if self._server is None:
            return {}
        token = self._tokens[call] = secrets.token_urlsafe(TOKEN_BYTES)
        port = self._server.sockets[0].getsockname()[1]
        return {"direct_line": f"{self._host}:{port}", "direct_token": token}

    def forget(self, call: Call) -> None:
        """End with a call."""
        self._tokens.pop(call, None)
        if (line := self._claims.pop(call, None)) is not None:
            line.send({ASKS: "forgotten", "tenant": call[0], "call": call[1]})

    def send(self, call: Call, head: Head, value: bytes) -> bool:
        """Send a sealed record to the worker that hosts a call; False where none is connected."""
        line = self._claims.get(call)
        return line is not None and line.send(head, value)

    def has(self, call: Call) -> bool:
        """Whether a worker is connected for a call."""
        line = self._claims.get(call)
        return line is not None and line.open

    def _answer(self) -> DirectLine:
        line = DirectLine(self._heard, lost=self._gone)
        self._lines.add(line)
        return line

    def _heard(self, line: DirectLine, head: Head, value: bytes) -> None:
        call = (head.get("tenant", ""), head.get("call", ""))
        if ASKS not in head:
            if self._claims.get(call) is line:
                self._take(head, value)
        elif head[ASKS] == "claim":
            token = self._tokens.get(call)
            if token is None or not hmac.compare_digest(token.encode(), head.get("token", "").encode()):
                return  # it is over, or its socket was opened again: the line is that of other calls, too
            self._claims[call] = line
            line.send({ASKS: "claimed", "tenant": call[0], "call": call[1]})
        elif self._claims.get(call) is line:
            del self._claims[call]

    def _gone(self, line: DirectLine) -> None:
        self._lines.discard(line)
        for call in [call for call, claimed in self._claims.items() if claimed is line]:
            del self._claims[call]
