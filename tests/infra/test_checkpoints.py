"""Publishing: what is signed is what was checked, and no restore ever forks a log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.audit.checkpoint import open_checkpoint
from governance.audit.merkle import EMPTY_ROOT
from governance.errors import InvariantError
from infra.audit_keys import Ed25519Signer
from infra.audit_reader import checkpoint
from infra.checkpoints import publish
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard, RollbackRefused
from tests.support.audit_log import NOON, ORIGIN, TENANT
from tests.support.published_log import Log

pytestmark = pytest.mark.contract


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    signer = Ed25519Signer(name=ORIGIN, seed=b"\x05" * 32)
    yield Log(pool, RollbackGuard(tmp_path / "guard.sqlite"), signer)
    pool.dispose()


def test_an_empty_log_has_a_checkpoint(log: Log) -> None:
    assert log.publish().checkpoint.root == EMPTY_ROOT


def test_a_checkpoint_is_signed_stored_and_guarded(log: Log) -> None:
    log.add(*range(300))
    published = log.publish()
    assert open_checkpoint(published.note, [log.signer.key]) == published.checkpoint
    assert published.checkpoint.size == 300
    assert log.guard.last(ORIGIN) == (300, published.checkpoint.root)
    with transaction(log.pool) as connection:
        assert checkpoint(connection, TENANT) == published.note


def test_nothing_new_is_signed_again_only_as_a_heartbeat(log: Log) -> None:
    log.add(0)
    assert [log.publish().fresh, log.publish().fresh, log.publish(heartbeat=True).fresh] == [True, False, True]


def test_a_lost_commit_after_the_guard_moved_is_made_up_for(log: Log) -> None:
    log.add(*range(5))
    with log.pool.connect() as connection:
        publish(connection, tenant=TENANT, origin=ORIGIN, signers=[log.signer], guard=log.guard, signed_at=NOON)
        connection.rollback()
    assert log.guard.last(ORIGIN)[0] == 5
    log.add(5)
    assert log.publish().checkpoint.size == 6


def test_a_restored_backup_is_not_signed(log: Log) -> None:
    log.add(*range(10))
    log.publish()
    log.restore_empty()
    with pytest.raises(RollbackRefused, match="would roll back from 10 to 0"):
        log.publish()
    log.add(*range(9))
    with pytest.raises(RollbackRefused, match="would roll back from 10 to 9"):
        log.publish()


@pytest.mark.parametrize("size", [10, 400])
def test_a_restored_backup_that_grew_again_with_other_events_is_not_signed(log: Log, size: int) -> None:
    log.add(*range(10))
    log.publish()
    log.restore_empty()
    log.add(*range(size), says="another history")
    with pytest.raises(RollbackRefused, match="would fork"):
        log.publish()


def test_a_restored_backup_that_took_in_the_same_events_goes_on(log: Log) -> None:
    log.add(*range(10))
    log.publish()
    log.restore_empty()
    log.add(*range(12))
    assert log.publish().checkpoint.size == 12


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET entry = set_byte(entry, 20, 0) WHERE idx = 280",
        "UPDATE audit_leaf SET leaf_hash = set_byte(leaf_hash, 3, 0) WHERE idx = 280",
        "DELETE FROM audit_leaf WHERE idx = 280",
        "UPDATE audit_node SET hash = set_byte(hash, 3, 0)",
        "DELETE FROM audit_node",
        "UPDATE audit_head SET size = size - 1",
        "UPDATE audit_head SET frontier = set_byte(frontier, 40, 0)",
    ],
)
def test_what_does_not_hang_together_is_not_signed(log: Log, statement: str) -> None:
    log.add(*range(200))
    log.publish()
    log.add(*range(200, 300))
    log.tamper(statement)
    with pytest.raises(InvariantError):
        log.publish()
    assert log.guard.last(ORIGIN)[0] == 200
