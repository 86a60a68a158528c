"""Events in over HTTP: what is readable is taken once, what is not is named and kept as a dead letter."""

import json
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from api.bodies import MOST_BODY
from api.cloudevents import BATCH, MAX_BODY, ONE
from api.examples import DATA, cloudevent
from schemas.base import arrival_id
from schemas.topics import CALL_DEADLETTERS, CALL_RAW, FROM_CHANNELS
from tests.support import topic_reader
from tests.support.api import Served
from tests.support.calls import TENANT

pytestmark = pytest.mark.flow


@pytest.fixture
def channel(served: Served) -> Iterator[httpx.Client]:
    with served.client("channel") as client:
        yield client


def post(client: httpx.Client, content: object, *, media_type: str | None = None) -> httpx.Response:
    kind = media_type or (BATCH if isinstance(content, list) else ONE)
    return client.post("/v1/events", content=json.dumps(content), headers={"Content-Type": kind})


def utterance(number: int = 8, **changes: object) -> dict[str, object]:
    return cloudevent(number, DATA[8]) | changes


def test_every_type_a_channel_may_send_has_an_example_and_is_taken(channel: httpx.Client) -> None:
    assert {type(data) for data in DATA} == set(FROM_CHANNELS)
    sent = [cloudevent(number, data) for number, data in enumerate(DATA)]
    answer = post(channel, sent)
    assert answer.status_code == 202
    assert answer.json()["ids"] == [arrival_id(f"{TENANT}/{one['source']}", str(one["id"])) for one in sent]


async def test_an_accepted_event_lies_sealed_on_call_raw(served: Served) -> None:
    with served.client("channel") as channel:
        one = utterance(id="sealed-1")
        (event_id,) = post(channel, one).json()["ids"]
    records = await topic_reader.read_all(served.settings.bootstrap_servers, CALL_RAW.name)
    (record,) = [each for each in records if each.headers["ce_id"] == event_id]
    assert (record.headers["ce_tenant"], record.key, record.headers["ce_subject"]) == ("acme", "call-7f3a", "call-7f3a")
    assert record.headers["traceparent"]
    assert b"person" not in record.value
    opened = served.keyring.open(
        key_id=record.headers["ce_keyid"], ciphertext=record.value, context=event_id.encode()
    )
    assert json.loads(opened)["text"] == one["data"]["text"]  # type: ignore[index]  # written as a dict above


def test_a_repeated_event_has_the_same_id(channel: httpx.Client) -> None:
    first, second = post(channel, utterance()), post(channel, utterance())
    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"type": "callwarden.nothing.v1"}, "type"),
        ({"type": "callwarden.handoff_claimed.v1"}, "type"),
        ({"subject": "no spaces allowed"}, "subject"),
        ({"subject": None}, "subject"),
        ({"subject": "\ud800"}, "subject"),
        ({"source": ""}, "source"),
        ({"id": "a\u0000b"}, "id"),
        ({"id": 7}, "id"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-03-01T12:00:00"}, "time"),
        ({"time": "9999-12-31T23:59:59Z"}, "time"),
        ({"time": "9999-12-31T23:59:59-23:59"}, "time"),
        ({"time": "0001-01-01T00:00:00+23:59"}, "time"),
        ({"data": {"participant": "caller", "utterance": "u1", "text": "x", "turn": 1 << 31}}, "data.turn"),
        ({"tenant": "other"}, "tenant"),
        ({"data": {"participant": "caller", "utterance": "u1"}}, "data.text"),
        ({"data": {"participant": "dog", "utterance": "u1", "text": "x"}}, "data.participant"),
        ({"data": {"participant": "caller", "utterance": "u1", "text": "x", "mood": "bad"}}, "data.mood"),
        ({"data": "text"}, "data.data"),
        ({"data_base64": "%%%"}, "data_base64"),
    ],
)
def test_an_unreadable_event_is_refused_by_the_name_of_its_field(
    channel: httpx.Client, changes: dict[str, object], field: str
) -> None:
    answer = post(channel, utterance() | changes)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field
    assert answer.json()["ids"] == []
    assert "person, please" not in answer.text


