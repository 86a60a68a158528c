"""`callwarden bench voice` and `bench load`: what the service adds to the vendors' own time, and for how many calls."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from infra.cli_parts import wrong_use

if TYPE_CHECKING:
    from infra.bench.voice_sides import Step

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="JSON instead of tables")]
Plot = Annotated[Path | None, typer.Option(help="an SVG to write")]


def voice(
    json: Json = False,
    steps: Annotated[
        str | None, typer.Option(help="calls:turns:frame-ms, several with commas; 1:12:20,10:6:20,50:4:100 if absent")
    ] = None,
    plot: Plot = None,
) -> None:
    """Time to first audio minus the vendors' fixed delays, all governance on, beside Pipecat's own pipeline."""
    from infra.bench import voice as bench
    from infra.bench.voice_report import drawn, show

    wanted = bench.STEPS if steps is None else tuple(_step(one) for one in steps.split(","))
    command = "callwarden bench voice" + ("" if steps is None else f" --steps {steps}")
    report = run("voice", lambda folder: bench.measure(wanted, folder=folder, command=command, tell=tell))
    if plot is not None:
        plot.write_text(drawn(report), encoding="utf-8")
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)


def load(
    json: Json = False,
    calls: Annotated[str | None, typer.Option(help="the steps, with commas")] = None,
    plot: Plot = None,
) -> None:
    """More and more calls with 100 ms frames until p95 of the overhead passes 50 ms; processor and memory of each."""
    from infra.bench import voice as bench
    from infra.bench.voice_report import drawn_load, show_load

    wanted = bench.LOAD_CALLS if calls is None else tuple(_count(one) for one in calls.split(","))
    command = "callwarden bench load" + ("" if calls is None else f" --calls {calls}")
    report = run("load", lambda folder: bench.measure_load(wanted, folder=folder, command=command, tell=tell))
    if plot is not None:
        plot.write_text(drawn_load(report), encoding="utf-8")
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_load(report)


def run(name: str, measure: Callable[[Path], Coroutine[None, None, T]]) -> T:
    """Run a measurement in a folder of its own; what it cannot have ends the command."""
    import uvloop

    from governance.errors import TransientError
    from infra.apache_kafka import CACHE
    from infra.child import ChildFailed
    from infra.cli_bench import need_kafka

    need_kafka(CACHE)
    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        try:
            # The callers are many sockets in this process: on the loop that needs the least for each, on either side.
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(measure(Path(folder)))
        except (ChildFailed, TransientError, TimeoutError, ValueError, OSError) as failed:
            typer.echo(f"callwarden bench {name}: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None


def _step(written: str) -> "Step":
    from infra.bench.voice_sides import Step

    numbers = [_count(one) for one in written.split(":")]
    if len(numbers) != 3:
        wrong_use("--steps takes calls:turns:frame-ms, several with commas")
    calls, turns, frame_ms = numbers
    return Step(calls, turns, min(2.5, calls / 10), frame_ms)


def _count(written: str) -> int:
    if not written.isdecimal() or int(written) == 0:
        wrong_use(f"a number from 1 is wanted, not {written}")
    return int(written)


def tell(what: str) -> None:
    """Say on standard error what is being done."""
    typer.echo(f"bench: {what}", err=True)
