"""The audit log over HTTP: reads are in it first, proofs and tiles stand by themselves."""

import csv
import io
import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from governance.audit.merkle import leaf_hash
from governance.audit.note import parse_vkey
from governance.audit.proof import verify_proof
from governance.audit.tiles import decode_bundle
from infra.audit_keys import Ed25519Signer, log_signer
from infra.audit_store import append
from infra.checkpoints import publish
from infra.database import transaction
from infra.rollback_guard import RollbackGuard
from tests.support.api import Served
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft

pytestmark = pytest.mark.flow


def write(served: Served, count: int, folder: Path) -> Ed25519Signer:
    signer = log_signer(folder, origin=ORIGIN)
    with transaction(served.pool) as connection:
        append(connection, TENANT, [draft(number) for number in range(count)], NOON)
    with transaction(served.pool) as connection:
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[signer], guard=RollbackGuard(folder / "guard"),
            signed_at=NOON,
        )
    return signer


def reads(served: Served) -> int:
    with served.pool.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit_index WHERE type = 'read'")).scalar_one())


def test_a_read_is_in_the_log_before_its_first_row_leaves(served: Served, tmp_path: Path) -> None:
    write(served, 10, tmp_path / "log")
    with served.client("compliance", subject="cora") as client:
        with client.stream("GET", "/v1/audit/entries") as answer:
            assert reads(served) == 1  # the body was not read yet
            answer.read()
        page = client.get("/v1/audit/entries", params={"type": "read"}).json()
    assert [each["actor_label"] for each in page["entries"]] == ["cora"]
    assert reads(served) == 2


def test_a_read_that_cannot_be_recorded_gives_no_rows(served: Served, tmp_path: Path) -> None:
    write(served, 3, tmp_path / "log")
    with transaction(served.pool) as connection:
        connection.execute(text("SET LOCAL callwarden.migration = 'on'"))
        connection.execute(text("ALTER TABLE audit_stream RENAME TO audit_stream_away"))
    with served.client("compliance") as client:
        answer = client.get("/v1/audit/entries")
    assert answer.status_code == 503
    assert "event-1" not in answer.text


def test_filters_and_cursor_choose_entries(served: Served, tmp_path: Path) -> None:
    write(served, 10, tmp_path / "log")
    with served.client("compliance") as client:
        chosen = client.get("/v1/audit/entries", params={"type": "turn.ended", "call": "call-1"}).json()["entries"]
        assert [each["index"] for each in chosen] == [1]
        first = client.get("/v1/audit/entries", params={"limit": 4, "to": "2026-03-01T12:00:01Z"})
        assert [each["index"] for each in first.json()["entries"]] == [0, 1, 2, 3]
        link = first.headers["link"].partition(">")[0].removeprefix("<")
        assert [each["index"] for each in client.get(link).json()["entries"]] == [4, 5, 6, 7]
        assert client.get("/v1/audit/entries", params={"from": "no time"}).json()["field"] == "from"
        assert client.get("/v1/audit/entries", params={"q": "a\u0000"}).status_code == 422


def test_entries_come_as_csv_that_no_spreadsheet_takes_for_formulas(served: Served, tmp_path: Path) -> None:
    write(served, 3, tmp_path / "log")
    evil = draft(7).model_copy(update={"actor_label": "=cmd()"})
    with transaction(served.pool) as connection:
        append(connection, TENANT, [evil], NOON)
    with served.client("compliance") as client:
        answer = client.get("/v1/audit/entries", headers={"Accept": "text/csv"})
        assert client.get("/v1/audit/entries", params={"format": "csv"}).headers["content-type"].startswith("text/csv")
        lines = client.get("/v1/audit/entries", params={"format": "jsonl", "type": "turn.ended"}).text.splitlines()
    assert [json.loads(line)["event_id"] for line in lines] == ["event-1", "event-7"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["event_id"] for row in rows] == ["event-0", "event-1", "event-2", "event-7"]
    assert rows[3]["actor_label"] == "'=cmd()"


def test_a_proof_checks_with_the_published_key_and_nothing_else(served: Served, tmp_path: Path) -> None:
    write(served, 300, tmp_path / "log")
    with served.client("compliance") as client:
        proof = client.get("/v1/audit/entries/270/proof")
        assert client.get("/v1/audit/entries/300/proof").status_code == 404
    anyone = httpx.Client(base_url=served.url, trust_env=False)
    key = parse_vkey(anyone.get(f"/v1/audit/{TENANT}/key").text.strip())
    bundle = anyone.get(f"/v1/audit/{TENANT}/tile/entries/001.p/44").content
    leaf = leaf_hash(decode_bundle(bundle, width=44)[270 - 256])
    assert verify_proof(proof.content, leaf=leaf, keys=[key]).size == 300


def test_the_log_is_served_to_anyone_with_types_and_lifetimes(served: Served, tmp_path: Path) -> None:
    write(served, 300, tmp_path / "log")
    with served.client(None) as anyone:
        checkpoint = anyone.get(f"/v1/audit/{TENANT}/checkpoint")
        tile = anyone.get(f"/v1/audit/{TENANT}/tile/0/000")
        assert checkpoint.text.splitlines()[:2] == [ORIGIN, "300"]
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        assert "max-age=1" in checkpoint.headers["cache-control"]
        assert (len(tile.content), tile.headers["content-type"]) == (8192, "application/octet-stream")
        assert "immutable" in tile.headers["cache-control"]
        for path in ("tile/0/001", "tile/0/x", "tile/9/000", "tile/entries/999"):
            assert anyone.get(f"/v1/audit/{TENANT}/{path}").status_code == 404
        assert anyone.get("/v1/audit/nobody/checkpoint").status_code == 404
        assert anyone.get("/v1/audit/No!/checkpoint").status_code == 422
