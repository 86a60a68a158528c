"""`callwarden bench tactics`: time to first audio with each tactic of the live session on and off, in one run."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from infra.bench.tactics_figures import TacticsReport


def tactics(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False,
    turns: Annotated[int, typer.Option(min=1, max=500, help="turns of each of two calls that count")] = 8,
    local: Annotated[bool, typer.Option("--local", help="the real local models instead of stand-ins")] = False,
    only: Annotated[
        str | None, typer.Option(help="the first way and those whose names hold one of these, with commas")
    ] = None,
) -> None:
    """Caller's last sample in -> first sample out, for each way to run the service, on Apache Kafka."""
    import httpx

    from governance.errors import TransientError
    from infra.apache_kafka import CACHE
    from infra.bench.tactics import VARIANTS, measure
    from infra.child import ChildFailed
    from infra.cli_bench import need_kafka

    need_kafka(CACHE)
    given = (f"--turns {turns}", "--local" if local else "", f"--only '{only}'" if only else "")
    command = " ".join(("callwarden bench tactics", *(one for one in given if one)))
    parts = (only or "").split(",")
    wanted = [one for place, one in enumerate(VARIANTS) if not place or any(part in one.name for part in parts)]
    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        try:
            report = asyncio.run(measure(
                turns=turns, local=local, folder=Path(folder), command=command, tell=_tell, variants=wanted
            ))
        except (ChildFailed, TransientError, TimeoutError, ValueError, OSError, httpx.HTTPError) as failed:
            typer.echo(f"callwarden bench tactics: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)


def show(report: "TacticsReport") -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    from infra.bench.tactics_figures import SHARES

    console, machine = Console(), report.machine
    console.print(
        f"{report.command}\n{report.date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before:.1f} before "
        f"and {report.load_after:.1f} after; {report.stack}, {report.calls} calls at once"
    )
    table = Table("way", "turns", "lost", *(f"{name} ms" for name in SHARES), "p50 : first")
    for row in report.rows:
        figures = [f"{row.ttfa_ms[name]:.0f}" if name in row.ttfa_ms else "" for name in SHARES]
        table.add_row(row.name, str(row.turns), str(row.lost), *figures, str(report.ratio(row) or ""))
    console.print(table)
    console.print("output rail, one phrase: " + ", ".join(f"{name} {ms} ms" for name, ms in report.rail_ms.items()))
    for target, met in report.targets().items():
        console.print(f"{'met   ' if met else 'MISSED'} {target}")


def _tell(what: str) -> None:
    typer.echo(f"bench: {what}", err=True)
