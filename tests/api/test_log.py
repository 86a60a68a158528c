"""What anyone may read of the logs, and when an entry came to be: the routes beside searches and tiles."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from governance.audit.log_policy import parse_policy
from governance.audit.proof import verify_proof
from infra import clock, cosigning
from infra.audit_store import append
from infra.cosigning import Others
from infra.database import transaction
from infra.tenancy import tenant_transaction
from streams.publisher import Publisher
from tests.support.api import Served
from tests.support.audit_log import NOON, TENANT, draft
from tests.support.require import require
from tests.support.timestamp_server import TimestampServer

pytestmark = pytest.mark.flow
ENTRIES = "/v1/audit/entries"


def publisher(served: Served, folder: Path) -> Publisher:
    return Publisher(
        engine=served.pool, keys=folder / "keys", guard=folder / "guard", origin_prefix="callwarden.local/audit"
    )


def record(served: Served, *numbers: int) -> None:
    with transaction(served.pool) as connection:
        append(connection, TENANT, [draft(number) for number in numbers], NOON)


def test_an_entry_is_dated_by_the_checkpoints_around_it(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = publisher(served, tmp_path)
    with served.client("compliance") as client:
        instants = [clock.now() + timedelta(seconds=number) for number in range(2)]
        for number, at in enumerate(instants):
            record(served, number)
            assert client.get(f"{ENTRIES}/{number}/existence").status_code == 404  # no checkpoint covers it yet
            with monkeypatch.context() as time:
                time.setattr(clock, "now", lambda at=at: at)
                signs.once()
        found = client.get(f"{ENTRIES}/1/existence").json()
        first = client.get(f"{ENTRIES}/0/existence").json()
        assert client.get(f"{ENTRIES}/-1/existence").status_code == 422
    shown = [f"{at.isoformat().removesuffix('+00:00')}Z" for at in instants]
    assert (found["index"], found["after_size"], found["before_size"]) == (1, 1, 2)
    assert [found["after"], found["before"]] == shown
    assert (found["vouched_after"], found["vouched_before"]) == (None, None)
    assert (first["after"], first["before"]) == (None, shown[0])


def test_only_compliance_dates_entries_and_only_those_of_its_tenant(served: Served, tmp_path: Path) -> None:
    record(served, 0)
    publisher(served, tmp_path).once()
    for role, tenant, status in (
        ("agent", TENANT, 403), (None, TENANT, 401), ("compliance", "other", 404), ("compliance", TENANT, 200),
    ):
        with served.client(role, tenant=tenant) as client:  # type: ignore[arg-type]  # a table of roles and none
            for what in ("existence", "proof"):
                assert client.get(f"{ENTRIES}/0/{what}").status_code == status, (role, what)


def test_every_key_of_a_log_is_served_as_a_policy_that_opens_its_proofs(served: Served, tmp_path: Path) -> None:
    record(served, 0, 1)
    publisher(served, tmp_path).once()
    with served.client(None) as anyone, served.client("compliance") as client:
        answer = anyone.get(f"/v1/audit/{TENANT}/tlog-policy")
        proof = client.get(f"{ENTRIES}/1/proof").content
        assert anyone.get("/v1/audit/nobody/tlog-policy").status_code == 404
    keys = parse_policy(answer.text).keys
    with tenant_transaction(served.pool, TENANT) as connection:
        leaf = connection.execute(text("SELECT leaf_hash FROM audit_leaf WHERE idx = 1")).scalar_one()
    assert (answer.headers["content-type"], len(keys)) == ("text/plain; charset=utf-8", 2)
    assert all(verify_proof(proof, leaf=bytes(leaf), keys=[key]).size == 2 for key in keys)


def test_what_others_vouched_for_is_served_of_the_log_of_logs_only(served: Served, tmp_path: Path) -> None:
    (tmp_path / "tsa").mkdir()
    authority = TimestampServer(require("openssl"), tmp_path / "tsa")
    signs = publisher(served, tmp_path)
    try:
        with served.client(None) as anyone, served.client("compliance") as client:
            record(served, 0)
            signs.once()
            for path in ("checkpoint.cosigned", "checkpoint.cosigned.tsr"):
                assert anyone.get(f"/v1/audit/_logs/{path}").status_code == 404  # nobody was asked yet
            others = Others(None, authority.url)
            assert cosigning.once(served.pool, others, at=clock.now(), tell=lambda kind, whom: None)
            note = anyone.get("/v1/audit/_logs/checkpoint.cosigned")
            stamp = anyone.get("/v1/audit/_logs/checkpoint.cosigned.tsr")
            assert anyone.get(f"/v1/audit/{TENANT}/checkpoint.cosigned").status_code == 404
            window = client.get(f"{ENTRIES}/0/existence").json()
        (tmp_path / "data").write_bytes(note.content)
        (tmp_path / "stamp").write_bytes(stamp.content)
        assert authority.verifies(tmp_path / "stamp", tmp_path / "data")
    finally:
        authority.close()
    assert stamp.headers["content-type"] == "application/timestamp-reply"
    assert window["vouched_before"]["stamped_at"] is not None
    assert window["vouched_after"] is None


def test_a_search_is_narrowed_by_each_filter_and_says_the_same_in_each_form(served: Served) -> None:
    record(served, *range(10))
    with transaction(served.pool) as connection:
        changed = {"policy_version": "house@7", "subject": "ab" * 16, "actor": "cd" * 16, "actor_label": "dora"}
        append(connection, TENANT, [draft(number).model_copy(update=changed) for number in (20, 21)], NOON)
    with served.client("compliance") as client:
        for wanted, indices in (
            ({"policy": "house@7"}, [10, 11]), ({"subject": "ab" * 16}, [10, 11]), ({"actor": "dora"}, [10, 11]),
            ({"actor": "cd" * 16, "rule": "person.requested"}, [11]), ({"rule": "person.requested"}, [0, 3, 6, 9, 11]),
            ({"policy": "house@7", "type": "turn.ended"}, [11]), ({"policy": "house@8"}, []), ({"q": "dora"}, [10, 11]),
        ):
            found = client.get(ENTRIES, params=wanted).json()["entries"]
            assert [each["index"] for each in found] == indices, wanted
            lines = client.get(ENTRIES, params={**wanted, "format": "jsonl"})
            table = client.get(ENTRIES, params=wanted, headers={"Accept": "text/csv"})
            assert len(lines.text.splitlines()) == len(table.text.splitlines()) - 1 == len(indices), wanted
        assert lines.headers["content-type"].startswith("application/x-ndjson")
        assert table.headers["content-disposition"] == 'attachment; filename="audit.csv"'
