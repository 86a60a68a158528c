"""Heartbeats: a log in which nothing happens says so, and a silence is named by whoever verifies it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from infra import audit_reader
from infra.audit_keys import log_signer
from infra.audit_store import append
from infra.checkpoints import publish
from infra.cli_audit import audit_app
from infra.database import transaction
from infra.heartbeat import HEARTBEAT, beat
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from streams.heartbeat import Heartbeat
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft

pytestmark = pytest.mark.contract
EVERY = timedelta(minutes=10)


@pytest.fixture
def keyring(pool: Engine, tmp_path: Path) -> Keyring:
    return Keyring(engine=pool, kek=tmp_path / "kek.json")


def grow(pool: Engine, number: int, minutes: float) -> None:
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(number)], NOON + timedelta(minutes=minutes))


def beats(pool: Engine) -> list[int]:
    with transaction(pool) as connection:
        query = text("SELECT idx FROM audit_index WHERE type = :type ORDER BY idx")
        return list(connection.execute(query, {"type": HEARTBEAT}).scalars())


def test_the_service_writes_one_into_each_log_that_lay_still(pool: Engine, keyring: Keyring) -> None:
    grow(pool, 0, 0)
    beating = Heartbeat(engine=pool, keyring=keyring, every_s=EVERY.total_seconds())
    beating.once()  # noon was long ago
    beating.once()
    assert beats(pool) == [1]


def test_a_silence_is_measured_by_whoever_verifies_the_log(pool: Engine, keyring: Keyring, tmp_path: Path) -> None:
    for number, minutes in enumerate((0, 0.5, 5, 47.25, 48)):
        grow(pool, number, minutes)
    with transaction(pool) as connection:
        beat(connection, keyring, tenant=TENANT, at=NOON + timedelta(minutes=58), every=EVERY)
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[log_signer(tmp_path, origin=ORIGIN)],
            guard=RollbackGuard(tmp_path / "guard"), signed_at=NOON,
        )
        audit_reader.export(connection, TENANT, tmp_path / "log")

    def verify(*more: str) -> tuple[int, str]:
        key = f"@{tmp_path / 'log' / 'log.pub'}"
        asked = ["verify", "--log", str(tmp_path / "log"), "--key", key, *more]
        result = CliRunner().invoke(audit_app(lambda option: option or ""), asked)
        return result.exit_code, result.output

    code, said = verify()
    assert (code, "longest silence 2535 s" in said) == (0, True), said
    assert verify("--max-silence", "2535")[0] == 0
    assert verify("--max-silence", "600") == (1, "WRONG entry 3 comes 2535 s after the one before\n")
    code, said = verify("--json")
    assert (json.loads(said)["silence_s"], json.loads(said)["silent_until"]) == (2535, 3)
