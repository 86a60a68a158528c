"""The disk of PostgreSQL's own log is full: the server ends, nothing acknowledged is lost, and with room it goes on."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.audit_source import source
from infra.audit_store import append
from infra.database import engine, migrate, transaction
from infra.outage import AGAIN, remedy
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.long_form import rounds
from tests.support.own_server import OwnServer, own_server
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.fault

FILLED = rounds(1, 5)
BATCH, MOST = 100, 40_000
MIB = 1 << 20
DISK_MIB, LEFT_MIB = 160, 3


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that a server's own account may reach."""
    made = Path(tempfile.mkdtemp(prefix="callwarden-full-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def disk(folder: Path) -> Iterator[Path]:
    """Give a small disk for the log of the server alone."""
    at = folder / "disk"
    at.mkdir()
    command = [require("mount"), "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0777", "none", str(at)]
    if subprocess.run(command, capture_output=True, check=False, timeout=30).returncode:
        pytest.skip("this machine does not let tests mount a tmpfs")
    yield at
    subprocess.run([require("umount"), "-l", str(at)], check=False, timeout=30)


def fill(log: Log, first: int) -> tuple[int, OperationalError]:
    """Append until the database refuses; gives how much was acknowledged, and the refusal."""
    acknowledged = first
    while acknowledged < first + MOST:
        try:
            log.add(*range(acknowledged, acknowledged + BATCH))
        except OperationalError as refused:
            return acknowledged, refused
        acknowledged += BATCH
    raise AssertionError("the disk was never full")


def come_back(server: OwnServer) -> None:
    """Start the server where it has ended, and wait until it answers and its own log needs less room."""
    while True:
        try:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CHECKPOINT")
                return
        except psycopg.OperationalError:
            if not server.processes():
                server.start()


def test_a_full_disk_of_the_databases_own_log_loses_nothing_acknowledged_and_with_room_the_log_goes_on(
    folder: Path, disk: Path, tmp_path: Path
) -> None:
    with own_server(folder / "server") as server:
        server.make("--wal-segsize=1", "-X", str(disk / "wal"))
        (server.data / "postgresql.auto.conf").write_text("min_wal_size = '2MB'\n")
        server.start()
        migrate(server.url())
        pool = engine(server.url())
        log = Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
        log.add(*range(50))
        older, acknowledged = [log.publish().note], 50
        for number in range(FILLED):
            ballast = disk / f"ballast-{number}"
            with ballast.open("wb") as file:
                for _ in range(max(shutil.disk_usage(disk).free // MIB - LEFT_MIB, 0)):
                    file.write(bytes(MIB))
            acknowledged, refused = fill(log, acknowledged)
            assert remedy(refused).endswith(AGAIN)
            said = (server.folder / "server.log").read_text()
            assert "PANIC" in said  # its own log was full, not a table
            assert "No space left on device" in said
            ballast.unlink()
            come_back(server)
            for start in range(0, acknowledged, 1000):
                again = range(start, min(start + 1000, acknowledged))
                with transaction(pool) as connection:
                    placed = append(connection, TENANT, [draft(each) for each in again], NOON)
                assert [each.index for each in placed] == list(again)
                assert all(each.duplicate for each in placed)
            log.add(*range(acknowledged, acknowledged + BATCH))
            acknowledged += BATCH
            older.append(log.publish().note)
        with transaction(pool) as connection:
            audit_reader.export(connection, TENANT, tmp_path / "out")
        assert verify_log(source(str(tmp_path / "out")), keys=[log.signer.key], older=older).size == acknowledged
        pool.dispose()
