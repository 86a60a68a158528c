"""A call that a vendor carries, beside a cascade, through the whole service: the same facts are on record of both."""

import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from infra import apache_kafka
from infra.house import open_house
from infra.settings import Settings
from tests.support.carried import LONGEST_WORD
from tests.support.live_models import MS_A_CHARACTER, SAID, LiveServer, live_server
from tests.support.on_disk import contents
from tests.support.otlp import WAY, Collector, collector, of_turns, whole
from tests.support.provider_server import ProviderServer, provider_server
from tests.support.side_by_side import CALLER, CALLS, CARRIED, CASCADE, STORY, Told, told

pytestmark = pytest.mark.flow
READY_WITHIN_S = 180.0
EXPORTED_WITHIN_S = 60.0
PATIENT_MS = 30_000
CARD = "4242 4242 4242 4242"
PORTS = ("speech_to_text", "language_model", "text_to_speech")


@dataclass(frozen=True)
class Run:
    """Both calls, and where their traces would lie."""

    calls: dict[str, Told]
    vendor: LiveServer
    spans: Collector
    folders: tuple[Path, ...]


@pytest.fixture(scope="module")
def spans_seen() -> Iterator[Collector]:
    yield from collector()


@pytest.fixture(scope="module")
def own_broker(kafka_libs: Path) -> Iterator[tuple[str, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="callwarden-kafka-"))
    node = apache_kafka.start(folder, kafka_libs)
    yield node.bootstrap_servers, folder
    node.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(own_broker: tuple[str, Path], spans_seen: Collector) -> AsyncIterator[Run]:
    servers, logs = own_broker
    folder = Path(tempfile.mkdtemp(prefix="callwarden-carried-"))
    async with provider_server() as cascade, live_server() as vendor:
        (folder / "providers.json").write_text(json.dumps(chains(cascade, vendor)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CALLWARDEN_PROVIDERS", str(folder / "providers.json"))
            patch.setenv("CALLWARDEN_SIGN", "off")  # what is audible is an answer
            house = await open_house(Settings(
                data=folder / "house", port=0, broker=f"kafka://{servers}", database="embedded", partitions=1,
                models_url=cascade.url, otlp_endpoint=spans_seen.url,
            ), within_s=READY_WITHIN_S)
        try:
            yield Run(await told(house, vendor, cascade), vendor, spans_seen, (folder / "house", logs))
        finally:
            await house.stop()
            shutil.rmtree(folder, ignore_errors=True)


def chains(cascade: ProviderServer, vendor: LiveServer) -> dict[str, object]:
    one = {
        "name": "house", "kind": "openai", "model": "m", "region": "local", "url": cascade.url, "voice": "v",
        "first_ms": PATIENT_MS,
    }
    live = {**one, "name": "vendor", "url": f"{vendor.url.replace('ws', 'http', 1)}/v1", "region": "eu"}
    return {**{port: [one] for port in PORTS}, "speech_to_speech": [live]}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.timeout(600)  # the first of them starts seven processes, on however busy a machine
@pytest.mark.asyncio(loop_scope="module")
async def test_the_card_that_was_spoken_is_redacted_on_record(run: Run, call: str) -> None:
    said = [one for one in run.calls[call].said_by("caller") if one["turn"] == 1]
    assert [one["text"] for one in said] == ["My card is <CREDIT_CARD_1> for the order."]
    assert [one["entity"] for one in said[0]["stages"]["final"]["spans"]] == ["CREDIT_CARD"]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_vendor_answers_what_the_policy_left_to_it_and_a_cascade_the_rest(run: Run) -> None:
    asked = {
        call: {(one["operation"], one["provider"]["name"], one["provider"]["region"])
               for one in run.calls[call].detail["processors"] if one["calls"] > one["failed"]}
        for call in CALLS
    }
    assert ("speech_to_speech", "vendor", "eu") in asked[CARRIED]
    assert ("speech_to_text", "house", "local") in asked[CARRIED] & asked[CASCADE]
    assert not [one for one in asked[CASCADE] if one[1] == "vendor"]
    first = [one for one in run.calls[CARRIED].said_by("assistant") if one["turn"] == 1]
    assert first[0]["stages"]["generated"]["text"] == SAID
    assert run.vendor.opened == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.asyncio(loop_scope="module")
async def test_of_the_answer_that_was_cut_the_record_holds_what_was_played(run: Run, call: str) -> None:
    [cut] = [one for one in run.calls[call].said_by("assistant") if one["interrupted"]]
    heard, written = cut["stages"]["heard"], cut["stages"]["generated"]["text"]
    assert cut["mismatch"]
    assert STORY.startswith(cut["text"])
    assert 0 < len(cut["text"]) < len(written)
    assert abs(len(cut["text"]) - heard["played_ms"] / MS_A_CHARACTER) <= LONGEST_WORD
    if call == CARRIED:  # and the vendor was told the same
        told = [one["audio_end_ms"] for one in run.vendor.of("conversation.item.truncate")]
        assert heard["played_ms"] in told


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.asyncio(loop_scope="module")
async def test_who_asks_for_a_person_gets_one_with_the_whole_packet(run: Run, call: str) -> None:
    one = run.calls[call]
    assert {"disclosure.ai", "escalation.explicit_request"} <= {found["rule"] for found in one.detail["verdicts"]}
    assert one.packet["reason"]["rule"] == "escalation.explicit_request"
    assert "<CREDIT_CARD_1>" in one.packet["pseudonyms"]
    written = [line["text"] for line in one.packet["transcript"]]
    assert "My card is <CREDIT_CARD_1> for the order." in written
    assert [line["interrupted"] for line in one.packet["transcript"]].count(True) == 1
    assert one.packet["summary"]
    assert one.controls[-1]["type"] == "transfer"
    assert [handoff["state"] for handoff in one.detail["handoffs"]] == ["accepted"]
    assert one.detail["end_reason"] == "transferred"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.asyncio(loop_scope="module")
async def test_every_fact_is_an_entry_of_the_log_and_the_request_is_proven(run: Run, call: str) -> None:
    kinds = {one["type"] for one in run.calls[call].entries}
    assert {
        "call_admitted", "utterance_redacted", "assistant_redacted", "entity_sealed", "provider_called",
        "barge_in_detected", "latency_measured", "verdict_reached", "handoff_requested", "handoff_packaged",
        "handoff_offered", "handoff_claimed", "handoff_accepted", "call_ended",
    } <= kinds
    assert run.calls[call].proof.startswith("c2sp.org/tlog-proof@v1")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.asyncio(loop_scope="module")
async def test_each_turn_is_one_trace_down_to_the_audit_entry(run: Run, call: str) -> None:
    on_record = {one["trace_id"] for one in run.calls[call].turns if one["turn"]}
    until, turns = time.monotonic() + EXPORTED_WITHIN_S, of_turns(run.spans.spans, call=call)
    while not (on_record <= set(turns) and all(map(whole, turns.values()))) and time.monotonic() < until:
        time.sleep(0.5)
        turns = of_turns(run.spans.spans, call=call)
    assert set(turns) == on_record
    assert len(turns) >= 3
    for spans in turns.values():
        assert set(WAY) <= {one.name for one in spans}
        assert [one.name for one in spans if not one.parent_id] == ["turn"]
        assert whole(spans)
    asked = {one.name.split()[0] for spans in turns.values() for one in spans}
    assert "speech_to_text" in asked
    assert ("realtime_inference" in asked) == (call == CARRIED)
    assert ("chat" in asked) == (call == CASCADE)


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_is_told_the_card_and_it_lies_nowhere(run: Run) -> None:
    spans = "\n".join(f"{one.name} {one.attributes}" for one in run.spans.spans)
    wrote = json.dumps(run.vendor.frames)
    assert [text for text in (CARD, CALLER) if text in spans or text in wrote] == []
    files = list(contents(*run.folders))
    assert files
    assert [name for name, held in files if any(text.encode() in held for text in (CARD, CALLER))] == []
