"""After an erasure the log verifies as before: proofs to the last byte, bundles old and new, a stranger's check too."""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from governance.audit.note import parse_vkey
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import ORIGIN, TENANT, SeedSigner
from tests.support.erasing import CARD, Store
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.fault


class Evidence:
    """A signed log with one whole call."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.pool = engine(url)
        keyring = Keyring(engine=self.pool, kek=folder / "kek.json")
        self.store = Store(self.pool, folder / "kek.json", keyring)
        seed = SeedSigner()
        signer = Ed25519Signer(name=ORIGIN, seed=bytes((7,)) * 32)
        assert str(signer.key) == str(seed.key)
        self.log = Log(self.pool, RollbackGuard(folder / "guard.sqlite"), signer)

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(bundle_app(lambda option: option or self.url), list(arguments))
        return result.exit_code, result.stdout + result.stderr

    def bundle(self, name: str) -> dict[str, bytes]:
        out = self.folder / name
        code, said = self.run("bundle", "call-1", "--out", str(out), "--tenant", TENANT)
        assert code == 0, said
        with zipfile.ZipFile(out) as archive:
            return {one: archive.read(one) for one in archive.namelist()}

    def verify(self, name: str) -> tuple[int, str]:
        return self.run("verify-bundle", str(self.folder / name), "--key", str(self.log.signer.key))

    def proof(self, index: int) -> bytes:
        with transaction(self.pool) as connection:
            return audit_reader.tlog_proof(connection, TENANT, index)


def stranger(folder: Path, size: int, key: str) -> bool:
    """Ask the verifier in Go, which shares no code with the product."""
    program, home = folder / "verifier", Path(__file__).parents[1] / "verifier"
    subprocess.run([require("go"), "build", "-o", str(program), "."], cwd=home, check=True, timeout=300)
    command = [str(program), "-log", str(folder / "log"), "-vkey", key, "-old", str(folder / "old")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode == 0 and f"entries={size} " in done.stdout


@pytest.fixture
def evidence(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evidence]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "keys").mkdir(parents=True)
    made = Evidence(database_url, tmp_path / "data" / "keys")
    made.store.tell()
    made.log.publish()
    yield made
    made.pool.dispose()


def test_proofs_are_the_same_bytes_and_the_whole_log_verifies(evidence: Evidence, tmp_path: Path) -> None:
    before = [evidence.proof(index) for index in range(10)]
    with transaction(evidence.pool) as connection:
        old = audit_reader.checkpoint(connection, TENANT)
    evidence.store.erase()
    assert [evidence.proof(index) for index in range(10)] == before
    evidence.log.publish()
    with transaction(evidence.pool) as connection:
        head = audit_reader.export(connection, TENANT, tmp_path / "log")
    assert old is not None
    report = verify_log(
        lambda path: (tmp_path / "log" / path).read_bytes() if (tmp_path / "log" / path).is_file() else None,
        keys=[parse_vkey(str(evidence.log.signer.key))], older=[old],
    )
    assert (report.size, report.older_checkpoints) == (head.size, 1)
    (tmp_path / "old").write_bytes(old)
    code, said = evidence.run(
        "verify", "--log", str(tmp_path / "log"), "--key", str(evidence.log.signer.key), "--old", str(tmp_path / "old")
    )
    assert code == 0, said
    assert stranger(tmp_path, head.size, str(evidence.log.signer.key))


def test_bundles_from_before_and_after_verify_and_the_new_one_says_what_is_gone(evidence: Evidence) -> None:
    evidence.bundle("before.zip")
    evidence.store.hold()
    evidence.store.ask()
    (line,) = json.loads(evidence.bundle("held.zip")["retention.json"])
    assert line["state"] == "held"
    with transaction(evidence.pool) as connection:
        connection.exec_driver_sql("UPDATE legal_hold SET released_at = now(), released_by = 'cleo'")
    evidence.store.sweep()
    evidence.log.publish()
    after = evidence.bundle("after.zip")
    for name in ("before.zip", "held.zip", "after.zip"):
        code, said = evidence.verify(name)
        assert code == 0, f"{name}: {said}"
    assert {one["what"] for one in json.loads(after["retention.json"])} == {"recording", "words", "decisions"}
    assert json.loads(after["transcript.json"])["lines"] == []
    kinds = {one["type"] for one in json.loads(after["columns.json"])}
    assert "call.erased" in kinds
    for content in after.values():
        assert CARD.encode() not in content
        assert b"thanks" not in content
