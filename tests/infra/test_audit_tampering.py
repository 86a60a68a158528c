"""What an administrator does to the database, with every wall down: each deed is found, or is not signed."""

import random
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from governance.audit.checkpoint import open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey
from governance.audit.proof import verify_proof
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer, Mldsa44Signer
from infra.audit_source import source
from infra.audit_store import append
from infra.cli_bundle import bundle_app
from infra.clock import now
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard, RollbackRefused
from tests.support.audit_log import ORIGIN, TENANT, SeedSigner, draft
from tests.support.long_form import rounds
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.fault

VERIFIER = Path(__file__).parents[1] / "verifier"
SIZE = 600
FLIPS = rounds(60, 560)
FLIP = "UPDATE audit_leaf SET {0} = set_byte({0}, 20, get_byte({0}, 20) # 1) WHERE idx = 300"
# Deeds in a log of SIZE entries whose triggers are off.
DEEDS = {
    "one byte of an entry": (FLIP.format("entry"),),
    "an entry with its hash": (
        FLIP.format("entry"),
        r"UPDATE audit_leaf SET leaf_hash = sha256('\x00'::bytea || entry) WHERE idx = 300",
    ),
    "a row in the middle": ("DELETE FROM audit_leaf WHERE idx = 300",),
    "a row in the middle, closed up": (
        "DELETE FROM audit_leaf WHERE idx = 300",
        "UPDATE audit_leaf SET idx = idx + 1000000 WHERE idx > 300",
        "UPDATE audit_leaf SET idx = idx - 1000001 WHERE idx > 1000000",
    ),
    "two rows swapped": (
        "UPDATE audit_leaf SET idx = idx + 1000000 WHERE idx IN (300, 301)",
        "UPDATE audit_leaf SET idx = 1000601 - idx WHERE idx > 1000000",
    ),
    "a back-dated row": (
        "UPDATE audit_leaf SET idx = idx + 1000000 WHERE idx >= 300",
        "INSERT INTO audit_leaf SELECT tenant, 300, 'forged', leaf_hash, entry FROM audit_leaf WHERE idx = 5",
        "UPDATE audit_leaf SET idx = idx - 999999 WHERE idx > 1000000",
    ),
    "a full tile's node": ("UPDATE audit_node SET hash = set_byte(hash, 3, get_byte(hash, 3) # 1) WHERE idx = 1",),
}


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    made = Log(
        pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32),
        (Mldsa44Signer(name=ORIGIN, seed=b"\x08" * 32),),
    )  # fmt: skip
    made.add(*range(SIZE))
    made.publish()
    yield made
    pool.dispose()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], int]:
    """Build the independent verifier; answers its exit code for a folder and a key."""
    program = tmp_path_factory.mktemp("verifier") / "verifier"
    subprocess.run([require("go"), "build", "-o", str(program), "."], cwd=VERIFIER, check=True, timeout=300)

    def judge(folder: Path, key: str) -> int:
        command = [str(program), "-log", str(folder), "-vkey", key]
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode

    return judge


def export(log: Log, out: Path) -> Path:
    with transaction(log.pool) as connection:
        audit_reader.export(connection, TENANT, out)
    return out


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_of_an_administrator_is_found_by_two_unrelated_verifiers(
    log: Log, tmp_path: Path, deed: str, stranger: Callable[[Path, str], int]
) -> None:
    assert stranger(export(log, tmp_path / "before"), str(log.signer.key)) == 0
    log.tamper(*DEEDS[deed])
    out = export(log, tmp_path / "after")
    with pytest.raises(VerificationError):
        verify_log(source(str(out)), keys=[log.signer.key])
    assert stranger(out, str(log.signer.key)) == 1


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ("UPDATE audit_index SET type = 'turn.started' WHERE idx = 301", "entry 301: another type"),
        ("UPDATE audit_index SET policy = NULL WHERE idx = 7", "entry 7: another policy"),
        ("UPDATE audit_index SET subject = 'x' WHERE idx = 7", "entry 7: another subject"),
        ("UPDATE audit_index SET recorded_at = now() WHERE idx = 2", "entry 2: another recorded_at"),
        ("DELETE FROM audit_index WHERE idx = 599", "entry 599: no row"),
    ],
)  # fmt: skip
def test_an_edited_projection_alone_is_named(log: Log, database_url: str, edit: str, named: str) -> None:
    with transaction(log.pool) as connection:
        connection.execute(text("UPDATE audit_index SET subject = NULL, call = NULL WHERE idx = 4"))  # forgotten
    reconcile = ["reconcile", "--tenant", TENANT, "--database", database_url]
    app = bundle_app(lambda option: option or "")
    assert CliRunner().invoke(app, reconcile).exit_code == 0
    log.tamper(edit)
    result = CliRunner().invoke(app, reconcile)
    said = result.stdout.replace("its row for searches has another", "another").replace("has no row", "no row")
    assert (result.exit_code, said.startswith(f"WRONG {named}")) == (1, True), said


