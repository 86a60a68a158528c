"""Compliance publishes policies through the door: what is wrong is named, what was published stays."""

from urllib.parse import quote

import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.policies import load
from tests.support.api import Served

pytestmark = pytest.mark.contract

OWN = """layer: tenant
id: acme
version: 1
title: Acme's calls
rules:
  legal.threat:
    reason: Legal threats go to people.
    queue: general
    when: {says: {words: [my lawyer]}}
"""


def body(document: str = OWN, *, mode: str = "live") -> dict[str, object]:
    return {"documents": [{"name": "acme.yaml", "text": document}], "mode": mode}


def test_a_policy_is_published_read_and_listed(served: Served) -> None:
    with served.client("compliance", subject="cora") as client:
        assert client.get("/v1/policies").json() == {
            "live": load().label, "shadow": None, "publications": [], "cursor": None,
        }
        made = client.post("/v1/policies", json=body())
        assert made.status_code == 201
        label = made.json()["policy_version"]
        assert label.startswith("acme@1+sha256:")
        listed = client.get("/v1/policies").json()
        assert (listed["live"], listed["publications"][0]["published_by"]) == (label, "cora")
        version = client.get(f"/v1/policies/{quote(label, safe='')}").json()
        assert {one["name"]: one["text"] for one in version["documents"]}["acme.yaml"] == OWN
        assert "default.yaml" in {one["name"] for one in version["documents"]}
        assert client.get("/v1/policies/shipped").json()["policy_version"] == load().label


def test_a_publication_is_an_entry_of_the_audit_log(served: Served) -> None:
    with served.client("compliance", subject="cora") as client:
        made = client.post("/v1/policies", json=body()).json()
        [entry] = client.get("/v1/audit/entries", params={"type": "policy.published"}).json()["entries"]
        assert (entry["event_id"], entry["policy"], entry["actor_label"]) == (
            made["entry"], made["policy_version"], "cora",
        )
    with transaction(served.pool) as connection:
        leaf = connection.execute(
            text("SELECT entry FROM audit_leaf WHERE event_id = :id"), {"id": made["entry"]}
        ).scalar_one()
    assert made["policy_version"].encode() in bytes(leaf)


def test_what_is_wrong_is_named_by_file_line_and_key_and_nothing_is_kept(served: Served) -> None:
    with served.client("compliance") as client:
        wrong = client.post("/v1/policies", json=body(OWN.replace("queue: general", "queue: nowhere")))
        assert wrong.status_code == 422
        assert "acme.yaml:8: rules.legal.threat.queue: queue 'nowhere'" in wrong.json()["detail"]
        assert client.get("/v1/policies").json()["publications"] == []


def test_a_version_is_published_once_with_one_content(served: Served) -> None:
    with served.client("compliance") as client:
        first = client.post("/v1/policies", json=body()).json()
        other = client.post("/v1/policies", json=body(OWN.replace("my lawyer", "my judge")))
        assert (other.status_code, other.json()["type"]) == (409, "urn:callwarden:problem:version-taken")
        again = client.post("/v1/policies", json=body()).json()
        assert again["policy_version"] == first["policy_version"]


def test_a_repeated_request_is_answered_with_the_first_answer(served: Served) -> None:
    with served.client("compliance") as client:
        key = {"Idempotency-Key": "once"}
        first = client.post("/v1/policies", json=body(), headers=key)
        assert client.post("/v1/policies", json=body(), headers=key).json() == first.json()
        assert len(client.get("/v1/policies").json()["publications"]) == 1
        assert client.post("/v1/policies", json=body(mode="shadow"), headers=key).status_code == 422


def test_a_version_may_watch_before_it_acts(served: Served) -> None:
    with served.client("compliance") as client:
        label = client.post("/v1/policies", json=body(mode="shadow")).json()["policy_version"]
        listed = client.get("/v1/policies").json()
        assert (listed["live"], listed["shadow"]) == (load().label, label)
        client.post("/v1/policies", json=body())
        page = client.get("/v1/policies", params={"limit": 1}).json()
        assert (page["live"], page["shadow"], page["publications"][0]["mode"]) == (label, None, "live")
        rest = client.get("/v1/policies", params={"cursor": page["cursor"]}).json()
        assert [one["mode"] for one in rest["publications"]] == ["shadow"]


def test_only_compliance_publishes_and_a_tenant_sees_its_own(served: Served) -> None:
    with served.client("compliance") as client:
        label = client.post("/v1/policies", json=body()).json()["policy_version"]
    with served.client("supervisor") as client:
        assert client.post("/v1/policies", json=body()).status_code == 403
    with served.client("compliance", tenant="other") as client:
        assert client.get(f"/v1/policies/{quote(label, safe='')}").status_code == 404
        assert client.get("/v1/policies").json()["live"] == load().label
