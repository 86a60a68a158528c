"""Entries of stream heads: one each time a log has grown, true of it, and provable when the log has gone on."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from governance.audit.heads import Head, check, commitment, committed, prove
from governance.audit.leaf import parse_leaf
from governance.audit.verify import verify_log
from infra import audit_reader, stream_heads
from infra.audit_keys import log_signer
from infra.audit_source import source
from infra.audit_store import append
from infra.checkpoints import publish
from infra.database import transaction
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from streams.heads import HeadsTimer
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft

pytestmark = pytest.mark.contract


@pytest.fixture
def timer(pool: Engine, tmp_path: Path) -> HeadsTimer:
    return HeadsTimer(engine=pool, keyring=Keyring(engine=pool, kek=tmp_path / "kek.json"), every_s=1)


def grow(pool: Engine, first: int, last: int, *, streams: int = 7) -> None:
    drafts = [draft(number, stream=f"stream-{number % streams}") for number in range(first, last)]
    with transaction(pool) as connection:
        append(connection, TENANT, drafts, NOON)


def test_a_log_that_has_not_grown_gets_no_second_entry_and_all_of_them_verify(
    pool: Engine, timer: HeadsTimer, tmp_path: Path
) -> None:
    timer.once()
    grow(pool, 0, 50)
    timer.once()
    timer.once()
    grow(pool, 50, 80, streams=11)
    timer.once()
    with transaction(pool) as connection:
        found = connection.execute(text("SELECT idx FROM audit_index WHERE type = 'stream.heads' ORDER BY idx"))
        assert found.scalars().all() == [50, 81]
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[log_signer(tmp_path, origin=ORIGIN)],
            guard=RollbackGuard(tmp_path / "guard"), signed_at=NOON,
        )
        audit_reader.export(connection, TENANT, tmp_path / "out")
    report = verify_log(source(str(tmp_path / "out")), keys=[log_signer(tmp_path, origin=ORIGIN).key])
    assert (report.size, report.stream_heads) == (82, 2)


def test_the_ends_that_an_entry_committed_to_are_found_again_after_the_log_has_gone_on(
    pool: Engine, timer: HeadsTimer
) -> None:
    grow(pool, 0, 50)
    timer.once()
    grow(pool, 50, 400, streams=13)
    timer.once()
    grow(pool, 400, 420, streams=30)
    for index, streams in ((50, 7), (401, 14)):
        with transaction(pool) as connection:
            leaf = parse_leaf(bytes(audit_reader.entry(connection, TENANT, index) or b""))
            ends = stream_heads.before(connection, TENANT, index)
            assert stream_heads.newest(connection, TENANT, below=index + 1) == index
        assert (commitment(ends), len(ends)) == (leaf.payload, streams)
        root, size = committed(leaf.payload)
        for each in prove(ends, [one.stream for one in ends]):
            check(each, root=root, size=size)
    assert Head("stream-1", 6, ends[0].hash) != ends[0]
