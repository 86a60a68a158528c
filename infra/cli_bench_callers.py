"""`callwarden bench callers`: synthetic callers on the whole local service, held to ratios of the clean call."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli_parts import wrong_use

if TYPE_CHECKING:
    from infra.bench.caller_figures import CallerReport


def callers(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="calls of each condition")] = 1,
    only: Annotated[str | None, typer.Option(help="conditions by name, with commas; `clean` always counts")] = None,
) -> None:
    """Voices, speeds, noise, interruptions and slow dependencies; exit 1 when a gate does not hold."""
    from governance.errors import TransientError
    from infra.bench import synthetic_callers as bench
    from infra.bench.caller_figures import BASELINE
    from infra.child import ChildFailed

    names = {BASELINE, *(one.strip() for one in only.split(","))} if only else {one.name for one in bench.CONDITIONS}
    unknown = names - {one.name for one in bench.CONDITIONS}
    if unknown:
        wrong_use(f"--only takes {', '.join(one.name for one in bench.CONDITIONS)}; not {', '.join(sorted(unknown))}")
    wanted = tuple(one for one in bench.CONDITIONS if one.name in names)
    command = f"callwarden bench callers --rounds {rounds}" + (f" --only '{only}'" if only else "")
    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        try:
            report = asyncio.run(bench.measure(
                wanted, rounds=rounds, folder=Path(folder), command=command,
                tell=lambda what: typer.echo(f"bench: {what}", err=True),
            ))
        except (ChildFailed, TransientError, TimeoutError, OSError) as failed:
            typer.echo(f"callwarden bench callers: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)
    if not all(report.gates().values()):
        raise typer.Exit(1)


def show(report: "CallerReport") -> None:
    """Print the table and the gates of a report."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    machine = report.machine
    console.print(f"{report.command}\n{report.date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before}")
    table = Table("condition", "calls", "words right", "numbers right", "turns cut", "unanswered", "first sound ms")
    for one in report.results:
        table.add_row(
            one.condition.name, f"{one.calls - one.failed}/{one.calls}", f"{one.words_right:.2f}",
            str(one.numbers_right), str(one.turns_cut), str(one.unanswered), str(one.median_ms),
        )
    console.print(table)
    for gate, held in report.gates().items():
        console.print(f"{'held  ' if held else 'BROKEN'} {gate}")
    for missing in report.left_out:
        console.print(f"left out: {missing}")
