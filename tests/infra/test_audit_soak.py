"""A soak of the sequencer: killed again and again while the log grows; to 1,000,000 entries in the long form."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.audit_source import source
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import ORIGIN, TENANT
from tests.support.long_form import rounds
from tests.support.published_log import Log

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]
ENTRIES, BATCH = rounds(2_000, 1_000_000), 256
MOST_BATCHES = rounds(4, 100)  # acknowledged by one appender before it is killed
STORED = text("SELECT event_id, idx FROM audit_leaf WHERE tenant = :tenant ORDER BY idx")


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    yield Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    pool.dispose()


def append_until_killed(url: str, first: int, *, batches: int) -> int:
    """Kill an appender after so many acknowledged batches; each must follow the ones before. Gives the next number."""
    command = [sys.executable, "-m", "tests.support.audit_appender", url, str(first), str(BATCH)]
    reached = first
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, start=1):
            if not line.endswith("\n"):
                break  # it was killed while it wrote
            name, index = line.split()
            # Events are told in their order, so each acknowledged one has its own number for its place.
            assert name == f"event-{index}"
            reached = max(reached, int(index) + 1)
            if number == batches * BATCH:
                process.kill()
    return reached


def test_a_sequencer_that_is_killed_while_its_log_grows_loses_and_doubles_nothing(
    log: Log, database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(20)
    reached, kills, notes = 0, 0, []
    while reached < ENTRIES or kills < 2:  # of a busy machine one may write all before its kill comes
        again = max(0, reached - chance.randrange(BATCH))  # delivered again, as by a broker
        reached = append_until_killed(database_url, again, batches=chance.randint(1, MOST_BATCHES))
        kills += 1
        notes.append(log.publish().note)
    with transaction(log.pool) as connection:
        size = audit_reader.export(connection, TENANT, tmp_path / "out").size
        stored = connection.execution_options(yield_per=10_000).execute(STORED, {"tenant": TENANT})
        assert all(name == f"event-{index}" for name, index in stored)
    assert size >= reached
    report = verify_log(source(str(tmp_path / "out")), keys=[log.signer.key], older=notes[-20:])
    assert report.size == size