def test_a_cut_tail_is_not_signed_and_an_old_checkpoint_tells_a_stranger(log: Log, tmp_path: Path) -> None:
    older = log.publish().note
    log.tamper(
        "DELETE FROM audit_leaf WHERE idx >= 300", "DELETE FROM audit_node WHERE idx >= 1",
        "DELETE FROM audit_checkpoint", "TRUNCATE audit_head, audit_stream",
    )
    with pytest.raises(RollbackRefused):
        log.publish()
    short = Log(log.pool, RollbackGuard(tmp_path / "another"), log.signer)
    log.restore_empty()
    short.add(*range(300))
    short.publish()  # whoever owns machine and key can sign it; who kept a checkpoint sees it
    with pytest.raises(VerificationError, match="entry 300 is the first that is gone"):
        verify_log(source(str(export(log, tmp_path / "out"))), keys=[log.signer.key], older=[older])


def test_random_bit_flips_anywhere_in_an_export_are_found(log: Log, tmp_path: Path) -> None:
    out = export(log, tmp_path / "out")
    chance = random.Random(20261121)
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name not in ("log.pub", "tlog-policy"))
    keys = [log.signer.key, log.others[0].key]
    for number in range(FLIPS):
        path = files[number % len(files)]
        good = path.read_bytes()
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(bad))
        if path.name != "checkpoint":
            with pytest.raises(VerificationError):
                verify_log(source(str(out)), keys=keys)
        else:
            # A flip in the line of one key may make it the line of an unknown one; then the other must stand alone.
            found = [_opens(bytes(bad), [key]) for key in keys]
            assert found != [True, True], path
        path.write_bytes(good)
    verify_log(source(str(out)), keys=keys)


def _opens(note: bytes, keys: list[VerifierKey]) -> bool:
    try:
        open_checkpoint(note, keys)
    except VerificationError:
        return False
    return True


def test_clock_jumps_are_clamped_and_nothing_stops(log: Log, tmp_path: Path) -> None:
    jumps = (timedelta(hours=-1), timedelta(days=365), timedelta(0), timedelta(seconds=1), timedelta(days=-400))
    for number, jump in enumerate(jumps, start=SIZE):
        with transaction(log.pool) as connection:
            append(connection, TENANT, [draft(number)], now() + jump)
    log.publish()
    report = verify_log(source(str(export(log, tmp_path / "out"))), keys=[log.signer.key])
    assert report.size == SIZE + len(jumps)
    with log.pool.connect() as connection:
        times = connection.execute(text("SELECT recorded_at FROM audit_index ORDER BY idx")).scalars().all()
    assert list(times) == sorted(times)


def test_another_tenants_checkpoint_proof_and_key_are_refused(log: Log, tmp_path: Path) -> None:
    other = "callwarden.local/audit/other"
    with transaction(log.pool) as connection:
        proof = audit_reader.tlog_proof(connection, TENANT, 5)
        entry = audit_reader.entry(connection, TENANT, 5)
    assert entry is not None
    assert verify_proof(proof, leaf=leaf_hash(entry), keys=[log.signer.key]).origin == ORIGIN
    stranger = SeedSigner(name=other)  # the same key bytes under the other log's name
    with pytest.raises(VerificationError):
        verify_proof(proof, leaf=leaf_hash(entry), keys=[stranger.key])
    out = export(log, tmp_path / "out")
    note = (out / "checkpoint").read_text()
    for swapped in (note.replace(ORIGIN, other), note.replace(ORIGIN, other, 1)):
        (out / "checkpoint").write_text(swapped)
        for keys in ([log.signer.key], [stranger.key]):
            with pytest.raises(VerificationError):
                verify_log(source(str(out)), keys=keys)


def test_a_rotated_key_overlaps_and_old_checkpoints_stay_good(log: Log, tmp_path: Path) -> None:
    before = log.publish().note
    new = Ed25519Signer(name=ORIGIN, seed=b"\x09" * 32)
    during = Log(log.pool, log.guard, log.signer, (new,))
    during.add(SIZE)
    both = during.publish().note
    after = Log(log.pool, log.guard, new)
    after.add(SIZE + 1)
    after.publish()
    out = export(after, tmp_path / "out")
    for keys in ([log.signer.key], [new.key]):
        assert open_checkpoint(both, keys).size == SIZE + 1
    verify_log(source(str(out)), keys=[log.signer.key, new.key], older=[before, both])
    verify_log(source(str(out)), keys=[new.key], older=[both])
    with pytest.raises(VerificationError):
        verify_log(source(str(out)), keys=[log.signer.key])


def test_a_heartbeat_signs_the_same_again_and_never_less(log: Log) -> None:
    assert log.publish(heartbeat=True).checkpoint == log.publish().checkpoint
    log.restore_empty()
    with pytest.raises(RollbackRefused):
        log.publish(heartbeat=True)
