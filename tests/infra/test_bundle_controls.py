"""The map of controls: every duty that was promised is in it, and what it names is in the bundle beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra import bundle_source
from infra.audit_keys import Ed25519Signer
from infra.audit_store import append
from infra.bundle_controls import CONTROLS, PERIOD_CONTROLS
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.read_model import apply
from infra.rollback_guard import RollbackGuard
from schemas.audit import Source
from streams.entries import draft
from tests.support import calls
from tests.support.audit_log import NOON, ORIGIN, TENANT
from tests.support.period_log import PeriodLog
from tests.support.published_log import Log

pytestmark = pytest.mark.contract

PROMISED = {
    ("AI Act", "Article 12"), ("AI Act", "Article 19"), ("AI Act", "Article 26(6)"), ("AI Act", "Article 50"),
    ("GDPR", "Article 15"), ("GDPR", "Article 17"), ("GDPR", "Article 30"),
    ("HIPAA", "45 CFR 164.312(b)"), ("PCI DSS", "Requirement 10"), ("SEC", "17 CFR 240.17a-4(f)"),
}  # fmt: skip


def shown_in(files: Mapping[str, bytes], rows: list[dict[str, Any]]) -> None:
    """Check that each named file is there with something in it, and of each named folder at least one."""
    for row in rows:
        for name in row["shown_by"]:
            there = [each for each in files if each == name or (name.endswith("/") and each.startswith(name))]
            assert there, f"{row['clause']} names {name}, which the bundle does not have"
            assert all(len(files[each]) > 2 for each in there), f"{row['clause']} names {name}, which is empty"


@pytest.mark.parametrize("rows", [CONTROLS, PERIOD_CONTROLS])
def test_every_promised_clause_has_one_row_that_says_what_shows_it_and_where_that_ends(
    rows: tuple[dict[str, Any], ...],
) -> None:
    assert {(law, row["clause"]) for row in rows for law, _ in PROMISED if law in row["source"]} == PROMISED
    assert len(rows) == len(PROMISED)
    for row in rows:
        assert row["shown_by"]
        assert row["asks"]
        assert row["ends"]


def test_what_the_map_of_a_call_names_is_in_the_bundle_of_a_call(database_url: str, tmp_path: Path) -> None:
    pool = engine(database_url)
    keyring = Keyring(engine=pool, kek=tmp_path / "keys" / "kek.json")
    log = Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    with transaction(pool) as connection:
        for number, event in enumerate(calls.story()):
            apply(connection, event)
            place = Source(cluster="c1", topic_id="governed", partition=0, offset=number)
            append(connection, TENANT, [draft(event, src=place, keyring=keyring)], NOON)
    log.publish()
    with transaction(pool) as connection:
        files = bundle_source.gather(connection, TENANT, "call-1")
    pool.dispose()
    rows = json.loads(files["controls.json"])
    assert rows == list(CONTROLS)
    shown_in(files, rows)


def test_what_the_map_of_a_period_names_is_in_the_evidence_of_a_period(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    log = PeriodLog(database_url, tmp_path)
    log.fill()
    files = log.files(1, 5)
    log.pool.dispose()
    rows = json.loads(files["controls.json"])
    assert rows == list(PERIOD_CONTROLS)
    shown_in(files, rows)
