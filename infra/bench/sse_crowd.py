"""Many server-sent streams held open by one program: when each was told what."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from infra import clock

LOOPBACK = "127.0.0.1"
READ = 1 << 16
AT_ONCE = 50  # connections that are being made; the rest wait for them


@dataclass(eq=False)
class Heard:
    """One stream: the instants (wall clock) at which it told of a handoff in a state."""

    at: dict[str, float] = field(default_factory=dict)
    writer: asyncio.StreamWriter | None = None


class Crowd:
    """All streams of one run."""

    def __init__(self, url: str, path: str) -> None:
        """Take the address of the API and the stream's."""
        self._port = int(url.rsplit(":", 1)[1])
        self._path = path
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self.streams: list[Heard] = []

    async def open(self, tokens: Sequence[str]) -> None:
        """Open a stream for each token, and return once each was answered; raises ConnectionError where one was not."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(token: str) -> None:
            async with room:
                heard = Heard()
                reader = await self._ask(token, heard)
                self.streams.append(heard)
                self._tasks.append(asyncio.create_task(self._listen(reader, heard)))

        await asyncio.gather(*(one(token) for token in tokens))

    async def until(self, event: str, *, within_s: float) -> list[float]:
        """Wait until every stream was told; gives the instants in order."""
        async with asyncio.timeout(within_s):
            while not all(event in heard.at for heard in self.streams):
                self._news.clear()
                await self._news.wait()
        return sorted(heard.at[event] for heard in self.streams)

    async def close(self) -> None:
        """Hang up everywhere."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for heard in self.streams:
            if heard.writer is not None:
                heard.writer.close()

    async def _ask(self, token: str, heard: Heard) -> asyncio.StreamReader:
        reader, heard.writer = await asyncio.open_connection(LOOPBACK, self._port)
        asked = f"GET {self._path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nAuthorization: Bearer {token}\r\n\r\n"
        heard.writer.write(asked.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        return reader

    async def _listen(self, reader: asyncio.StreamReader, heard: Heard) -> None:
        left = b""
        while content := await reader.read(READ):
            at = clock.now().timestamp()
            *lines, left = (left + content).split(b"\n")
            for line in lines:
                if line.startswith(b"id: "):
                    heard.at.setdefault(line[4:].decode(), at)
            self._news.set()
