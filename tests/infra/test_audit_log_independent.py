"""Exported logs against a verifier that shares no code with the product (Go, golang.org/x/mod)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import audit_reader
from infra.audit_keys import Ed25519Signer, Mldsa44Signer
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import ORIGIN, TENANT, SeedSigner, checkpoint, entries, folder
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.contract

VERIFIER = Path(__file__).parents[1] / "verifier"
SIZES = [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000]
WRITTEN = entries(1000)
KEY = str(SeedSigner().key)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the verifier once."""
    program = tmp_path_factory.mktemp("verifier") / "verifier"
    command = [require("go"), "build", "-o", str(program), "."]
    subprocess.run(command, cwd=VERIFIER, check=True, timeout=300)  # `go run` would hide the exit status
    return program


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    yield Log(
        pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32),
        (Mldsa44Signer(name=ORIGIN, seed=b"\x08" * 32),),
    )
    pool.dispose()


def judge(verifier: Path, log: Path, *older: Path, key: str = KEY) -> tuple[int, str]:
    command = [str(verifier), "-log", str(log), "-vkey", key]
    for path in older:
        command += ["-old", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout


def write(out: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
    return out


@pytest.mark.parametrize("size", SIZES)
def test_a_log_of_any_size_passes(verifier: Path, tmp_path: Path, size: int) -> None:
    older = []
    for before in SIZES[1:]:
        if before <= size:
            older.append(tmp_path / f"{before}.checkpoint")
            older[-1].write_bytes(checkpoint(WRITTEN[:before]))
    code, said = judge(verifier, write(tmp_path / "log", folder(WRITTEN[:size])), *older)
    assert (code, said.startswith(f"ok {ORIGIN} entries={size} ")) == (0, True), said
    assert f"proofs={size} older={len(older)}" in said


def test_what_the_database_exports_passes(verifier: Path, log: Log, tmp_path: Path) -> None:
    log.add(*range(256))
    (tmp_path / "old").write_bytes(log.publish().note)
    log.add(*range(256, 700))
    log.publish()
    with transaction(log.pool) as connection:
        audit_reader.export(connection, TENANT, tmp_path / "out")
    key = (tmp_path / "out" / "log.pub").read_text().strip()
    code, said = judge(verifier, tmp_path / "out", tmp_path / "old", key=key)
    assert (code, "entries=700" in said) == (0, True), said


def test_what_is_wrong_does_not_pass(verifier: Path, tmp_path: Path) -> None:
    good = folder(WRITTEN[:600])
    for path, data in good.items():
        broken = bytearray(data)
        broken[len(broken) // 2] ^= 1
        assert judge(verifier, write(tmp_path / "log", {**good, path: bytes(broken)}))[0] == 1, path
    write(tmp_path / "log", good)
    assert judge(verifier, tmp_path / "log", key=str(SeedSigner(byte=9).key))[0] == 1
    (tmp_path / "fork").write_bytes(checkpoint(entries(100, first=900)))
    assert judge(verifier, tmp_path / "log", tmp_path / "fork")[0] == 1
    assert judge(verifier, tmp_path / "log")[0] == 0
