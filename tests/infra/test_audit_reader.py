"""Serving a log: the tiles of the standard, proofs, the folder, and searches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.audit.merkle import leaf_hash
from governance.audit.proof import verify_proof
from governance.audit.tiles import resources
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import Ed25519Signer
from infra.audit_search import search
from infra.audit_source import source
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from schemas.audit import AuditFilter
from tests.support.audit_log import ORIGIN, TENANT, entries, folder
from tests.support.published_log import Log

pytestmark = pytest.mark.contract


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    yield Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    pool.dispose()


def serve(log: Log, path: str) -> bytes | None:
    with transaction(log.pool) as connection:
        return audit_reader.resource(connection, TENANT, path)


def test_the_database_serves_the_same_bytes_as_the_entries_alone_make(log: Log) -> None:
    log.add(*range(600))
    log.publish()
    expected = folder(entries(600))
    assert {path: serve(log, path) for path in expected} == expected
    assert serve(log, "key") == f"{log.signer.key}\n".encode()


def test_only_what_a_checkpoint_covers_is_served(log: Log) -> None:
    log.add(*range(10))
    assert serve(log, "checkpoint") is None
    assert serve(log, "tile/0/000.p/10") is None
    log.publish()
    log.add(*range(10, 20))
    assert serve(log, "tile/0/000.p/20") is None
    for path in ("tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1", "tile/0/000.p/11", "tile/9", "../etc/passwd", ""):
        assert serve(log, path) is None


def test_partial_tiles_of_every_earlier_checkpoint_stay(log: Log) -> None:
    log.add(*range(10))
    log.publish()
    before = {tile.path: serve(log, tile.path) for tile in resources(10)}
    log.add(*range(10, 300))
    log.publish()
    assert {path: serve(log, path) for path in before} == before
    assert None not in before.values()


def test_another_tenant_has_nothing(log: Log) -> None:
    log.add(*range(10))
    log.publish()
    with transaction(log.pool) as connection:
        assert audit_reader.resource(connection, "other", "checkpoint") is None
        assert audit_reader.resource(connection, "other", "tile/0/000.p/10") is None
        assert search(connection, "other", AuditFilter()).entries == ()


def test_an_entry_is_proven_once_a_checkpoint_covers_it(log: Log) -> None:
    log.add(*range(300))
    log.publish()
    log.add(300)
    with transaction(log.pool) as connection:
        for index in (0, 255, 256, 299):
            entry = audit_reader.entry(connection, TENANT, index)
            assert entry is not None
            proof = audit_reader.tlog_proof(connection, TENANT, index)
            verify_proof(proof, leaf=leaf_hash(entry), keys=[log.signer.key])
        for index in (-1, 300, 301):
            with pytest.raises(audit_reader.NotInLogError):
                audit_reader.tlog_proof(connection, TENANT, index)


@pytest.mark.parametrize("size", [0, 1, 257])
def test_an_exported_folder_verifies_and_is_complete(log: Log, tmp_path: Path, size: int) -> None:
    log.add(*range(size))
    log.publish()
    with transaction(log.pool) as connection:
        assert audit_reader.export(connection, TENANT, tmp_path / "out").size == size
    assert verify_log(source(str(tmp_path / "out")), keys=[log.signer.key]).size == size
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert files == {"checkpoint", "log.pub", "tlog-policy", *(tile.path for tile in resources(size))}


def test_a_log_without_a_checkpoint_is_not_exported(log: Log, tmp_path: Path) -> None:
    log.add(0)
    with pytest.raises(audit_reader.NotInLogError), transaction(log.pool) as connection:
        audit_reader.export(connection, TENANT, tmp_path)
    assert list(tmp_path.glob("tile")) == []
