"""Sends audio as it is on a socket whose SDK has agreed to compress messages (RFC 7692, section 6: a sender may not).

Samples hardly get shorter by it, and each frame takes as long to compress as all else that is done to send it.
"""

from typing import Any


def unpacked(socket: Any) -> Any:
    """Give the socket of an SDK that passes no such option on; one of another make stays as it is."""
    inner: Any = getattr(socket, "_websocket", None)
    if isinstance(agreed := getattr(inner, "extensions", None), list):
        inner.extensions = [_Reads(one) for one in agreed]
    return socket


class _Reads:
    """Unpacks what the other side has packed, and packs nothing."""

    def __init__(self, agreed: Any) -> None:
        self.name = agreed.name
        self._agreed = agreed

    def decode(self, frame: Any, *, max_size: int | None = None) -> Any:
        """Give a frame that came."""
        return self._agreed.decode(frame, max_size=max_size)

    def encode(self, frame: Any) -> Any:
        """Give a frame that leaves, unchanged."""
        return frame
