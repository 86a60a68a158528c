"""A local HTTP server that treats its callers badly: silent, dead after a while, or full of errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REFUSAL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


class Misbehaving:
    """Counts the requests that it spoils."""

    def __init__(self, *, how: str) -> None:
        """`how`: silent (takes the request and never answers), refusing (status 500), hanging up, or half (stops)."""
        self.how = how
        self.requests = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                if self.how == "hangup":
                    return
                if self.how == "refusing":
                    writer.write(REFUSAL)
                    await writer.drain()
                    return
                if self.how == "half":
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nTransfer-Encoding: chunked\r\n\r\n")
                    writer.write(b"1E0\r\n" + b"\x10\x00" * 240 + b"\r\n")
                    await writer.drain()
                await asyncio.sleep(60)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def misbehaving(how: str) -> AsyncIterator[Misbehaving]:
    """Run one on a free port."""
    state = Misbehaving(how=how)
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield state
    finally:
        server.close()
