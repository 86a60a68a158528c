"""`callwarden bench`: how fast the stair is on this machine, beside baselines measured in the same run."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli_bench_callers import callers
from infra.cli_bench_desk import console, handoff, streams
from infra.cli_bench_tactics import tactics
from infra.cli_bench_turns import barge_in, eager
from infra.cli_bench_voice import load, voice
from infra.cli_parts import wrong_use

if TYPE_CHECKING:
    from infra.bench.dispatch import DispatchReport
    from infra.bench.figures import Spread, StairReport
    from infra.bench.policy import PolicyReport
    from infra.bench.redaction import RedactionReport

STARTS = 3
app = typer.Typer(help="Measure the service on this machine.", no_args_is_help=True)
app.command("voice")(voice)
app.command("load")(load)
app.command("barge-in")(barge_in)
app.command("eager")(eager)
app.command("callers")(callers)
app.command("tactics")(tactics)
app.command("console")(console)
app.command("streams")(streams)
app.command("handoff")(handoff)


@app.callback()
def bench() -> None:
    """Measure the service on this machine."""


@app.command("stair")
def stair(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables")] = False,
    rate: Annotated[int, typer.Option(min=1, max=1000, help="utterances a second")] = 50,
    seconds: Annotated[int, typer.Option(min=1, max=3600, help="how long that rate is held")] = 20,
    starts: Annotated[int, typer.Option(min=0, max=20, help="warm starts of `callwarden up`; 0: none")] = STARTS,
) -> None:
    """Accepted at the front door -> judged on call.governed, on Apache Kafka, with baselines, memory and start."""
    import httpx

    from governance.errors import TransientError
    from infra import apache_kafka
    from infra.bench.stair import Load, measure
    from infra.child import ChildFailed

    need_kafka(apache_kafka.CACHE)
    command = f"callwarden bench stair --rate {rate} --seconds {seconds} --starts {starts}"
    load = Load(rate=rate, seconds=seconds, starts=starts, command=command)
    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        try:
            kafka = apache_kafka.start(Path(folder) / "kafka", apache_kafka.copy_libs())
        except TransientError as failed:
            wrong_use(f"bench stair cannot run Apache Kafka: {failed}")
        try:
            report = asyncio.run(measure(load, kafka=kafka, folder=Path(folder), tell=_tell))
        except (ChildFailed, TransientError, TimeoutError, httpx.HTTPError) as failed:
            typer.echo(f"callwarden bench stair: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None
        finally:
            kafka.stop()
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)


@app.command("dispatch")
def dispatch(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False,
    rate: Annotated[int, typer.Option(min=1, max=100, help="emergencies a second")] = 2,
    count: Annotated[int, typer.Option(min=10, max=10_000, help="how many in all")] = 100,
) -> None:
    """Last word of an emergency at the front door -> dispatch request leaving, on Apache Kafka, beside a plain loop."""
    import httpx

    from governance.errors import TransientError
    from infra import apache_kafka
    from infra.bench.dispatch import measure
    from infra.child import ChildFailed

    need_kafka(apache_kafka.CACHE)
    command = f"callwarden bench dispatch --rate {rate} --count {count}"
    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        try:
            kafka = apache_kafka.start(Path(folder) / "kafka", apache_kafka.copy_libs())
        except TransientError as failed:
            wrong_use(f"bench dispatch cannot run Apache Kafka: {failed}")
        try:
            report = asyncio.run(measure(
                kafka=kafka, folder=Path(folder), rate=rate, count=count, command=command, tell=_tell
            ))
        except (ChildFailed, TransientError, TimeoutError, httpx.HTTPError) as failed:
            typer.echo(f"callwarden bench dispatch: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None
        finally:
            kafka.stop()
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    _show_times(f"{report.command}\n{_where(report)}", (
        ("sent -> dispatched", report.sent_to_dispatched), ("accepted -> dispatched", report.accepted_to_dispatched),
        ("sent -> accepted", report.sent_to_accepted), ("baseline: plain loop", report.plain),
    ), report.targets())


@app.command("redaction")
def redaction(json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False) -> None:
    """A fifteen-word utterance on one core, beside Presidio as it comes; and growing interims."""
    from infra.bench.redaction import measure

    try:
        report = measure(_tell)
    except subprocess.SubprocessError as failed:
        typer.echo(f"callwarden bench redaction: {type(failed).__name__}; `make env` installs the models", err=True)
        raise typer.Exit(1) from None
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    rows = (("ours", report.ours), ("Presidio as it comes", report.presidio_as_it_comes), ("interims", report.interims))
    _show_times(f"{report.command}\n{_where(report)}", rows, report.targets())


@app.command("policy")
def policy(json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False) -> None:
    """Evaluation of the shipped policy for each utterance of a call, beside keywords."""
    from infra.bench.policy import measure

    report = measure()
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    rows = [("evaluation", report.evaluation), ("keywords", report.keywords)]
    _show_times(_where(report), rows, report.targets())


@app.command("audit")
def audit(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables")] = False,
    entries: Annotated[int, typer.Option(min=2560, help="size the log grows to")] = 1_000_000,
    plot: Annotated[Path | None, typer.Option(help="an SVG of rates and sizes to write")] = None,
) -> None:
    """Appends beside plain inserts, checkpoints, searches, and the verification of the whole log."""
    from infra.bench.audit import measure
    from infra.bench.audit_report import drawn, show

    with tempfile.TemporaryDirectory(prefix="callwarden-bench-") as folder:
        report = measure(
            entries, folder=Path(folder), command=f"callwarden bench audit --entries {entries}", tell=_tell
        )
    if plot is not None:
        plot.write_text(drawn(report), encoding="utf-8")
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)


def show(report: "StairReport") -> None:
    """Print the tables of a report."""
    _show_times(f"{report.command}\n{_where(report)}", (
        ("accepted -> judged", report.accepted_to_judged), ("sent -> judged", report.sent_to_judged),
        ("sent -> accepted", report.sent_to_accepted), ("baseline: Presidio alone", report.presidio_alone),
        ("baseline: plain loop", report.plain_loop),
    ), report.targets())
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"one governance worker sustains {report.sustained_per_s} utterances/s ({report.backlog} at once)")
    held = Table("process", "processor ms per utterance", "resident MiB")
    for name, mb in report.memory_mb.items():
        used = report.processor_ms.get(name)
        held.add_row(name, "" if used is None else f"{used:.1f}", f"{mb:.0f}")
    console.print(held)
    if report.start_s is not None:
        console.print(f"`callwarden up`, warm, to ready: {report.start_s} s (median of {list(report.starts_s)})")


def _where(report: "StairReport | RedactionReport | PolicyReport | DispatchReport") -> str:
    machine = report.machine
    return f"{report.date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before}"


def _show_times(title: str, rows: "Sequence[tuple[str, Spread]]", targets: Mapping[str, bool]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(title)
    times = Table("what", "count", "p50 ms", "p95 ms", "p99 ms", "max ms")
    for name, one in rows:
        figures = (one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms)
        times.add_row(name, str(one.count), *(f"{figure:.1f}" for figure in figures))
    console.print(times)
    for target, met in targets.items():
        console.print(f"{'met   ' if met else 'MISSED'} {target}")


def need_kafka(cache: Path) -> None:
    """End with what to install where Apache Kafka cannot run."""
    if shutil.which("java") is None:
        wrong_use("this runs Apache Kafka: install Java 17 or newer")
    if shutil.which("mvn") is None and not (cache / "pom.xml").exists():
        wrong_use("this gets Apache Kafka's jars with Maven: install mvn")


def _tell(what: str) -> None:
    typer.echo(f"bench: {what}", err=True)
