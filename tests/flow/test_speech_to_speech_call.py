"""A call that a vendor carries, through the whole house: its record has the same kinds of things as a cascade's."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from infra import clock
from infra.audit_tables import INDEX
from infra.call_script import Hangup, Say, Wait
from infra.cli_call import place_call, websocket_address
from infra.database import engine
from infra.demo.callers import recording
from infra.house import House, open_house
from infra.settings import Settings
from infra.tenancy import tenant_transaction
from infra.tokens import LocalIssuer
from tests.support.live_models import SAID, LiveServer, live_server
from tests.support.provider_server import HEARD, provider_server

pytestmark = pytest.mark.flow
ASKS = (Wait(4.0), Say(recording()), Wait(9.0), Hangup())
ENDED_WITHIN_S = 60
# What only one of the two has: who answered, and what it was asked for.
OWN = {"provider_failed", "sign_played"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, LiveServer]]:
    folder: Path = tmp_path_factory.mktemp("duplex")
    async with provider_server() as cascade, live_server() as vendor:
        one = {"name": "house", "kind": "openai", "model": "m", "region": "local", "url": cascade.url, "voice": "v"}
        live = {**one, "name": "vendor", "url": f"{vendor.url.replace('ws', 'http', 1)}/v1", "region": "eu"}
        ports = ("speech_to_text", "language_model", "text_to_speech")
        (folder / "providers.json").write_text(json.dumps({**{port: [one] for port in ports},
                                                           "speech_to_speech": [live]}))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CALLWARDEN_PROVIDERS", str(folder / "providers.json"))
            house = await open_house(Settings(
                data=folder / "house", port=0, broker="embedded", database="embedded", models_url=cascade.url,
            ))
        try:
            yield house, vendor
        finally:
            await house.stop()


def login(house: House, role: str) -> str:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    return issuer.issue(
        subject=role, tenant="default", role=role, now=clock.now(), lifetime=timedelta(hours=1)  # type: ignore[arg-type]  # a literal in each test
    )


async def told(house: House, call_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Place a call, and give its detail and transcript once it has ended."""
    await place_call(
        ASKS, url=websocket_address(house.url), call_id=call_id, token=login(house, "channel"), caller="+15550142"
    )
    headers = {"Authorization": f"Bearer {login(house, 'supervisor')}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers) as reader:
        async with asyncio.timeout(ENDED_WITHIN_S):
            while True:
                answer = await reader.get(f"/v1/calls/{call_id}")
                if answer.status_code == 200 and answer.json()["state"] == "ended":
                    break
                await asyncio.sleep(0.25)
        transcript = (await reader.get(f"/v1/calls/{call_id}/transcript")).json()
    return answer.json(), transcript["lines"]


def kinds(house: House, call_id: str) -> set[str]:
    """Give the kinds of entries that a call has in the audit log."""
    pool = engine(house.settings.database_url)
    with tenant_transaction(pool, "default") as connection:
        found = connection.execute(select(INDEX.c.type).where(INDEX.c.call == call_id)).scalars().all()
    pool.dispose()
    return set(found) - OWN


@pytest.mark.asyncio(loop_scope="module")
async def test_a_call_carried_by_a_vendor_is_on_record_as_a_cascade_is(served: tuple[House, LiveServer]) -> None:
    house, vendor = served
    detail, lines = await told(house, "duplex-1")
    assert vendor.opened == 1
    assert any(SAID[:12] in str(one) for one in lines)
    assert any(HEARD in str(one) for one in lines)
    asked = {(one["operation"], one["provider"]["name"]) for one in detail["processors"]}
    assert {("speech_to_speech", "vendor"), ("speech_to_text", "house")} <= asked
    vendor.how = "silent"
    cascade, others = await told(house, "cascade-1")
    assert any("Your order left" in str(one) for one in others)
    assert {one["rule"] for one in detail["verdicts"]} == {one["rule"] for one in cascade["verdicts"]}
    assert {tuple(sorted(one)) for one in lines} == {tuple(sorted(one)) for one in others}
    assert kinds(house, "duplex-1") == kinds(house, "cascade-1") != set()
