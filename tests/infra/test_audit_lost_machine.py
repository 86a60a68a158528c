"""The database's machine is lost: its power fails, or it is gone and a standby takes its place."""

import filecmp
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.audit_source import source
from infra.audit_store import append
from infra.database import engine, migrate, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.long_form import rounds
from tests.support.own_server import OwnServer, own_server, run
from tests.support.published_log import Log
from tests.support.require import require

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]
BATCHES = rounds(20, 200)  # acknowledged before the machine is lost
DISK_MIB = 768
SYNCHRONOUS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that a server's own account may reach: every other pytest closes the one all of them share."""
    made = Path(tempfile.mkdtemp(prefix="callwarden-lost-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def lose(server: OwnServer, *how: signal.Signals, first: int = 0) -> dict[str, int]:
    """Append to a server until its machine stops; gives what was acknowledged, and where."""
    command = [sys.executable, "-m", "tests.support.audit_appender", server.url(), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(BATCHES * 10)]
        for each in how:
            server.send(each)
        process.kill()
        lines += [line for line in process.stdout if line.endswith("\n")]
    return {name: int(index) for name, index in (line.split() for line in lines)}


def log_of(server: OwnServer, guard: Path) -> Log:
    return Log(engine(server.url()), RollbackGuard(guard), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))


def holds(log: Log, acknowledged: dict[str, int], older: bytes, out: Path) -> None:
    """Check that the log has what was acknowledged at its place, goes on, and never took back what it signed."""
    names = sorted(acknowledged, key=acknowledged.__getitem__)
    numbers = [int(name.removeprefix("event-")) for name in names]
    with transaction(log.pool) as connection:
        again = append(connection, TENANT, [draft(number) for number in numbers], NOON)
        assert [each.index for each in again] == [acknowledged[name] for name in names]
        assert all(each.duplicate for each in again)
        append(connection, TENANT, [draft(1_000_000 + number) for number in range(50)], NOON)
    signed = log.publish()
    with transaction(log.pool) as connection:
        audit_reader.export(connection, TENANT, out)
    assert verify_log(source(str(out)), keys=[log.signer.key], older=[older]).size == signed.checkpoint.size
    log.pool.dispose()


def signed_first(server: OwnServer, guard: Path) -> bytes:
    """Make a log, sign it while its machine is well, and give its checkpoint."""
    migrate(server.url())
    log = log_of(server, guard)
    log.add(*range(30))
    note = log.publish().note
    log.pool.dispose()
    return note


def attach(primary: OwnServer, standby: OwnServer) -> None:
    """Let a standby follow, and the primary acknowledge nothing that it does not have."""
    asked = ["-h", str(primary.folder), "-U", "postgres", "-D", str(standby.data), "-X", "stream", "-R", "-c", "fast"]
    run("pg_basebackup", *asked)
    standby.start()
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
        while connection.execute(SYNCHRONOUS).fetchone() == (0,):
            connection.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)")


def test_after_fail_over_to_a_synchronous_standby_every_acknowledged_entry_is_at_its_place(
    folder: Path, tmp_path: Path
) -> None:
    with own_server(folder / "primary") as primary, own_server(folder / "standby") as standby:
        primary.make()
        primary.start()
        note = signed_first(primary, tmp_path / "guard")
        attach(primary, standby)
        acknowledged = lose(primary, signal.SIGKILL, first=20)
        assert len(acknowledged) >= BATCHES * 7
        standby.promote()
        holds(log_of(standby, tmp_path / "guard"), acknowledged, note, tmp_path / "out")


def mounted(image: Path, at: Path) -> Path:
    """Mount a disk that lies in a file; where that may not be, the test is skipped."""
    at.mkdir()
    done = subprocess.run(
        [require("mount"), "-o", "loop,commit=300,noatime", str(image), str(at)], check=False, capture_output=True,
        timeout=60,
    )
    if done.returncode:
        pytest.skip("this machine does not let tests mount a file as a disk")
    return at


@pytest.fixture
def places(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Give where two disks may be mounted; they are taken away at the end."""
    places = (folder / "before", folder / "after")
    yield places
    for place in places:
        subprocess.run([require("umount"), "-l", str(place)], check=False, capture_output=True, timeout=60)


def test_after_a_power_failure_every_acknowledged_entry_is_on_the_disk(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    image, cut = tmp_path / "disk.img", tmp_path / "cut.img"
    with image.open("wb") as file:
        file.truncate(DISK_MIB << 20)
    subprocess.run([require("mkfs.ext4"), "-q", "-F", str(image)], check=True, timeout=120)
    before = mounted(image, places[0])
    with ExitStack() as servers:
        server = servers.enter_context(own_server(before / "server"))
        server.make()
        server.start()
        note = signed_first(server, tmp_path / "guard")
        os.sync()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        acknowledged = lose(server, signal.SIGSTOP, first=20)
        (before / "never-synced").write_bytes(b"held by the cache alone")
        # What the disk was given, and nothing of what the kernel still held for it: twice the same is a moment.
        while True:
            subprocess.run(["cp", "--sparse=always", str(image), str(cut)], check=True, timeout=120)
            if filecmp.cmp(image, cut, shallow=False):
                break
        assert (before / "never-synced").exists()
        server.send(signal.SIGKILL)
    after = mounted(cut, places[1])
    assert not (after / "never-synced").exists()  # or the cut was none
    with own_server(after / "server") as restarted:
        for left in (restarted.data / "postmaster.pid", *restarted.folder.glob(".s.PGSQL.*")):
            left.unlink()  # as a machine that starts again does: no process of then is there
        restarted.start()
        assert len(acknowledged) >= BATCHES * 7
        holds(log_of(restarted, tmp_path / "guard"), acknowledged, note, tmp_path / "out")
