"""`callwarden up` and `callwarden demo`: the whole service with one command, on loopback, everything embedded."""

import asyncio
import signal
import socket
from pathlib import Path
from typing import Annotated

import typer

from infra.child import ChildFailed
from infra.cli_parts import wrong_use
from infra.configuration_files import check
from infra.house import House, open_house
from infra.settings import Settings


def up(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="port to listen on; 0 takes a free one")] = None,
    data: Annotated[Path | None, typer.Option(help="folder of database and keys")] = None,
    broker: Annotated[str | None, typer.Option(help="kafka://host:port, or embedded")] = None,
    database: Annotated[str | None, typer.Option(help="postgresql://…, or embedded")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="voice and governance workers each")] = 1,
) -> None:
    """Run everything; prints `ready http://…` when it serves, ends with Ctrl-C."""
    given = {"host": host, "port": port, "data": data, "broker": broker, "database": database}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value is not None})
    if not (settings.broker == "embedded" or settings.broker.startswith("kafka://")):
        wrong_use("--broker takes kafka://host:port or embedded")
    if not (settings.database == "embedded" or settings.database.startswith(("postgresql://", "postgresql+psycopg"))):
        wrong_use("--database takes postgresql://user@host/name or embedded")
    _check_address(settings.host, settings.port)
    check(settings)
    try:
        asyncio.run(_serve(settings, workers))
    except ChildFailed as failed:
        typer.echo(f"callwarden up: {failed}", err=True)
        raise typer.Exit(1) from None


def _check_address(host: str, port: int) -> None:
    """Say at once, and not once everything has been started, that the API cannot listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            wrong_use(f"{host} port {port}: {wrong.strerror}; give another --port (0 takes a free one) or --host")


def _ends() -> list[signal.Signals]:
    # A terminal that is closed ends it in order too, unless it was started to outlive it (nohup).
    hung_up = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN else []
    return [signal.SIGTERM, signal.SIGINT, *hung_up]


async def _serve(settings: Settings, workers: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _ends():
        loop.add_signal_handler(name, stop.set)
    if settings.broker == "embedded":
        typer.echo("the embedded broker keeps topics in memory: for trying and testing, not for production", err=True)
    opening = asyncio.create_task(open_house(settings, workers=workers))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([opening, stopped], return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        return
    house: House = opening.result()
    print(f"ready {house.url}", flush=True)
    await stopped
    await house.stop()
