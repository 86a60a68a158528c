"""`callwarden bench console`, `bench streams` and `bench handoff`: what people at the screens wait for."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from infra.bench.desk_figures import ConsoleReport, HandoffReport, StreamsReport
    from infra.bench.figures import Spread

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="JSON instead of tables")]


def console(
    json: Json = False,
    calls: Annotated[int, typer.Option(min=500, max=1_000_000, help="calls of thirty days")] = 100_000,
    repeats: Annotated[int, typer.Option(min=1, max=500, help="times each route and page")] = 20,
    drawn: Annotated[int, typer.Option(min=0, max=100, help="times each page in Chromium; 0: not at all")] = 5,
) -> None:
    """Every page of the console and every route behind it over many calls, beside the same over 200."""
    from infra.bench.console import measure

    command = f"callwarden bench console --calls {calls} --repeats {repeats} --drawn {drawn}"
    report = _run("console", lambda folder: measure(
        calls=calls, repeats=repeats, drawn=drawn, folder=folder, command=command, tell=_tell
    ))
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_console(report)


def show_console(report: "ConsoleReport") -> None:
    """Print the tables."""
    from rich.console import Console
    from rich.table import Table

    out = Console()
    out.print(f"{report.command}\n{_where(report)}; {report.rows} rows, {report.database_mib} MiB, filled in "
              f"{report.filled_s} s")
    for title, rows in (("route", report.routes), ("page, document", report.pages), ("page, drawn", report.drawn),
                        ("page, live", report.live)):
        table = Table(title, "as", "p50 ms", "p95 ms", "max ms", f"p50 over {report.few_calls}")
        for row in rows:
            times = (row.full.p50_ms, row.full.p95_ms, row.full.max_ms, row.few.p50_ms)
            table.add_row(row.name, row.role, *(f"{one:.1f}" for one in times))
        if rows:
            out.print(table)
    _show_targets(report.targets())


def streams(
    json: Json = False,
    streams: Annotated[int, typer.Option(min=2, max=20_000, help="server-sent streams of as many people")] = 1000,
    changes: Annotated[int, typer.Option(min=1, max=1000, help="handoffs that are offered meanwhile")] = 20,
    mine: Annotated[bool, typer.Option("--mine", help="streams of what each agent may take")] = False,
) -> None:
    """Memory of each open stream of the desk, and how long until a change has reached all of them."""
    from infra.bench.streams import measure

    command = f"callwarden bench streams --streams {streams} --changes {changes}" + (" --mine" if mine else "")
    report = _run("streams", lambda folder: measure(
        streams=streams, changes=changes, mine=mine, folder=folder, command=command, tell=_tell
    ))
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_streams(report)


def show_streams(report: "StreamsReport") -> None:
    """Print the figures."""
    typer.echo(
        f"{report.command}\n{_where(report)}\n{report.streams} streams open after {report.opened_s} s: "
        f"{report.kib_per_stream} KiB and {report.files_per_stream} files each, on {report.resident_mib} MiB before; "
        f"{report.processor_share_idle:.1%} of a core at rest, {report.processor_ms_per_change} ms of it a change\n"
        f"one more is told: {report.refused}"
    )
    _show_times([
        ("the first was told", report.first_told), ("all were told", report.last_told),
        ("baseline: the only stream", report.one_told),
    ])
    _show_targets(report.targets())


def handoff(
    json: Json = False,
    count: Annotated[int, typer.Option(min=2, max=150, help="handoffs")] = 40,
    every_s: Annotated[float, typer.Option("--every", min=0.1, max=60, help="seconds from one to the next")] = 1.5,
) -> None:
    """A person asked for, accepted at the door -> seen on the desk in Chromium, beside the stream and the table."""
    from infra.bench.handoff import measure

    command = f"callwarden bench handoff --count {count} --every {every_s}"
    report = _run("handoff", lambda folder: measure(
        count=count, every_s=every_s, folder=folder, command=command, tell=_tell
    ))
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_handoff(report)


def show_handoff(report: "HandoffReport") -> None:
    """Print the times."""
    typer.echo(f"{report.command}\n{_where(report)}")
    _show_times([
        ("accepted -> offered in the table", report.accepted_to_offered),
        ("accepted -> told by the stream", report.accepted_to_stream),
        ("accepted -> seen in Chromium", report.accepted_to_seen),
        ("accepted -> packet in the table", report.accepted_to_packet),
    ])
    _show_targets(report.targets())


def _run(name: str, measure: Callable[[Path], Coroutine[None, None, T]]) -> T:
    import httpx
    from playwright.async_api import Error

    from infra.cli_bench_voice import run

    async def measured(folder: Path) -> T:
        try:
            return await measure(folder)
        except (httpx.HTTPError, Error) as failed:
            raise ValueError(str(failed)) from None

    return run(name, measured)


def _where(report: "ConsoleReport | StreamsReport | HandoffReport") -> str:
    machine = report.machine
    return (f"{report.date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before:.1f} before and "
            f"{report.load_after:.1f} after")


def _show_times(rows: "list[tuple[str, Spread]]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "count", "p50 ms", "p95 ms", "max ms")
    for name, one in rows:
        table.add_row(name, str(one.count), *(f"{each:.1f}" for each in (one.p50_ms, one.p95_ms, one.max_ms)))
    Console().print(table)


def _show_targets(targets: dict[str, bool]) -> None:
    for target, met in targets.items():
        typer.echo(f"{'met   ' if met else 'MISSED'} {target}")


def _tell(what: str) -> None:
    typer.echo(f"bench: {what}", err=True)