def test_a_call_in_a_language_that_is_not_installed_is_refused_by_its_name(channel: httpx.Client) -> None:
    started = {"channel": "telephone", "language": "de-DE"}
    answer = post(channel, utterance(type="callwarden.call_started.v1", data=started, id="in-german"))
    assert answer.status_code == 422
    assert answer.json()["field"] == "data.language"
    assert "language de is not installed" in answer.json()["detail"]
    french = utterance(type="callwarden.call_started.v1", data=started | {"language": "fr-FR"}, id="in-french")
    assert post(channel, french).status_code == 202


async def test_of_a_batch_the_readable_are_taken_and_named_and_the_rest_are_dead_letters(served: Served) -> None:
    secret = "four two four two"
    wrong = utterance(9, data={"participant": "caller", "utterance": "u1", "words": secret})
    with served.client("channel") as channel:
        answer = post(channel, [utterance(1), wrong, "no object", utterance(2)])
        problem = answer.json()
    assert answer.status_code == 422
    assert [each["index"] for each in problem["accepted"]] == [0, 3]
    assert problem["ids"] == [each["id"] for each in problem["accepted"]]
    assert [(each["index"], each["field"]) for each in problem["errors"]] == [(1, "data.text"), (2, "event")]
    letters = await topic_reader.read_all(served.settings.bootstrap_servers, CALL_DEADLETTERS.name)
    ours = [json.loads(each.value) for each in letters if each.headers["ce_tenant"] == "acme"]
    assert {"data.text", "event"} <= {each["field"] for each in ours}
    assert not any(secret.encode() in each.value for each in letters)
    assert secret not in answer.text


async def test_an_unreadable_event_sent_twice_is_two_letters_without_its_made_up_names(served: Served) -> None:
    secret = "4111 1111 1111 1111"
    wrong = utterance(10, type=f"card {secret}")
    named = utterance(11, data={"participant": "caller", "utterance": "u1", "text": "x", secret: 1})
    with served.client("channel") as channel:
        answers = [post(channel, one) for one in (wrong, wrong, named)]
    assert [one.json()["field"] for one in answers] == ["type", "type", f"data.{secret}"]
    letters = await topic_reader.read_all(served.settings.bootstrap_servers, CALL_DEADLETTERS.name)
    ours = [each for each in letters if json.loads(each.value)["reason"].startswith(("type: is none", "data.unknown"))]
    assert len({each.headers["ce_id"] for each in ours}) == len(ours) >= 3
    assert not any(secret in f"{each.headers} {each.value.decode()}" for each in letters)


def test_what_is_no_cloudevent_at_all_is_refused(channel: httpx.Client) -> None:
    headers = {"Content-Type": ONE}
    assert channel.post("/v1/events", content="{", headers=headers).json()["field"] == "body"
    assert post(channel, {"a": 1}, media_type=BATCH).json()["field"] == "body"
    assert post(channel, utterance(), media_type="application/json").status_code == 415
    assert channel.post("/v1/events").status_code == 415
    assert channel.post("/v1/events", content=b" " * (MAX_BODY + 1), headers=headers).status_code == 413
    assert post(channel, [utterance()] * 1001).status_code == 413
    for deep in (b"[" * 100_000, b'{"a":' * 100_000):
        assert channel.post("/v1/events", content=deep, headers=headers).json()["field"] == "body"


def test_data_of_any_depth_is_refused_as_unreadable(channel: httpx.Client) -> None:
    for depth in (300, *range(900, 1_000, 5)):
        deep = json.dumps(utterance(data="")).replace('"data": ""', '"data": ' + "[" * depth + "]" * depth)
        answer = channel.post("/v1/events", content=deep, headers={"Content-Type": ONE})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), depth


def test_no_route_reads_a_body_without_end(served: Served) -> None:
    long = b" " * (MOST_BODY + 1)
    with served.client("dpo") as dpo:
        for content in (long, iter([long])):
            answer = dpo.post("/v1/erasures", content=content, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["type"]) == (413, "urn:callwarden:problem:too-large")


def test_an_event_of_a_forgotten_call_is_gone(served: Served) -> None:
    with served.pool.begin() as connection:
        served.keyring.ensure(tenant="acme", call_id="call-7f3a")
        connection.execute(text("UPDATE subject_key SET wrapped = NULL, destroyed_at = now() WHERE call = 'call-7f3a'"))
    with served.client("channel") as channel:
        assert post(channel, utterance()).status_code == 410
