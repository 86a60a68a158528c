"""`callwarden demo`: four calls played as a telephone would, their stories, and exit 0 only if all of it was true."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra import clock
from infra.child import ChildFailed
from infra.cli_call import place_call, websocket_address
from infra.demo import checks, evidence, story
from infra.demo.desk import Taken, take_over
from infra.demo.scenes import Scene, scenes
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role

AT_ONCE = 2  # calls at a time: as many as there are cores for their models
LOGIN = timedelta(hours=1)
HTTP_WITHIN_S = 20.0


def demo(
    keep: Annotated[bool, typer.Option(help="stay up afterwards, until Ctrl-C")] = False,
    data: Annotated[Path | None, typer.Option(help="folder of database and keys; a new one where absent")] = None,
) -> None:
    """Run the demo calls on real parts, tell each call's story and check it."""
    with tempfile.TemporaryDirectory(prefix="callwarden-demo-") as folder:
        settings = Settings().model_copy(update={
            "data": data or Path(folder) / "data", "port": 0, "broker": "embedded", "database": "embedded",
            "models_url": "embedded", "host": "127.0.0.1",
        })
        try:
            held = asyncio.run(_demo(settings, Path(folder) / "log", keep=keep))
        except (ChildFailed, httpx.HTTPError, TimeoutError) as failed:
            typer.echo(f"callwarden demo: {type(failed).__name__}: {failed}", err=True)
            raise typer.Exit(1) from None
    if not held:
        raise typer.Exit(1)


async def _demo(settings: Settings, exported: Path, *, keep: bool) -> bool:
    console = Console()
    console.print(
        "Real: broker, PostgreSQL, speech recognition, voice, detectors, audit log, one recorded caller.\n"
        "Stand-ins: the language model is a scripted dialogue; the other callers are spoken by a synthesiser.\n"
    )
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
        starting = progress.add_task("starting the service", total=1)
        house = await open_house(settings)
        progress.update(starting, completed=1, description=f"the service runs at {house.url}")
        try:
            calls = await _calls(house, progress)
            verifying = progress.add_task("exporting and verifying the audit log", total=1)
            log = await asyncio.to_thread(
                evidence.export_and_verify, house.settings.database_url, settings.tenant, exported
            )
            progress.update(verifying, completed=1, description=f"the audit log verifies: {log.report}")
        except BaseException:
            await house.stop()
            raise
    for one in calls:
        story.tell(console, one)
    found = _judge(calls, log, (settings.data, exported))
    story.summarise(console, calls, log, found)
    if keep:
        await _stay(console, house)
    await house.stop()
    return all(check.held for check in found)


async def _calls(house: House, progress: Progress) -> list[evidence.CallEvidence]:
    preparing = progress.add_task("the callers find their voices", total=1)
    played = await asyncio.to_thread(scenes, house.settings.models_url)
    progress.update(preparing, completed=1)
    room = asyncio.Semaphore(AT_ONCE)

    async def play(scene: Scene) -> evidence.CallEvidence:
        async with room:
            task = progress.add_task(scene.title, total=1)
            taken = await _play(house, scene)
            async with _client(house, "supervisor", "sue") as reader, _client(house, "compliance", "cora") as officer:
                seen = await evidence.of_call(reader, officer, scene, taken)
            progress.update(task, completed=1)
            return seen

    return list(await asyncio.gather(*(play(scene) for scene in played)))


async def _play(house: House, scene: Scene) -> Taken | None:
    token = _token(house.settings, "channel", "telephone")
    calling = asyncio.create_task(place_call(
        scene.script, url=websocket_address(house.url), call_id=scene.call_id, token=token, caller=scene.caller
    ))
    taken: Taken | None = None
    if scene.expected.desk:
        async with _client(house, "agent", "ana") as ana, _client(house, "agent", "ben") as ben:
            taken = await take_over(ana, ben, call_id=scene.call_id)
    await calling
    return taken


def _judge(
    calls: Sequence[evidence.CallEvidence], log: evidence.LogEvidence, places: tuple[Path, ...]
) -> list[checks.Check]:
    secrets = [secret for one in calls for secret in one.scene.secrets]
    answers = [json.dumps([one.detail, one.turns, one.lines, one.entries]) for one in calls]
    answers += [json.dumps(one.taken.packet) for one in calls if one.taken]
    return [
        *(check for one in calls for check in checks.of_call(one)),
        *checks.of_log(log),
        *checks.nowhere(secrets, places, answers),
    ]


async def _stay(console: Console, house: House) -> None:
    console.print(f"\nStill running at {house.url} (API: {house.url}/openapi.json).")
    console.print("A login for the compliance officer:")
    console.print(_token(house.settings, "compliance", "cora"), soft_wrap=True)
    console.print("Ctrl-C ends it.")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        console.print("ending")


def _client(house: House, role: Role, subject: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {_token(house.settings, role, subject)}"}
    return httpx.AsyncClient(base_url=house.url, headers=headers, timeout=HTTP_WITHIN_S)


def _token(settings: Settings, role: Role, subject: str) -> str:
    issuer = LocalIssuer(settings.keys, issuer=settings.issuer)
    return issuer.issue(subject=subject, tenant=settings.tenant, role=role, now=clock.now(), lifetime=LOGIN)


