"""One real call through the whole house: every turn is one tree of spans, and nothing that was said is in them."""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

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
from tests.support.otlp import WAY, Collector, SpanSeen, collector, of_turns, whole

pytestmark = pytest.mark.flow
CALL = "flow-1"
SPOKEN = ("customer support", "speak to", "harbor street", "connecting you", "+15550142")
EXPORTED_WITHIN_S = 60.0


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
    return await place_call(
        (Wait(12.0), Say(recording()), Wait(20.0), Hangup()), url=websocket_address(house.url), call_id=CALL,
        token=login(house, "channel"), caller="+15550142",
    )


def login(house: House, role: str) -> str:
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    return issuer.issue(
        subject=role, tenant="default", role=role, now=clock.now(), lifetime=timedelta(hours=1)  # type: ignore[arg-type]  # a literal in each test
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_the_caller_hears_an_answer_and_a_person_is_asked_for(house: House, called: CallResult) -> None:
    assert called.answered_after_ms
    assert called.errors == []
    headers = {"Authorization": f"Bearer {login(house, 'supervisor')}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers) as reader:
        for _ in range(240):
            detail = (await reader.get(f"/v1/calls/{CALL}")).json()
            if detail["state"] == "ended" and [one["state"] for one in detail["handoffs"]] == ["withdrawn"]:
                break
            time.sleep(0.25)
    assert {"disclosure.ai", "escalation.explicit_request"} <= {one["rule"] for one in detail["verdicts"]}
    assert detail["handoffs"][0]["state"] == "withdrawn"


@pytest.mark.asyncio(loop_scope="module")
async def test_every_turn_is_one_connected_tree_from_the_voice_session_to_the_audit_entry(
    called: CallResult, spans_seen: Collector
) -> None:
    turns: dict[str, list[SpanSeen]] = {}
    until = time.monotonic() + EXPORTED_WITHIN_S
    while time.monotonic() < until:
        turns = of_turns(spans_seen.spans, call=CALL)
        if turns and all(whole(spans) for spans in turns.values()):
            break
        time.sleep(0.5)
    assert turns
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
    folder: Path = house.settings.data
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"+15550142" in path.read_bytes()] == []
