"""Serves the app with uvicorn on a socket of our own."""

import logging
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from governance.errors import InputError, InvariantError
from infra.precedence import be_prompt
from infra.serving import share_interpreter
from infra.settings import Settings

BACKLOG = 1024
MAX_FRAME = 1024 * 1024
QUEUED_FRAMES = 16  # then the socket is not read: the caller's side waits
DRAIN_S = 5
PING_S = 20.0
REFUSED = "ASGI callable returned without completing handshake."  # what uvicorn says of each socket that was refused


class Server(uvicorn.Server):
    """Serves on a bound socket, and tells when it does."""

    def __init__(
        self, config: uvicorn.Config, *, app: FastAPI, listening: socket.socket, host: str,
        on_ready: Callable[[str], None] | None,
    ) -> None:
        """Take the socket; `on_ready` gets the address with its real port."""
        super().__init__(config)
        self.app = app
        self._listening = listening
        self._on_ready = on_ready
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{listening.getsockname()[1]}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        said = logging.getLogger("uvicorn.error")
        before = said.level
        # A part that is not there is one line of the command line's, not a stack of uvicorn's.
        said.setLevel(logging.CRITICAL)
        await super().startup(sockets)
        said.setLevel(before)
        if self.started and self._on_ready is not None:
            self._on_ready(self.url)

    def serve_until_signal(self) -> None:
        """Serve; returns once every request has ended or had its time to."""
        self.run(sockets=[self._listening])


def make_server(settings: Settings, on_ready: Callable[[str], None] | None = None) -> Server:
    """Bind the address of the settings and make its server; port 0 takes a free one."""
    app = create_app(settings)
    logging.getLogger("uvicorn.error").addFilter(_worth_telling)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, ws="websockets-sansio",
        ws_max_size=MAX_FRAME, ws_max_queue=QUEUED_FRAMES, ws_ping_interval=PING_S, ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,  # samples hardly get shorter, and each frame would cost as much again
        timeout_graceful_shutdown=DRAIN_S, backlog=BACKLOG,
    )
    listening = _bind(settings.host, settings.port)
    return Server(config, app=app, listening=listening, host=settings.host, on_ready=on_ready)


def run(settings: Settings, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until a signal; raises what a part says that is not there to start with."""
    share_interpreter()
    if settings.callers_first:
        be_prompt()
    server = make_server(settings, on_ready)
    server.serve_until_signal()
    if not server.started:
        raise getattr(server.app.state, "fault", None) or InvariantError("the API did not start")


def _worth_telling(record: logging.LogRecord) -> bool:
    # A refusal is a document of ours, and counted; an error for each would hide the real ones.
    return record.msg != REFUSED


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # IPPROTO_TCP named: asyncio switches Nagle's delay off only on sockets that say so.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as wrong:
        listening.close()
        why = f"{wrong.strerror}; set CALLWARDEN_PORT and CALLWARDEN_HOST (`callwarden up` takes --port and --host)"
        raise InputError(f"{host} port {port}: {why}") from None
    return listening
