"""The parts of the service one by one, for operators: worker, api, local-models, migrate, topics, settings."""

import asyncio
import logging
import re
import signal
from collections.abc import Callable, Coroutine
from typing import Annotated, NoReturn

import typer

from governance.errors import InputError, InvariantError
from infra.configuration_files import check
from infra.serving import announce, serve
from infra.settings import Settings

Run = Callable[[Settings, asyncio.Event, Callable[[], None]], Coroutine[None, None, None]]
PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/\s]*@")  # of an address
SIGNALLED = 128  # and the number of the signal, as shells have it
ROOMS = ("voice", "governance", "records", "dispatch")


def worker(
    rooms: Annotated[str, typer.Option(help=f"{', '.join(ROOMS[:-1])} or {ROOMS[-1]}; several with commas")] = (
        ",".join(ROOMS)
    ),
) -> None:
    """Run rooms of the stair; with several, each is a process's own share of the same event loop."""
    wanted = list(dict.fromkeys(name.strip() for name in rooms.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in ROOMS]
    if unknown or not wanted:
        wrong_use(f"--rooms takes {', '.join(ROOMS)}; not {', '.join(unknown) or 'nothing'}")
    settings = Settings()
    if settings.broker == "embedded" or settings.database == "embedded":
        wrong_use("a worker of its own needs CALLWARDEN_BROKER and CALLWARDEN_DATABASE; `callwarden up` embeds them")
    check(settings)
    runs = [_room(name) for name in wanted]
    try:
        serve(_until_stopped(settings, runs))
    except InvariantError as stopped:
        typer.echo(f"callwarden worker: {stopped}", err=True)
        raise typer.Exit(1) from None


def api() -> None:
    """Serve the HTTP and WebSocket doors; prints `ready http://…` when it does."""
    from api.run import run

    settings = Settings()
    if settings.broker == "embedded" or settings.database == "embedded":
        wrong_use("the API alone needs CALLWARDEN_BROKER and CALLWARDEN_DATABASE; `callwarden up` embeds them")
    check(settings)
    run(settings, lambda url: announce(f"ready {url}"))


def local_models(
    host: Annotated[str, typer.Option(help="loopback address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8090,
) -> None:
    """Serve real local speech models and the scripted dialogue as an OpenAI-compatible server."""
    from infra.local_models.server import serve

    serve(host, port)


def migrate() -> None:
    """Bring the database to the newest schema."""
    from infra.database import migrate as to_newest

    to_newest(database_address(None, make=True))
    typer.echo("the database has the newest schema", err=True)


def topics() -> None:
    """Create the topics of schemas/topics.py that are missing."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # each try would be a line; the last word is ours
    from infra import topics as topic_admin
    from infra.database import engine
    from schemas.topics import below_redaction_at_most

    settings = Settings()
    if settings.broker == "embedded":
        wrong_use("set CALLWARDEN_BROKER=kafka://host:port; the embedded broker makes its own topics")
    pool = engine(database_address(None))
    asyncio.run(topic_admin.ensure(
        bootstrap_servers=settings.bootstrap_servers, partitions=settings.partitions, engine=pool,
        replicas=settings.replicas, topics=below_redaction_at_most(settings.redacted_hours),
    ))


def settings() -> None:
    """List every setting with its environment variable, its value now and what it is for; secrets are hidden."""
    now = Settings()
    for name, field in Settings.model_fields.items():
        value = getattr(now, name)
        shown = PASSWORD.sub(r"\1:**********@", str(value))
        typer.echo(f"CALLWARDEN_{name.upper()}={shown}  # {field.description or ''}".rstrip(" #"))


def database_address(option: str | None, *, make: bool = False) -> str:
    """Give the address a command works on: the option, the setting, or the embedded database of the data folder.

    Raises InputError where that folder holds none and none is to be made.
    """
    now = Settings()
    address = option or now.database
    if address != "embedded":
        return address.replace("postgresql://", "postgresql+psycopg://", 1)
    from infra import embedded_database

    if not make and not embedded_database.exists(now.data):
        raise InputError(
            f"no database in the data folder {now.data}: set CALLWARDEN_DATA to that of `callwarden up`, or "
            "CALLWARDEN_DATABASE"
        )
    _leave_in_order()
    return embedded_database.start(now.data.resolve()).url


def wrong_use(message: str) -> NoReturn:
    """Say what to do instead, and end with 2."""
    typer.echo(f"callwarden: {message}", err=True)
    raise typer.Exit(2)


def _leave_in_order() -> None:
    # Killed at once, nobody would stop the database that is started for this command.
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) == signal.SIG_DFL:
            signal.signal(name, _leave)


def _leave(number: int, _: object) -> NoReturn:
    raise SystemExit(SIGNALLED + number)


def _room(name: str) -> Run:
    if name == "voice":
        from streams.voice.worker import run as voice

        return voice
    if name == "governance":
        from streams.governance import run as governance

        return governance
    if name == "dispatch":
        from streams.dispatch import run as dispatch

        return dispatch
    from streams.records import run as records

    return records


async def _until_stopped(settings: Settings, runs: list[Run]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    waiting = len(runs)

    def ready() -> None:
        nonlocal waiting
        waiting -= 1
        if waiting == 0:
            announce()

    tasks = [asyncio.create_task(run(settings, stop, ready)) for run in runs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        stop.set()
    for task in done:
        task.result()
