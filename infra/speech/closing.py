"""How long a socket is closed for: a vendor that says nothing any more is not waited for as it says goodbye."""

from typing import Any

# The library waits ten seconds for the other side's goodbye, also when a socket is left because its time is up.
WITHIN_S = 1.0
STEPS = 3  # the older library of the SDKs waits so long for each: goodbye, end of data, end of connection


def hurried(socket: Any) -> Any:
    """Give the socket of an SDK that passes no such option on, with this bound; one of another make stays as it is."""
    inner = getattr(socket, "_websocket", None)
    if inner is not None:
        inner.close_timeout = WITHIN_S / STEPS
    return socket
