"""One real call through the whole house: every turn is one tree of spans, and nothing that was said is in them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from infra import clock
from infra.call_script import CallResult, Hangup, Say, Wait
from infra.cli_call import place_call, websocket_address
from infra.demo.callers import recording
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer
from tests.support.on_disk import contents
from tests.support.otlp import WAY, Collector, collector, of_turns, whole

pytestmark = pytest.mark.flow
CALLS = 2
SPOKEN = ("customer support", "speak to", "harbor street", "connecting you", "+15550142")
RECORDED_WITHIN_S, EXPORTED_WITHIN_S = 60.0, 60.0


@pytest.fixture(scope="module")
def spans_seen() -> Iterator[Collector]:
    yield from collector()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, spans_seen: Collector) -> AsyncIterator[House]:
    opened = await open_house(Settings(
        data=tmp_path_factory.mktemp("house"), port=0, broker="embedded", database="embedded", models_url="embedded",
        otlp_endpoint=spans_seen.url,
    ))
    yield opened
    await opened.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def called(house: House) -> CallResult:
    """Place a call that ends when all of it is on record; another one where a busy machine understood nothing."""
    for number in range(CALLS):
        result = await place_call(
            (Wait(12.0), Say(recording()), Wait(20.0), Hangup()), url=websocket_address(house.url),
            call_id=f"flow-{number}", token=login(house, "channel"), caller="+15550142",
        )
        if await over(house, result.call_id):
            break
    return result


async def over(house: House, call: str) -> bool:
    """Wait for the end of a call and for that of its handoff: they come on two topics."""
    until = time.monotonic() + RECORDED_WITHIN_S
    while time.monotonic() < until:
        detail = await ask(house, call)
        if detail.get("state") == "ended" and [one["state"] for one in detail["handoffs"]] == ["withdrawn"]:
            return True
        await asyncio.sleep(0.25)
    return False


async def ask(house: House, call: str, what: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {login(house, 'supervisor')}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=60, trust_env=False) as reader:
        found: dict[str, Any] = (await reader.get(f"/v1/calls/{call}{what}")).json()
    return found


def login(house: House, role: str) -> str:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    return issuer.issue(
        subject=role, tenant="default", role=role, now=clock.now(), lifetime=timedelta(hours=1)  # type: ignore[arg-type]  # a literal in each test
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_the_caller_hears_an_answer_and_a_person_is_asked_for(house: House, called: CallResult) -> None:
    assert called.answered_after_ms
    assert called.errors == []
    detail = await ask(house, called.call_id)
    assert {"disclosure.ai", "escalation.explicit_request"} <= {one["rule"] for one in detail["verdicts"]}
    assert detail["handoffs"][0]["state"] == "withdrawn"


@pytest.mark.asyncio(loop_scope="module")
async def test_every_turn_is_one_connected_tree_from_the_voice_session_to_the_audit_entry(
    house: House, called: CallResult, spans_seen: Collector
) -> None:
    listed = (await ask(house, called.call_id, "/turns"))["turns"]
    on_record = {one["trace_id"] for one in listed if one["turn"]}
    until, turns = time.monotonic() + EXPORTED_WITHIN_S, of_turns(spans_seen.spans, call=called.call_id)
    while not (on_record <= set(turns) and all(map(whole, turns.values()))) and time.monotonic() < until:
        await asyncio.sleep(0.5)
        turns = of_turns(spans_seen.spans, call=called.call_id)
    assert on_record
    assert on_record <= set(turns)
    for spans in turns.values():
        names = {one.name for one in spans}
        assert set(WAY) <= names
        ids = {one.span_id for one in spans}
        roots = [one for one in spans if not one.parent_id]
        assert [one.name for one in roots] == ["turn"]
        assert all(one.parent_id in ids for one in spans if one.parent_id)
    assert "speech_to_text" in {one.name.split()[0] for spans in turns.values() for one in spans}
    # The greeting is synthesised; what is said before a handoff comes from memory, and asks nobody.
    assert "text_to_speech" in {one.name.split()[0] for one in spans_seen.spans}
    services = {one.service for spans in turns.values() for one in spans}
    assert {"callwarden-voice", "callwarden-governance", "callwarden-records"} <= services


@pytest.mark.asyncio(loop_scope="module")
async def test_no_span_holds_what_was_said_or_who_called(called: CallResult, spans_seen: Collector) -> None:
    assert len(spans_seen.spans) > 20
    told = "\n".join(f"{one.name} {one.attributes}" for one in spans_seen.spans).lower()
    assert [text for text in SPOKEN if text in told] == []


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_that_was_said_by_the_caller_or_her_number_is_on_disk(house: House, called: CallResult) -> None:
    files = list(contents(house.settings.data))
    assert files
    assert [name for name, held in files if b"+15550142" in held] == []
