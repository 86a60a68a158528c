"""The dispatcher of the bench: an HTTP receiver on loopback that notes when each request has come, and answers 202."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SECRET = "whsec_" + "QUFB" * 11
ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Town:
    """When the first request about each call had come whole (perf_counter)."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/dispatch"
        self.at: dict[str, float] = {}
        self._news = asyncio.Event()

    async def until(self, calls: list[str], *, within_s: float) -> None:
        """Wait until each call was heard of; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            for one in calls:
                while one not in self.at:
                    self._news.clear()
                    await self._news.wait()

    def _came(self, call: str) -> None:
        self.at.setdefault(call, time.perf_counter())
        self._news.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take requests until the sender closes."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                size = int(head.partition("content-length:")[2].partition("\r\n")[0])
                body = await reader.readexactly(size)
                self._came(json.loads(body)["subject"])
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """Run one on a free port."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # or Nagle stays on
    listening.bind(("127.0.0.1", 0))
    one = Town(listening.getsockname()[1])
    server = await asyncio.start_server(one.serve, sock=listening)
    try:
        yield one
    finally:
        server.close()
