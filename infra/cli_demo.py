"""`callwarden demo`: four calls played as a telephone would, their stories, and exit 0 only if all of it was true."""

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from infra.child import ChildFailed
from infra.cli_up import ends
from infra.demo import checks, evidence, story
from infra.demo.checks import Check
from infra.demo.evidence import CallEvidence, LogEvidence
from infra.demo.progress import Steps
from infra.demo.scenes import SECRETS
from infra.demo.search import search
from infra.demo.theatre import login, play_all
from infra.house import House, open_house
from infra.settings import Settings

WHAT_IS_REAL = (
    "Real: broker, PostgreSQL, speech recognition, voice, detectors, audit log, one recorded caller.\n"
    "Stand-ins: the language model is a scripted dialogue; the other callers are spoken by a synthesiser.\n"
)
KNOWN_CHARACTERS = 40
PATIENCE_MS = 8_000


def demo(
    keep: Annotated[bool, typer.Option(help="stay up afterwards, until Ctrl-C")] = False,
    data: Annotated[Path | None, typer.Option(help="folder of database and keys; a new one where absent")] = None,
) -> None:
    """Run the demo calls on real parts, tell each call's story and check it."""
    # Two calls share two cores with their recogniser and all else: late words are better than none. For the children.
    os.environ.setdefault("CALLWARDEN_PROVIDER_TIMEOUT_MS", str(PATIENCE_MS))
    with tempfile.TemporaryDirectory(prefix="callwarden-demo-", ignore_cleanup_errors=True) as folder:
        settings = Settings().model_copy(update={
            "data": data or Path(folder) / "data", "port": 0, "broker": "embedded", "database": "embedded",
            "models_url": "embedded", "host": "127.0.0.1",
        })
        try:
            held = asyncio.run(_demo(settings, Path(folder) / "log", keep=keep))
        except ChildFailed as failed:
            typer.echo(f"callwarden demo: {failed}", err=True)
            raise typer.Exit(1) from None
        except (asyncio.CancelledError, KeyboardInterrupt):
            typer.echo("callwarden demo: interrupted", err=True)
            raise typer.Exit(1) from None
    if not held:
        raise typer.Exit(1)


async def _demo(settings: Settings, exported: Path, *, keep: bool) -> bool:
    this = asyncio.current_task()
    if this is not None:  # ended from outside, it still ends what it started
        for name in ends():
            asyncio.get_running_loop().add_signal_handler(name, this.cancel)
    console = Console()
    console.print(WHAT_IS_REAL)
    steps = Steps(console)
    house: House | None = None
    try:
        with steps.shown():
            with steps.step("starting the service") as starting:
                house = await open_house(settings)
                starting.told = f"the service runs at {house.url}"
            calls, failed = await play_all(house, steps)
            with steps.step("exporting and verifying the audit log") as verifying:
                log = await _export(house, exported, calls)
                verifying.told = f"the audit log {'verifies' if log.verified else 'DOES NOT VERIFY'}: {log.report}"
            with steps.step("looking for clear text in every file"):
                found = await asyncio.to_thread(_judge, calls, failed, log, (settings.data, exported))
        for one in calls:
            story.tell(console, one)
        story.summarise(console, calls, log, found)
        if keep:
            await _stay(console, house)
    finally:
        if house is not None:
            await house.stop()
    return all(check.held for check in found)


async def _export(house: House, exported: Path, calls: Sequence[CallEvidence]) -> LogEvidence:
    older = [one.proof.checkpoint for one in calls]
    return await asyncio.to_thread(
        evidence.export_and_verify, house.settings.database_url, house.settings.tenant, exported, older=older
    )


def _judge(
    calls: Sequence[CallEvidence], failed: Mapping[str, str], log: LogEvidence, places: tuple[Path, ...]
) -> list[Check]:
    answers = [json.dumps([one.detail, one.turns, one.lines, one.entries]) for one in calls]
    answers += [json.dumps(one.taken.packet) for one in calls if one.taken]
    # The same search must find what is known to be stored: else it has looked in the wrong place.
    known = [one.scene.call_id for one in calls]
    known += [text[:KNOWN_CHARACTERS] for one in calls if (text := next(filter(None, _texts(one)), ""))]
    return [
        *(check for one in calls for check in checks.of_call(one)),
        *(checks.not_played(name, why) for name, why in failed.items()),
        *checks.of_log(log),
        *checks.of_search(search([*SECRETS, *known], places=places, texts=answers), secrets=SECRETS, known=known),
    ]


def _texts(call: CallEvidence) -> list[str]:
    return [line["text"] or "" for line in call.lines]


async def _stay(console: Console, house: House) -> None:
    console.print(
        f"\nStill running at {escape(house.url)} (its API: {escape(house.url)}/openapi.json).", soft_wrap=True
    )
    console.print(f"The console: {escape(house.url)}/console", soft_wrap=True)
    console.print("A login of the compliance officer, as a bearer token; the console takes it:")
    print(login(house.settings, "compliance", "cora"), flush=True)
    console.print("Another one, in another shell:")
    print(f"CALLWARDEN_DATA={house.settings.data.resolve()} callwarden token --role agent", flush=True)
    console.print("Ctrl-C ends it.")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        console.print("ending")
