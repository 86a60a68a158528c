"""Server-sent events of the API, followed in this process (HTML Living Standard, 9.2)."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from httpx2 import Response
from starlette.types import ASGIApp, Message, Scope

WAITING = 500  # answers that are held for a page that is slow; then the stream waits for it
END: Message = {"type": "callwarden.end"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its name, and what it says."""

    name: str
    data: Any


class NotStreamed(Exception):
    """The API answered with something else than a stream."""

    def __init__(self, answer: Response) -> None:
        """Take the whole answer."""
        self.answer = answer
        super().__init__(f"status {answer.status_code}")


def scope_of(path: str, query: str, headers: dict[str, str], *, client: tuple[str, int], scheme: str) -> Scope:
    """Give the ASGI scope of a GET."""
    written = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    host, _, port = headers.get("Host", "").rpartition(":")
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": scheme, "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "headers": written, "client": client,
        "server": (host, int(port)) if host and port.isdigit() else None,
    }


async def follow(app: ASGIApp, scope: Scope) -> AsyncGenerator[list[Told], None]:
    """Give what is told, as much at once as there is; an empty list is a sign of life.

    Raises NotStreamed, also where it breaks off.
    """
    said: asyncio.Queue[Message] = asyncio.Queue(WAITING)
    gone = asyncio.Event()
    asked = broken = False

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def run() -> None:
        nonlocal broken
        try:
            await app(scope, receive, said.put)
        except Exception:  # noqa: BLE001 - the API has told its own log; who follows would wait for ever
            broken = True
        await said.put(END)

    task = asyncio.create_task(run(), name="streaming")
    try:
        start = await said.get()
        if start is END:
            raise NotStreamed(Response(HTTPStatus.SERVICE_UNAVAILABLE))
        if start["status"] != HTTPStatus.OK:
            raise NotStreamed(await _whole(int(start["status"]), said))
        left = b""
        over = False
        while not over:
            messages = [await said.get()]
            while not said.empty():
                messages.append(said.get_nowait())
            over = not all(one.get("more_body", False) for one in messages)
            *whole, left = (left + b"".join(one.get("body", b"") for one in messages)).split(b"\n\n")
            yield [told for block in whole if (told := _read(block)) is not None]
        if broken:
            raise NotStreamed(Response(HTTPStatus.SERVICE_UNAVAILABLE))
    finally:
        gone.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _whole(status: int, said: "asyncio.Queue[Message]") -> Response:
    content = b""
    while (message := await said.get()) is not END:
        content += message.get("body", b"")
    return Response(status, content=content)


def _read(block: bytes) -> Told | None:
    fields = [line.partition(": ") for line in block.decode().splitlines()]
    data = [value for name, _, value in fields if name == "data"]
    names = [value for name, _, value in fields if name == "event"]
    return Told(names[-1] if names else "message", json.loads("\n".join(data))) if data else None
