"""What lies outside of the log fails: disks that are full or read-only, system calls that fail or kill.

The disks are real (a small tmpfs for a tablespace, for the guard's file); failing system calls are injected by strace.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.exc import OperationalError

from governance.audit.checkpoint import open_checkpoint
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer, log_signer
from infra.audit_source import source
from infra.audit_store import append
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.long_form import rounds
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.fault
ROOT = Path(__file__).parents[2]
CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,linkat,link"
TRIED = rounds(2, 60)
MIB = 1 << 20


def mount(at: Path, *options: str) -> None:
    """Mount or remount a small disk; where that may not be, the test is skipped."""
    done = subprocess.run([require("mount"), *options, str(at)], capture_output=True, check=False, timeout=30)
    if done.returncode:
        pytest.skip("this machine does not let tests mount a tmpfs")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    at = tmp_path / "disk"
    at.mkdir()
    mount(at, "-t", "tmpfs", "-o", "size=48m,mode=0777", "none")
    yield at
    subprocess.run([require("umount"), "-l", str(at)], check=False, timeout=30)


@pytest.fixture
def log_on(disk: Path, postgres_server_url: str, migrated_template: str) -> Iterator[str]:
    """Give a database whose tables lie on the small disk."""
    with psycopg.connect(postgres_server_url, autocommit=True) as connection:
        owner = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert owner is not None
        kept = disk / "space"
        kept.mkdir()
        stat = Path(owner[0]).stat()
        os.chown(kept, stat.st_uid, stat.st_gid)
        for parent in kept.parents:  # the server's user must find its way in
            with suppress(PermissionError):
                parent.chmod(parent.stat().st_mode | 0o011)
        connection.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(kept))))
        create = sql.SQL("CREATE DATABASE small TEMPLATE {} TABLESPACE small")
        connection.execute(create.format(sql.Identifier(migrated_template)))
    yield re.sub(r"/[^/?]*(\?|$)", r"/small\1", postgres_server_url, count=1)
    with psycopg.connect(postgres_server_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE small WITH (FORCE)")
        connection.execute("DROP TABLESPACE small")


def test_a_full_disk_acknowledges_nothing_and_once_there_is_room_the_log_goes_on(
    log_on: str, disk: Path, tmp_path: Path
) -> None:
    pool = engine(log_on)
    log = Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - MIB))
    acknowledged = 0
    refused: OperationalError | None = None
    while refused is None and acknowledged < 40_000:
        try:
            log.add(*range(acknowledged, acknowledged + 100))
            acknowledged += 100
        except OperationalError as full:
            refused = full
    assert refused is not None
    assert isinstance(refused.orig, psycopg.errors.DiskFull)
    ballast.unlink()
    with transaction(pool) as connection:
        placed = append(connection, TENANT, [draft(n) for n in range(acknowledged + 100)], NOON)
    assert [each.index for each in placed] == list(range(acknowledged + 100))
    assert [each.duplicate for each in placed] == [True] * acknowledged + [False] * 100
    log.publish()
    with transaction(pool) as connection:
        audit_reader.export(connection, TENANT, tmp_path / "out")
    assert verify_log(source(str(tmp_path / "out")), keys=[log.signer.key]).size == acknowledged + 100
    pool.dispose()


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_guard_whose_disk_takes_nothing_lets_nothing_be_signed(
    fault: str, database_url: str, disk: Path
) -> None:
    pool = engine(database_url)
    log = Log(pool, RollbackGuard(disk / "guard.sqlite"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    log.add(*range(5))
    log.publish()
    log.add(*range(5, 9))
    ballast = disk / "ballast"
    if fault == "full":
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    else:
        mount(disk, "-o", "remount,ro")
    with pytest.raises(sqlite3.OperationalError):
        log.publish()
    with transaction(pool) as connection:
        note = audit_reader.checkpoint(connection, TENANT)
    assert open_checkpoint(note or b"", [log.signer.key]).size == 5
    if fault == "full":
        ballast.unlink()
    else:
        mount(disk, "-o", "remount,rw")
    assert log.publish().checkpoint.size == 9
    pool.dispose()


def published(url: str, folder: Path, *inject: str) -> tuple[int, str]:
    """Publish in a process of its own, under strace, which injects what is asked for on the guard's files."""
    watched = ["-P", str(folder / "guard.sqlite"), "-P", str(folder / "guard.sqlite-journal")]
    strace = [require("strace"), "-f", "-qq", "-o", os.devnull, *watched, *inject]
    command = [*strace, sys.executable, "-m", "tests.support.audit_publisher", url, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize("fault", ["error=EIO", "signal=KILL"])
def test_a_publisher_whose_system_calls_fail_or_kill_it_never_signs_past_its_guard(
    fault: str, database_url: str, tmp_path: Path
) -> None:
    if subprocess.run([require("strace"), "-qq", "-o", os.devnull, "true"], check=False, timeout=30).returncode:
        pytest.skip("this machine does not let tests trace processes")
    pool = engine(database_url)
    signer = log_signer(tmp_path, origin=ORIGIN)
    guard, key = RollbackGuard(tmp_path / "guard.sqlite"), signer.key
    log = Log(pool, guard, signer)
    failed = 0
    for number in range(TRIED):
        with transaction(pool) as connection:
            append(connection, TENANT, [draft(number)], NOON)
        when = 3 + 5 * number if TRIED < 10 else 1 + number
        inject = ("-e", f"trace={CALLS}", "-e", f"inject={CALLS}:{fault}:when={when}")
        code, said = published(database_url, tmp_path, *inject)
        failed += code != 0
        with transaction(pool) as connection:
            note = audit_reader.checkpoint(connection, TENANT)
        stored = 0 if note is None else open_checkpoint(note, [key]).size
        assert stored <= guard.last(ORIGIN)[0] <= number + 1
        assert code != 0 or (said, stored) == (str(number + 1), number + 1)
        assert log.publish().checkpoint.size == number + 1  # and afterwards it goes on
    assert failed
    pool.dispose()
