"""`callwarden bench barge-in` and `bench eager`: how the turn is taken and given, through the whole service."""

import sys
from typing import Annotated

import typer

from infra.cli_bench_voice import Json, run, tell


def barge_in(
    json: Json = False,
    interruptions: Annotated[int, typer.Option(min=1, max=500, help="of each call")] = 20,
    calls: Annotated[int, typer.Option(min=1, max=20, help="at once")] = 2,
    backchannels: Annotated[bool, typer.Option(help="an mm-hm before each interruption")] = True,
) -> None:
    """From a caller's first speech sample to the assistant's last one sent, over Apache Kafka and stand-in vendors."""
    from infra.bench import barge_in as bench

    command = f"callwarden bench barge-in --interruptions {interruptions} --calls {calls}"
    report = run("barge-in", lambda folder: bench.measure(
        calls=calls, interruptions=interruptions, hums=backchannels, folder=folder, command=command, tell=tell,
    ))
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    for name, one in (
        ("last sample sent", report.last_sent), ("clear at the channel", report.cleared),
        ("last sample played", report.last_played), ("pause heard at a backchannel", report.backchannel_pause),
    ):
        if one is not None:
            times = f"p50 {one.p50_ms:7.1f}  p95 {one.p95_ms:7.1f}  max {one.max_ms:7.1f} ms"
            typer.echo(f"{name:28} {times}  ({one.count})")
    typer.echo(f"stopped by a backchannel: {report.stopped_by_backchannel} of {report.backchannels}")
    typer.echo(f"last sample sent p95 <= {bench.STOPPED_P95_MS:.0f} ms: {'met' if report.met else 'missed'}")


def eager(
    json: Json = False,
    eager_ms: Annotated[int, typer.Option(min=1, max=199, help="how long before the final it is believed")] = 150,
    turns: Annotated[int, typer.Option(min=1, max=200, help="of each side")] = 20,
) -> None:
    """Time to first audio with the eager end of turn off and on, over Apache Kafka and stand-in vendors."""
    from infra.bench import eager as bench

    command = f"callwarden bench eager --eager-ms {eager_ms} --turns {turns}"
    report = run("eager", lambda folder: bench.measure(
        eager_ms=eager_ms, turns=turns, folder=folder, command=command, tell=tell
    ))
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    for name, one in (("off", report.off), ("on", report.on)):
        typer.echo(f"{name:4} p50 {one.p50_ms:7.1f}  p95 {one.p95_ms:7.1f} ms  ({one.count})")
