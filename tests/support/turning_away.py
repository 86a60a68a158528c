"""A server that turns every question and every socket away, and says when to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TurningAway:
    """Counts those it turned away; `headers` may change between them."""

    def __init__(self, status: int, headers: str) -> None:
        self.status = status
        self.headers = headers
        self.asked = 0
        self.place = ""

    @property
    def http(self) -> str:
        return f"http://{self.place}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                               if line.startswith(b"content-length")), 0)
                await reader.readexactly(length)
                self.asked += 1
                told = f"HTTP/1.1 {self.status} No\r\n{self.headers}Content-Length: 2\r\n\r\n{{}}"
                writer.write(told.encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def turning_away(status: int = 429, headers: str = "Retry-After: 20\r\n") -> AsyncIterator[TurningAway]:
    """Run one on a free port."""
    state = TurningAway(status, headers)
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0)
    state.place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield state
    finally:
        server.close()
