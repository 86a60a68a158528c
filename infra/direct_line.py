"""The wire of a direct line: sealed audio records between a gateway and a voice worker, beside the log (ADR-0048).

A message is its length (4 bytes, big-endian, of what follows), the length of its head (2 bytes), the head (a JSON
object of strings: the record's headers, or what is asked) and the record's sealed value.
"""

import asyncio
import json
import struct
from collections.abc import Callable, Mapping
from typing import cast

MOST_BYTES = 256 * 1024  # of a message: a record is 64 KiB of samples at the most
MOST_HEAD = 0xFFFF  # what its two bytes of length can say
MOST_UNREAD = 256 * 1024  # that the other side has not read yet: then the log is fast enough for it
HEARD_ALREADY_EVERY_S = 0.1  # what was heard over a line leaves for the log so often, on either side
ASKS = "ask"  # in a head: no record, but a question of the worker's

Head = Mapping[str, str]
Take = Callable[["DirectLine", Head, bytes], None]
_LENGTHS = struct.Struct(">IH")
_LENGTH_BYTES = 4


class DirectLine(asyncio.Protocol):
    """One side of one connection; `take` is given each message, and ends the connection where it raises ValueError."""

    def __init__(self, take: Take, *, lost: Callable[["DirectLine"], None]) -> None:
        """Take who hears, and who is told that nothing will come any more."""
        self._take = take
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()

    @property
    def open(self) -> bool:
        """Whether something that is sent may arrive."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, head: Head, value: bytes = b"") -> bool:
        """Send a message at once; False where the line is closed, the other side does not read, or it is too long."""
        transport = self._transport
        if transport is None or transport.is_closing() or transport.get_write_buffer_size() > MOST_UNREAD:
            return False
        told = json.dumps(head, separators=(",", ":")).encode()
        if len(told) > MOST_HEAD or 2 + len(told) + len(value) > MOST_BYTES:
            return False
        transport.write(_LENGTHS.pack(2 + len(told) + len(value), len(told)) + told + value)
        return True

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell that it is over."""
        self._transport = None
        self._lost(self)

    def data_received(self, data: bytes) -> None:
        """Give each whole message to who hears."""
        self._unread += data
        try:
            while (message := self._next()) is not None:
                self._take(self, *message)
        except ValueError:
            self.close()

    def _next(self) -> tuple[dict[str, str], bytes] | None:
        if len(self._unread) < _LENGTHS.size:
            return None
        length, head = _LENGTHS.unpack_from(self._unread)
        if not 2 + head <= length <= MOST_BYTES:
            raise ValueError("a message is longer than any record")
        begins, ends = _LENGTHS.size + head, _LENGTH_BYTES + length
        if len(self._unread) < ends:
            return None
        message = head_of(bytes(self._unread[_LENGTHS.size : begins])), bytes(self._unread[begins:ends])
        del self._unread[:ends]
        return message


def head_of(told: bytes) -> dict[str, str]:
    """Read a head; raises ValueError for what is no JSON object of strings."""
    head = json.loads(told)
    if not isinstance(head, dict) or not all(isinstance(value, str) for value in head.values()):
        raise ValueError("a head is a JSON object of strings")
    return head
