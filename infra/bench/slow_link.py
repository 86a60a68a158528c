"""A dependency that has become slow: every question to it waits on the way, as long as is asked for at the time."""

import asyncio
from contextlib import suppress

CHUNK = 65_536


class SlowLink:
    """Stands before one TCP server on loopback."""

    def __init__(self, *, host: str, port: int) -> None:
        """Take the server."""
        self.delay_s = 0.0
        self._target = (host, port)
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen; gives the port."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _carry(self, asked: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            upstream, writer = await asyncio.open_connection(*self._target)
        except OSError:
            answers.close()
            return
        await asyncio.gather(self._pump(asked, writer, slow=True), self._pump(upstream, answers, slow=False))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if slow and self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.close()
