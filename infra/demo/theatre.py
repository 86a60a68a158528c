"""Plays the demo's calls on a running house, two at a time, and gathers what can be known of each."""

import asyncio
from datetime import timedelta

import httpx

from governance.errors import InputError
from infra import clock
from infra.call_script import CallResult
from infra.cli_call import place_call, websocket_address
from infra.demo import evidence
from infra.demo.desk import Taken, take_over
from infra.demo.evidence import CallEvidence
from infra.demo.progress import Steps
from infra.demo.scenes import Scene, scenes
from infra.house import House
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role

AT_ONCE = 2  # calls at a time: as many as there are cores for their models
LOGIN = timedelta(hours=1)
HTTP_WITHIN_S = 20.0
CALL_WITHIN_S = 100.0


async def play_all(house: House, steps: Steps) -> tuple[list[CallEvidence], dict[str, str]]:
    """Play every call; gives what is known of each, and why the others could not be played, by name."""
    with steps.step("the callers find their voices"):
        run = f"{clock.now():%Y%m%dT%H%M%S}"
        played = await asyncio.to_thread(scenes, house.settings.models_url, run=run)
    room = asyncio.Semaphore(AT_ONCE)
    failed: dict[str, str] = {}

    seen: dict[str, CallEvidence] = {}

    async def play(scene: Scene) -> None:
        async with room:
            try:
                with steps.step(scene.title):
                    seen[scene.name] = await _play(house, scene)
            except (InputError, httpx.HTTPError, TimeoutError) as wrong:
                failed[scene.name] = f"{type(wrong).__name__}: {wrong}"

    longest_first = sorted(played, key=lambda scene: -len(scene.script))
    await asyncio.gather(*(play(scene) for scene in longest_first))
    return [seen[scene.name] for scene in played if scene.name in seen], failed


def login(settings: Settings, role: Role, subject: str) -> str:
    """Give a token that holds for the length of a demo."""
    issuer = LocalIssuer(settings.keys, issuer=settings.issuer)
    return issuer.issue(subject=subject, tenant=settings.tenant, role=role, now=clock.now(), lifetime=LOGIN)


async def _play(house: House, scene: Scene) -> CallEvidence:
    async with asyncio.timeout(CALL_WITHIN_S):
        calling = asyncio.create_task(_call(house, scene))
        try:
            taken = await _take_over(house, scene) if scene.expected.desk else None
            result = await calling
        finally:
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)
    async with _client(house, "supervisor", "sue") as reader, _client(house, "compliance", "cora") as officer:
        return await evidence.of_call(
            reader, officer, scene, result=result, taken=taken, tenant=house.settings.tenant
        )


async def _call(house: House, scene: Scene) -> CallResult:
    return await place_call(
        scene.script, url=websocket_address(house.url), call_id=scene.call_id, caller=scene.caller,
        token=login(house.settings, "channel", "telephone"),
    )


async def _take_over(house: House, scene: Scene) -> Taken:
    async with _client(house, "agent", "ana") as ana, _client(house, "agent", "ben") as ben:
        return await take_over(ana, ben, call_id=scene.call_id)


def _client(house: House, role: Role, subject: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {login(house.settings, role, subject)}"}
    return httpx.AsyncClient(base_url=house.url, headers=headers, timeout=HTTP_WITHIN_S)
