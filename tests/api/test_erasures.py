"""Erasures and holds through the doors: who may, what the answer says, and that it stands in the log first."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.embedded_broker import EmbeddedBroker
from schemas.base import Event
from schemas.calls import CallAdmitted, CallEnded
from tests.support import calls
from tests.support.api import Served, serve
from tests.support.calls import TENANT
from tests.support.erasing import SUBJECT, Store

pytestmark = pytest.mark.flow

NUMBER = "+12025550199"
POLICY = Path(__file__).parents[2] / "governance" / "policies" / "default.yaml"
WHY = "she asked us to"
ERASE = {"subject": SUBJECT, "reason": WHY}


@pytest.fixture
def store(served: Served) -> Store:
    made = Store(served.pool, served.settings.kek, served.keyring)
    made.tell()
    return made


@pytest.fixture
def dpo(served: Served, store: Store) -> Iterator[httpx.Client]:
    with served.client("dpo", subject="dora") as client:
        yield client


def labels(served: Served, kind: str) -> list[str]:
    query = text("SELECT actor_label FROM audit_index WHERE type = :kind ORDER BY idx")
    with transaction(served.pool) as connection:
        return list(connection.execute(query, {"kind": kind}).scalars())


def in_the_database(served: Served, wanted: str) -> list[str]:
    with transaction(served.pool) as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        return [
            name for name in names
            if any(wanted in row for row in connection.execute(text(f'SELECT t::text FROM "{name}" AS t')).scalars())
        ]


def test_an_erasure_answers_its_certificate_and_the_call_is_gone_from_every_door(
    dpo: httpx.Client, served: Served
) -> None:
    answer = dpo.post("/v1/erasures", json=ERASE)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["subject"], told["requested_by"]) == ("completed", SUBJECT, "dora")
    assert {one["data_class"] for one in told["erased"]} == {"recording", "words", "decisions"}
    assert labels(served, "subject.erased") == ["dora"]
    assert dpo.get(answer.headers["location"]).json() == told
    for path in ("", "/transcript", "/turns", "/recording"):
        assert dpo.get(f"/v1/calls/call-1{path}").status_code == 404
    assert dpo.get("/v1/calls").json()["calls"] == []
    with served.client("agent", subject="ann") as agent:
        assert agent.get("/v1/handoffs/h1").status_code == 404
    with served.client("compliance") as compliance:
        revealed = compliance.post("/v1/calls/call-1/reveals", json={"pseudonym": "<CARD_1>", "reason": WHY})
        assert revealed.status_code in (404, 410)
        found = compliance.get("/v1/audit/entries", params={"call": "call-1"}).json()["entries"]
        assert "call.erased" in {one["type"] for one in found}
    assert in_the_database(served, WHY) == []


def test_a_number_is_asked_for_and_nowhere_kept(served: Served) -> None:
    store = Store(served.pool, served.settings.kek, served.keyring)
    name = served.keyring.pseudonym(tenant=TENANT, kind="caller", value=NUMBER)
    admitted = CallAdmitted(**{**calls.admitted().model_dump(), "caller_pseudonym": name})
    told: list[Event] = [calls.event(1, admitted), calls.event(2, CallEnded(reason="hangup"))]
    store.record(told)
    with served.client("compliance", subject="cleo") as client:
        held = client.post("/v1/holds", json={"caller": NUMBER, "reason": WHY})
        waits = client.post("/v1/erasures", json={"caller": NUMBER, "reason": WHY}, headers={"Idempotency-Key": "k"})
        assert (held.status_code, waits.status_code) == (201, 202)
        assert held.json()["subject"] == waits.json()["subject"] == name
    assert in_the_database(served, NUMBER) == []
    assert in_the_database(served, WHY) == []


def test_a_hold_comes_first_and_its_release_is_recorded(dpo: httpx.Client, served: Served) -> None:
    held = dpo.post("/v1/holds", json={"call": "call-1", "reason": WHY})
    assert held.status_code == 201
    hold = held.json()
    assert (hold["call"], hold["reason"], hold["already_gone"]) == ("call-1", WHY, [])
    waits = dpo.post("/v1/erasures", json=ERASE)
    assert (waits.status_code, waits.json()["state"]) == (202, "waiting")
    assert {one["outcome"] for one in waits.json()["waiting"][0]["rulings"]} == {"held"}
    assert dpo.get("/v1/calls/call-1/transcript").json()["lines"]
    assert [one["hold"] for one in dpo.get("/v1/holds", params={"released": False}).json()["holds"]] == [hold["hold"]]
    for _ in range(2):
        assert dpo.delete(f"/v1/holds/{hold['hold']}").status_code == 204
    assert labels(served, "hold.released") == ["dora"]
    again = dpo.post("/v1/erasures", json=ERASE)
    assert (again.status_code, again.json()["erasure"]) == (201, waits.json()["erasure"])
    late = dpo.post("/v1/holds", json=ERASE).json()
    assert late["already_gone"] == ["call-1"]
    assert dpo.get(f"/v1/holds/{late['hold']}").json() == late


def test_a_law_of_the_policy_keeps_words_and_says_until_when(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    law = 'words: {keep_at_least: 6 years, law: "SEC 17a-4(b)(4)", delete_after: 7 years}'
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.read_text().replace("words: {delete_after: 12 months}", law))
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, policy=policy) as one:
        Store(one.pool, one.settings.kek, one.keyring).tell()
        with one.client("dpo") as client:
            answer = client.post("/v1/erasures", json=ERASE)
            assert answer.status_code == 202
            (waits,) = answer.json()["waiting"]
            (kept,) = [each for each in waits["rulings"] if each["outcome"] == "kept"]
            assert (kept["data_class"], kept["until"][:4]) == ("words", "2032")
            assert "SEC 17a-4(b)(4)" in kept["because"]
            assert {each["data_class"] for each in answer.json()["erased"]} == {"recording", "decisions"}
            assert client.get("/v1/calls/call-1/transcript").json()["lines"]


def test_one_key_is_one_hold(dpo: httpx.Client) -> None:
    twice = [dpo.post("/v1/holds", json=ERASE, headers={"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert twice[0] == twice[1]
    other = dpo.post("/v1/holds", json={**ERASE, "reason": "another"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 422
    assert len(dpo.get("/v1/holds").json()["holds"]) == 1


def test_lists_give_pages(dpo: httpx.Client) -> None:
    names = [dpo.post("/v1/holds", json=ERASE).json()["hold"] for _ in range(3)]
    first = dpo.get("/v1/holds", params={"limit": 2}).json()
    rest = dpo.get("/v1/holds", params={"limit": 2, "cursor": first["cursor"]}).json()
    assert [one["hold"] for one in first["holds"] + rest["holds"]] == names[::-1]
    dpo.post("/v1/erasures", json=ERASE)
    assert len(dpo.get("/v1/erasures").json()["erasures"]) == 1
    assert dpo.get("/v1/erasures", params={"cursor": "x"}).status_code == 422


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/v1/erasures"), ("GET", "/v1/erasures"), ("POST", "/v1/holds"), ("DELETE", "/v1/holds/1"),
    ("POST", "/v1/subject-exports"),
])
def test_only_compliance_and_the_dpo_may(served: Served, store: Store, method: str, path: str) -> None:
    for role in ("agent", "supervisor", "admin", "channel"):
        with served.client(role) as client:
            assert client.request(method, path, json=ERASE).status_code == 403
    with served.client(None) as nobody:
        assert nobody.request(method, path, json=ERASE).status_code == 401
    assert len(labels(served, "access.refused")) == 4
    assert "utterance" in store.rows()


def test_another_tenants_calls_holds_and_erasures_do_not_exist(served: Served, dpo: httpx.Client) -> None:
    hold = dpo.post("/v1/holds", json=ERASE).json()["hold"]
    asked = dpo.post("/v1/erasures", json=ERASE).json()["erasure"]
    with served.client("dpo", tenant="other") as other:
        assert other.post("/v1/erasures", json=ERASE).status_code == 404
        assert other.post("/v1/erasures", json={"call": "call-1", "reason": WHY}).status_code == 404
        assert other.post("/v1/subject-exports", json=ERASE).status_code == 404
        for path in (f"/v1/holds/{hold}", f"/v1/erasures/{asked}"):
            assert other.get(path).status_code == 404
        assert other.delete(f"/v1/holds/{hold}").status_code == 404
        assert other.get("/v1/holds").json()["holds"] == []
    assert dpo.get(f"/v1/holds/{hold}").json()["released_at"] is None


@pytest.mark.parametrize("body", [
    {"reason": WHY}, {"subject": SUBJECT, "call": "call-1", "reason": WHY}, {"subject": "nobody", "reason": WHY},
    {"subject": SUBJECT}, {"subject": SUBJECT, "reason": WHY, "more": 1},
])
def test_a_request_names_one_person_and_a_reason(dpo: httpx.Client, body: dict[str, object]) -> None:
    answer = dpo.post("/v1/erasures", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_list_says_what_each_erasure_waits_for_and_nothing_is_done_by_asking(dpo: httpx.Client) -> None:
    dpo.post("/v1/holds", json={"call": "call-1", "reason": WHY})
    told = dpo.post("/v1/erasures", json=ERASE).json()
    (listed,) = dpo.get("/v1/erasures", params={"state": "waiting"}).json()["erasures"]
    assert [one["call_id"] for one in listed["waiting"]] == ["call-1"]
    assert listed["waiting"][0]["rulings"] == told["waiting"][0]["rulings"]
    assert dpo.get(f"/v1/erasures/{told['erasure']}").json() == listed
    assert dpo.get("/v1/erasures", params={"state": "completed"}).json()["erasures"] == []
    assert dpo.get("/v1/calls/call-1/transcript").json()["lines"]
