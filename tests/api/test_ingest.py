"""POST /v1/ingest/{vendor}: signed webhooks become events, others are refused, unreadable ones are kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.clock import now
from infra.embedded_broker import EmbeddedBroker
from schemas.topics import CALL_DEADLETTERS, CALL_RAW
from tests.support import topic_reader
from tests.support import vendor_hooks as hooks
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow
SOURCES = """
sources:
  - {vendor: retell, tenant: acme, secret: INGEST_RETELL}
  - {vendor: retell, tenant: globex, secret: INGEST_OTHER}
  - {vendor: twilio, tenant: acme, secret: INGEST_RETELL}
"""


@pytest.fixture
def door(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    monkeypatch.setenv("INGEST_RETELL", hooks.SECRET)
    monkeypatch.setenv("INGEST_OTHER", hooks.SECRET[::-1])
    path = tmp_path / "ingest.yaml"
    path.write_text(SOURCES)
    with serve(
        database_url=database_url, bootstrap_servers=embedded_broker.bootstrap_servers, data=tmp_path / "data",
        also={"ingest": path},
    ) as served:
        yield served


def send(served: Served, vendor: str, hook: hooks.Hook) -> httpx.Response:
    headers, body = hook
    with served.client(None) as client:
        return client.post(f"/v1/ingest/{vendor}", content=body, headers=headers)


async def test_a_signed_webhook_becomes_sealed_events_of_its_tenant_and_again_the_same(door: Served) -> None:
    call = hooks.retell_call(("user", "my card is 4242 4242 4242 4242", 1.0, 4.0))
    hook = hooks.retell({"event": "call_ended", "call": call}, now())
    first, again = send(door, "retell", hook), send(door, "retell", hook)
    assert (first.status_code, len(first.json()["ids"])) == (202, 2)
    assert again.json() == first.json()
    records = await topic_reader.read_all(door.settings.bootstrap_servers, CALL_RAW.name)
    mine = [one for one in records if one.headers["ce_id"] in first.json()["ids"]]
    assert {one.headers["ce_tenant"] for one in mine} == {"acme"}
    assert not any(b"4242" in one.value for one in mine)


async def test_each_account_signs_for_its_own_tenant(door: Served) -> None:
    hook = hooks.retell({"event": "call_started", "call": hooks.retell_call()}, now(), secret=hooks.SECRET[::-1])
    (event_id,) = send(door, "retell", hook).json()["ids"]
    records = await topic_reader.read_all(door.settings.bootstrap_servers, CALL_RAW.name)
    assert [one.headers["ce_tenant"] for one in records if one.headers["ce_id"] == event_id] == ["globex"]


def test_a_form_is_checked_against_the_address_it_was_sent_to(door: Served) -> None:
    fields = {"CallSid": "CA9", "CallStatus": "completed", "From": "+12025550123"}
    assert send(door, "twilio", hooks.twilio(fields, f"{door.url}/v1/ingest/twilio")).status_code == 202
    elsewhere = send(door, "twilio", hooks.twilio(fields, "https://elsewhere.example/v1/ingest/twilio"))
    assert (elsewhere.status_code, elsewhere.headers["content-type"]) == (401, "application/problem+json")


def test_a_webhook_that_nobody_known_signed_is_refused(door: Served) -> None:
    wrong = hooks.retell({"event": "call_started", "call": hooks.retell_call()}, now(), secret="x" * 32)
    assert send(door, "retell", wrong).status_code == 401
    assert send(door, "vapi", hooks.vapi({"type": "status-update"})).status_code == 401
    assert send(door, "nobody", wrong).status_code == 422


async def test_a_signed_webhook_that_cannot_be_read_is_named_and_kept_as_a_dead_letter(door: Served) -> None:
    answer = send(door, "retell", hooks.retell({"event": "call_ended", "call": {"secret": "5105"}}, now()))
    assert (answer.status_code, answer.json()["field"]) == (422, "call.call_id")
    letters = await topic_reader.read_all(door.settings.bootstrap_servers, CALL_DEADLETTERS.name)
    assert any(json.loads(one.value)["field"] == "call.call_id" for one in letters)
    assert not any(b"5105" in one.value for one in letters)


def test_what_says_nothing_of_a_call_is_taken_and_makes_nothing(door: Served) -> None:
    answer = send(door, "retell", hooks.retell({"event": "call_analyzed", "call": hooks.retell_call()}, now()))
    assert (answer.status_code, answer.json()) == (202, {"ids": []})
