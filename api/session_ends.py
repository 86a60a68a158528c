"""An event stream or a socket that a session opened ends with it: ASGI around every route, so that none can forget."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import token_of
from api.credentials import COOKIE
from api.parts import parts_of
from infra.login_sessions import Named, named

STREAM = "text/event-stream"
LAST_WORD = b"event: session_over\ndata: {}\n\n"
REFUSED = 1008  # a policy was violated (RFC 6455, 7.4.1)
CLOSED: Message = {"type": "websocket.disconnect", "code": REFUSED, "reason": ""}


class SessionEnds:
    """ASGI middleware: what a session follows is cut off once the session is over."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        session = _session(scope)
        if session is None:
            await self._app(scope, receive, send)
            return
        held = _Held(HTTPConnection(scope), session, receive, send)
        with held.until_answered():
            if scope["type"] == "websocket":
                held.watch({"type": "websocket.close", "code": REFUSED, "reason": "session over"})
                await self._app(scope, held.hear, held.say)
            else:
                await self._app(scope, receive, held.answer)


class _Held:
    """One open line between a session and a route."""

    def __init__(self, connection: HTTPConnection, session: Named, receive: Receive, send: Send) -> None:
        self._watch, self._session = parts_of(connection).session_watch, session
        self._receive, self._send = receive, send
        self._over = False
        self._ending: asyncio.Task[None] | None = None

    @contextmanager
    def until_answered(self) -> Iterator[None]:
        try:
            yield
        finally:
            if self._ending is not None:
                self._ending.cancel()

    def watch(self, last: Message) -> None:
        """Say the last word once the session is over; what the route says after it goes nowhere."""

        async def end() -> None:
            with self._watch.over(self._session) as over:
                await over.wait()
            self._over = True
            with suppress(OSError, RuntimeError):  # the other side was quicker
                await self._send(last)

        self._ending = asyncio.create_task(end(), name="session-end")

    async def answer(self, message: Message) -> None:
        """Pass an answer on; the server tells the route of a stream that it is over, as if its reader had gone."""
        if self._over:
            return
        await self._send(message)
        if message["type"] == "http.response.start" and _streams(message):
            self.watch({"type": "http.response.body", "body": LAST_WORD, "more_body": False})

    async def say(self, message: Message) -> None:
        if not self._over:
            await self._send(message)

    async def hear(self) -> Message:
        message = await self._receive()
        return CLOSED if self._over else message


def _session(scope: Scope) -> Named | None:
    if scope["type"] not in ("http", "websocket"):
        return None
    connection = HTTPConnection(scope)
    secret = connection.cookies.get(COOKIE)
    return None if secret is None or token_of(connection) is not None else named(secret)


def _streams(start: Message) -> bool:
    return Headers(raw=list(start.get("headers", ()))).get("content-type", "").startswith(STREAM)
