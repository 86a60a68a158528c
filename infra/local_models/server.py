"""The local models as an OpenAI-compatible HTTP server on loopback: routes, health, and how it is run."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from infra.local_models.audio import SPEECH_MODELS, TRANSCRIPTION_MODELS, audio_router
from infra.local_models.chat import chat_models, chat_router
from infra.local_models.embeddings import EMBEDDING_MODELS, embeddings_router
from infra.local_models.engines import EngineRoom, Engines, load_engines
from infra.local_models.errors import answer_errors
from infra.serving import announce

SHUTDOWN_S = 2
KEEP_ALIVE_S = 75  # callers keep their connections warm between turns


def create_app(
    load: Callable[[], Engines] = load_engines,
    *,
    pace_ms: int = 0,
    on_loaded: Callable[[BaseException | None], None] | None = None,
) -> FastAPI:
    """Builds the app; it loads its models when it starts and then tells `on_loaded`, with the failure if any."""
    room = EngineRoom(load)

    def told(loading: asyncio.Task[None]) -> None:
        if on_loaded is not None and not loading.cancelled():
            on_loaded(loading.exception())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(asyncio.to_thread(room.open))
        loading.add_done_callback(told)
        yield
        loading.cancel()

    app = FastAPI(title="Callwarden local models", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app)
    app.include_router(chat_router(room, pace_ms=pace_ms))
    app.include_router(audio_router(room))
    app.include_router(embeddings_router(room))

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        room.engines()
        return {"status": "ready"}

    @app.get("/v1/models")
    async def models() -> dict[str, object]:
        known = (*chat_models(tuple(room.engines().scripts)), *SPEECH_MODELS, *TRANSCRIPTION_MODELS, *EMBEDDING_MODELS)
        cards = [{"id": name, "object": "model", "created": 0, "owned_by": _origin(name)} for name in known]
        return {"object": "list", "data": cards}

    return app


def serve(host: str, port: int, *, pace_ms: int = 0, scripts: Sequence[Path] = ()) -> None:
    """Serves until told to stop, and prints one line once the models are warm; port 0 takes any free port."""
    if host != "localhost" and not _is_loopback(host):
        raise ValueError("the local models listen on loopback only: they know no callers and no keys")
    failures: list[BaseException] = []
    with _listen(host, port) as listener:
        address = f"[{host}]" if ":" in host else host
        url = f"http://{address}:{listener.getsockname()[1]}/v1"

        def on_loaded(failure: BaseException | None) -> None:
            if failure is None:
                announce(f"ready {url}")
            else:
                failures.append(failure)
                server.should_exit = True

        app = create_app(partial(load_engines, scripts), pace_ms=pace_ms, on_loaded=on_loaded)
        # What callers say is in the requests: no access log, warnings only.
        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=SHUTDOWN_S,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
    if failures:
        raise failures[0]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it each first token waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(model: str) -> str:
    if model in SPEECH_MODELS:
        return "piper"
    if model in EMBEDDING_MODELS:
        return "sentence-transformers"
    return "whisper" if model in TRANSCRIPTION_MODELS else "callwarden scripted dialogue, not a language model"
