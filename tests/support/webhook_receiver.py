"""A receiver of webhooks on loopback that answers as it is told: statuses, silence, broken connections, redirects.

It checks signatures from the text of the Standard Webhooks convention; it shares no code with the sender.
"""

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = "200"


@dataclass(frozen=True)
class Received:
    """One request; `connection` numbers the connections in their order."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def signed_with(self, secret: str) -> bool:
        """Sign `id.timestamp.payload` with the base64-decoded secret and look for it in the list of signatures."""
        content = self.headers["webhook-id"] + "." + self.headers["webhook-timestamp"] + "." + self.body.decode()
        key = base64.b64decode(secret.split("_")[1])
        wanted = base64.b64encode(hmac.new(key, content.encode(), hashlib.sha256).digest()).decode()
        offered = [one.split(",") for one in self.headers["webhook-signature"].split(" ")]
        return any(version == "v1" and hmac.compare_digest(signature, wanted) for version, signature in offered)


@dataclass
class Receiver:
    """Answers each request with the next word of `script`, and with `then` once that is used up.

    A word is a status, `429 Retry-After: 1`, `302 Location: …`, or hang, drop, half (breaks off in the answer), drip
    (a byte now and then), endless (an answer without an end), slow_close (answers, then closes the connection).
    """

    script: list[str] = field(default_factory=list)
    then: str = OK
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def until(self, count: int) -> list[Received]:
        """Wait until this many requests have come."""
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: len(self.received) >= count), 60)
        return self.received

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while True:
                await self._one(reader, writer, number)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        async with self.news:
            self.received.append(Received(first.split(" ")[1], headers, body, number))
            self.news.notify_all()
        word = self.script.pop(0) if self.script else self.then
        await getattr(self, f"_{word}", self._status)(writer, word)

    async def _status(self, writer: asyncio.StreamWriter, word: str) -> None:
        status, _, header = word.partition(" ")
        named = f"{header}\r\n" if header else ""
        body = "" if status == "204" else "{}"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        writer.write(f"HTTP/1.1 {status} Said\r\n{length}{named}\r\n{body}".encode())
        await writer.drain()

    async def _hang(self, writer: asyncio.StreamWriter, _: str) -> None:
        await asyncio.sleep(60)

    async def _drop(self, writer: asyncio.StreamWriter, _: str) -> None:
        raise ConnectionError

    async def _slow_close(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._status(writer, OK)
        raise ConnectionError

    async def _half(self, writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        raise ConnectionError

    async def _drip(self, writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def _endless(self, writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()


@asynccontextmanager
async def receiver(*script: str, then: str = OK, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run one on a free port."""
    state = Receiver(script=list(script), then=then)
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
