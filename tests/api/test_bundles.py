"""The evidence of a call over HTTP: for compliance only, checkable, and recorded before it leaves."""

from pathlib import Path

import pytest
from sqlalchemy import text

from governance.audit.bundle import verify_bundle
from governance.audit.note import parse_vkey
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
