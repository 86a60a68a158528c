"""Killed appenders and lost connections: what was acknowledged is there, and the log stays whole."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from governance.audit.leaf import parse_leaf
from governance.audit.tiles import decode_bundle
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.audit_source import source
from infra.audit_store import append
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.long_form import rounds
from tests.support.published_log import Log

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]
ROUNDS = rounds(6, 200)


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    yield Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    pool.dispose()


def append_and_kill(url: str, *, first: int, batches: int, delay_ms: int) -> dict[str, int]:
    """Run an appender, kill it some time after a number of acknowledged lines; answers those lines."""
    command = [sys.executable, "-m", "tests.support.audit_appender", url, str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(batches * 10)]
        time.sleep(delay_ms / 1000)  # so that the kill meets different moments of a batch
        process.kill()
        lines += [line for line in process.stdout if line.endswith("\n")]
    return {name: int(index) for name, index in (line.split() for line in lines)}


def append_and_lose_the_connection(log: Log) -> None:
    """Append, then have the server end the connection before the commit."""
    with transaction(log.pool) as connection:
        append(connection, TENANT, [draft(5), draft(6)], NOON)
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with transaction(log.pool) as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def exported(log: Log, out: Path) -> list[str]:
    """Export, verify, and list the event ids in the order of the log."""
    with transaction(log.pool) as connection:
        size = audit_reader.export(connection, TENANT, out).size
    verify_log(source(str(out)), keys=[log.signer.key])
    bundles = sorted((out / "tile" / "entries").rglob("[0-9]*"), key=lambda path: path.parts)
    entries: list[bytes] = []
    for path in [each for each in bundles if each.is_file()]:
        width = int(path.name) if path.parent.name.endswith(".p") else 256
        entries += decode_bundle(path.read_bytes(), width=width)
    assert len(entries) == size
    return [parse_leaf(entry).event_id for entry in entries]


def test_killed_appenders_leave_a_whole_log_with_every_acknowledged_entry(
    log: Log, database_url: str, tmp_path: Path
) -> None:
    acknowledged: dict[str, int] = {}
    notes: list[bytes] = []
    for number in range(ROUNDS):
        first = max(0, len(acknowledged) - 20)
        for name, index in append_and_kill(database_url, first=first, batches=3, delay_ms=number * 3).items():
            assert acknowledged.setdefault(name, index) == index
        notes.append(log.publish().note)
    names = exported(log, tmp_path / "out")
    assert len(set(names)) == len(names)
    assert all(names[index] == name for name, index in acknowledged.items())
    verify_log(source(str(tmp_path / "out")), keys=[log.signer.key], older=notes)


def test_a_connection_cut_inside_a_batch_takes_nothing_half(log: Log, tmp_path: Path) -> None:
    log.add(*range(5))
    with pytest.raises(OperationalError):
        append_and_lose_the_connection(log)
    log.add(*range(3, 9))
    log.publish()
    assert exported(log, tmp_path / "out") == [f"event-{number}" for number in range(9)]
