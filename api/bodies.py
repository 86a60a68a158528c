"""Bodies of requests, as far as they may go."""

from http import HTTPStatus

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cloudevents import MAX_BODY
from api.problems import Problem

MOST_BODY = 16 * 1024 * 1024  # of any request: a bundle of twenty policies fits; doors that take less say so
MOST_DIGITS = 18


class BodyLimit:
    """ASGI middleware: no route, and nobody without a login, makes the service hold a body without end."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; 413 where its body says or turns out to be too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and (len(said) > MOST_DIGITS or int(said) > MOST_BODY):
            await _too_long(MOST_BODY).response()(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BODY:  # the one kind of error that FastAPI lets through where it reads a body
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)


async def read_body_of(request: Request) -> bytes:
    """Give the body; raises Problem 413 as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_long(MAX_BODY)
    return bytes(body)


def _too_long(most: int) -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"a request holds at most {most} bytes")
