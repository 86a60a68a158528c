"""The evidence of a call over HTTP: for compliance only, checkable, and recorded before it leaves."""

from pathlib import Path

import pytest
from sqlalchemy import text

from governance.audit.bundle import verify_bundle
from governance.audit.note import parse_vkey
from governance.audit.period import verify_period
from infra import period_source
from infra.audit_keys import log_signer
from infra.audit_store import append
from infra.bundle_zip import unpack
from infra.checkpoints import publish
from infra.database import transaction
from infra.rollback_guard import RollbackGuard
from schemas.audit import Source
from streams.entries import draft
from tests.support import calls
from tests.support.api import Served
from tests.support.audit_log import NOON, ORIGIN, TENANT

pytestmark = pytest.mark.flow
PATH = "/v1/audit/bundles"


def write(served: Served, folder: Path) -> str:
    """Tell a call, log it and sign the log; gives the verifier key."""
    story = calls.story()
    served.tell(*story)
    signer = log_signer(folder, origin=ORIGIN)
    drafts = [
        draft(event, src=Source(cluster="c1", topic_id="t", partition=0, offset=at), keyring=served.keyring)
        for at, event in enumerate(story)
    ]
    with transaction(served.pool) as connection:
        append(connection, TENANT, drafts, NOON)
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[signer], guard=RollbackGuard(folder / "guard"),
            signed_at=NOON,
        )
    return str(signer.key)


def test_a_bundle_holds_and_who_took_it_is_in_the_log_before_its_first_byte(served: Served, tmp_path: Path) -> None:
    key = write(served, tmp_path / "log")
    query = text("SELECT actor_label FROM audit_index WHERE type = 'read' AND call = 'call-1'")
    with served.client("compliance", subject="cora") as client:
        with client.stream("POST", PATH, json={"call": "call-1"}) as answer, served.pool.connect() as connection:
            assert connection.execute(query).scalars().all() == ["cora"]  # the body was not read yet
            content = answer.read()
        assert client.post(PATH, json={"call": "call-1"}).content == content
    assert answer.headers["content-type"] == "application/zip"
    (tmp_path / "a.zip").write_bytes(content)
    files = unpack(tmp_path / "a.zip")
    assert files["log.pub"].decode().strip() == key
    assert verify_bundle(files, keys=[parse_vkey(key)]).entries == len(calls.story())


def test_a_period_is_recorded_before_its_first_byte_and_holds(served: Served, tmp_path: Path) -> None:
    key = write(served, tmp_path / "log")
    period = {"from": "2026-03-01T12:00:00Z", "to": "2026-03-01T12:00:01Z"}
    query = text("SELECT actor_label FROM audit_index WHERE type = 'read'")
    with served.client("compliance", subject="cora") as client:
        with client.stream("POST", PATH, json=period) as answer, served.pool.connect() as connection:
            assert connection.execute(query).scalars().all() == ["cora"]  # the body was not read yet
            content = answer.read()
        assert client.post(PATH, json=period).content == content
    assert int(answer.headers["content-length"]) == len(content)
    (tmp_path / "a.zip").write_bytes(content)
    found = verify_period(unpack(tmp_path / "a.zip"), keys=[parse_vkey(key)])
    assert (found.entries, found.first, found.open_end) == (len(calls.story()), 0, True)


def test_a_period_is_whole_of_a_tenant_with_a_log_and_for_compliance(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(served, tmp_path / "log")
    since, until = "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"
    with served.client("agent") as agent, served.client("compliance", tenant="other") as other:
        assert agent.post(PATH, json={"from": since, "to": until}).status_code == 403
        assert other.post(PATH, json={"from": since, "to": until}).status_code == 404
    with served.client("compliance") as client:
        for wrong in (
            {"from": since}, {"to": until}, {}, {"call": "call-1", "from": since, "to": until},
            {"from": until, "to": since}, {"from": "2026-03-01T12:00:00", "to": until},
        ):
            assert client.post(PATH, json=wrong).status_code == 422, wrong
        monkeypatch.setattr(period_source, "MAX_ENTRIES", 3)
        refused = client.post(PATH, json={"from": since, "to": until})
    assert (refused.status_code, "at most 3" in refused.json()["detail"]) == (422, True)


def test_only_compliance_takes_bundles_and_only_of_calls_of_its_tenant(served: Served, tmp_path: Path) -> None:
    write(served, tmp_path / "log")
    for role, tenant, call, status in (
        ("agent", TENANT, "call-1", 403), ("admin", TENANT, "call-1", 403), (None, TENANT, "call-1", 401),
        ("compliance", "other", "call-1", 404), ("compliance", TENANT, "nobody", 404),
    ):
        with served.client(role, tenant=tenant) as client:  # type: ignore[arg-type]  # a table of roles and none
            assert client.post(PATH, json={"call": call}).status_code == status, role
    with served.client("compliance") as client:
        assert client.post(PATH, json={"call": "call-1", "more": 1}).status_code == 422
