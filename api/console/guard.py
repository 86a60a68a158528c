"""Around the console: strict headers with a nonce for each page, and nothing done that another page asked for."""

import asyncio
import re
import secrets
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.console.asset_files import FOREVER
from api.console.drawn import FIRST, STILL
from api.console.persons import APP, parts_behind
from api.credentials import COOKIE, origin_of
from infra.clock import now

MOUNT = "/console"
FOREIGN = "this is a page of another address: open the console itself"
NOT_LOGGED_IN = "this session is over: log in again"
LINE = f"{MOUNT}/_nicegui_ws/"  # what makes pages live; all of them are of somebody who is logged in
# NiceGUI compiles its components in the browser, hence unsafe-eval; no script of another place runs all the same.
LIVE = " 'unsafe-eval'"
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'{live}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it a browser sends forms with `Origin: null`, which says nothing about where they come from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=(), payment=(), usb=(), display-capture=()",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_OURS = {b"x-forwarded-prefix", b"authorization"}  # what only a proxy or a program would send, and we do not need
# Their addresses hold the version or the digest of what they are.
UNCHANGING = re.compile(rf"{MOUNT}/_nicegui/[^/]+/(static|components|libraries|esm)/")
GZIP_LEVEL = 4  # a page is made for one person, once: the last percents cost more than they save
STILL_PAGE, FIRST_PIECE = f'<!doctype html><html lang="en-US" {STILL}>'.encode(), f'<div id="{FIRST}">'.encode()
LATER = (
    (b"<script defer src=", b'<script type="text/plain" data-later="" src='),
    (b'<script type="module">', b'<script type="text/plain" data-later="module">'),
)


class Guard:
    """ASGI app in front of the console's."""

    def __init__(self, console: ASGIApp, *, app: ASGIApp) -> None:
        """Take the console and the app whose API it shows."""
        self._console = console
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            return
        scope[APP] = self._app
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if changes and not _same_origin(scope):
            await _refuse(scope, receive, send, FOREIGN)
        elif scope["path"].startswith(LINE) and not await _logged_in(scope):
            await _refuse(scope, receive, send, NOT_LOGGED_IN)
        else:
            scope["headers"] = [one for one in scope["headers"] if one[0] not in NOT_OURS]
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._console(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        await GZipMiddleware(NoncePage(self._console, nonce=nonce), compresslevel=GZIP_LEVEL)(scope, receive, send)


class NoncePage:
    """Gives every script element of a page the nonce that its policy asks for."""

    def __init__(self, app: ASGIApp, *, nonce: str) -> None:
        """Take the app and the nonce of this answer."""
        self._app, self._nonce = app, nonce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; a page is sent whole, anything else as it comes."""
        path: str = scope["path"]
        start: Message = {}
        held: list[bytes] = []

        async def write(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = POLICY.format(nonce=self._nonce, live=LIVE)
                if message["status"] == HTTPStatus.OK and UNCHANGING.match(path):
                    headers["Cache-Control"] = FOREVER
                if headers.get("content-type", "").startswith("text/html"):
                    start = message
                    return
            if not start or message["type"] != "http.response.body":
                await send(message)
                return
            held.append(message.get("body", b""))
            if not message.get("more_body", False):
                page = b"".join(held)
                headers = MutableHeaders(scope=start)
                if page.startswith(STILL_PAGE):
                    headers["Content-Security-Policy"] = POLICY.format(nonce=self._nonce, live="")
                # What people said is escaped in a page, so a script element is always one of the console's own.
                page = _later(page).replace(b"<script", b'<script nonce="' + self._nonce.encode() + b'"')
                headers["Content-Length"] = str(len(page))
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, write)


def _later(page: bytes) -> bytes:
    """Hold the scripts of a live page back until its first markup has been painted (assets/first.js)."""
    if FIRST_PIECE not in page:
        return page
    head, body, rest = page.partition(b"<body>")
    for written, held in LATER:
        rest = rest.replace(written, held)
    return head + body + rest


def _same_origin(scope: Scope) -> bool:
    connection = HTTPConnection(scope)
    return connection.headers.get("origin") == origin_of(connection, parts_behind(connection))


async def _logged_in(scope: Scope) -> bool:
    """Ask for the session itself; what it may see and do the API decides, and it ends the line with the session."""
    connection = HTTPConnection(scope)
    secret = connection.cookies.get(COOKIE)
    sessions = parts_behind(connection).sessions
    try:
        return secret is not None and await asyncio.to_thread(sessions.find, secret, at=now()) is not None
    except DBAPIError:
        return False  # the page tries again by itself


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse(why, status_code=403, headers=HEADERS)(scope, receive, send)
