"""`callwarden up` and `callwarden demo`: the whole service with one command, on loopback, everything embedded."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from infra.child import ChildFailed
from infra.cli_parts import wrong_use
from infra.configuration_files import check
from infra.house import House, open_house
from infra.settings import Settings

ECHO_S = 0.5


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


def ends() -> list[signal.Signals]:
    """Give the signals that end a service in order."""
    # That of a closed terminal too, unless it was started to outlive it (nohup).
    hung_up = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN else []
    return [signal.SIGTERM, signal.SIGINT, *hung_up]


class Ending:
    """Whether the service is to end, and whether whoever said so waits no longer for its order."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock`: seconds, of the loop."""
        self.asked, self.at_once = asyncio.Event(), asyncio.Event()
        self._clock = clock
        self._since = 0.0

    def tell(self) -> None:
        """Take a signal; a second one in the same instant is an echo of the first (`timeout` sends both)."""
        if not self.asked.is_set():
            self._since = self._clock()
            self.asked.set()
            with suppress(OSError):  # of a terminal that is gone
                typer.echo("ending, so that nothing accepted is lost; Ctrl-C once more ends at once", err=True)
        elif self._clock() - self._since >= ECHO_S:
            self.at_once.set()

    async def wait_for(self, work: Coroutine[None, None, object]) -> None:
        """Let what ends the service do its work, as long as nobody is in a hurry; raises what it raises."""
        task, hurry = asyncio.ensure_future(work), asyncio.ensure_future(self.at_once.wait())
        await asyncio.wait([task, hurry], return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not task.done():
            task.cancel()  # the kernel ends every child with this process
            await asyncio.wait([task])
        elif not task.cancelled():
            task.result()


async def _serve(settings: Settings, workers: int) -> None:
    loop = asyncio.get_running_loop()
    ending = Ending(loop.time)
    for name in ends():
        loop.add_signal_handler(name, ending.tell)
    if settings.broker == "embedded":
        typer.echo("the embedded broker keeps topics in memory: for trying and testing, not for production", err=True)
    opening = asyncio.create_task(open_house(settings, workers=workers))
    asked = asyncio.create_task(ending.asked.wait())
    await asyncio.wait([opening, asked], return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        await ending.wait_for(asyncio.wait([opening]))
        return
    house: House = opening.result()
    print(f"ready {house.url}", flush=True)
    await asked
    await ending.wait_for(house.stop())
