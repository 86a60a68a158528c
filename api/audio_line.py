"""What a call is carried on: the port of a channel's socket, and how calls end on it."""

from collections.abc import MutableMapping
from typing import Any, Literal, Protocol

from schemas.audio import BUSY, SILENT

Ending = Literal["hangup", "transferred", "stopped", "lost", "error", "refused", "silent"]
NORMAL, REFUSED, UNREADABLE, BROKEN, LATER = 1000, 1008, 1007, 1011, 1013
STOPPED: dict[str, tuple[Ending, tuple[int, str]]] = {
    BUSY: ("refused", (LATER, "every line is busy, try again")), SILENT: ("silent", (NORMAL, "nobody spoke")),
}


class Line(Protocol):
    """The channel's side of a call: a WebSocket, or what makes another protocol look like ours."""

    async def receive(self) -> MutableMapping[str, Any]:
        """Give the next message as ASGI has it."""

    async def send_bytes(self, data: bytes) -> None:
        """Play audio."""

    async def send_text(self, data: str) -> None:
        """Send a control frame."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the call."""
