"""Fail-over to a standby that had not got everything: what was not signed comes again, what was signed is succeeded."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.leaf import parse_leaf
from governance.audit.log_of_logs import LOGS
from governance.audit.note import VerifierKey, parse_vkey
from governance.audit.succession import SUCCEEDED, check_former
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import log_signer, log_signers, origin_of
from infra.audit_source import source
from infra.audit_store import append
from infra.checkpoints import Published, publish
from infra.cli_bundle import bundle_app
from infra.database import engine, migrate, transaction
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard, RollbackRefused
from streams.publisher import Publisher
from tests.support.audit_log import NOON, TENANT, draft
from tests.support.long_form import rounds
from tests.support.own_server import OwnServer, own_server, run

pytestmark = pytest.mark.fault

FORMER, NEXT = "callwarden.local/audit", "callwarden.local/audit-2"
UNSIGNED = "beta"  # its lost tail was acknowledged and never signed
SHARED, TAIL = 30, rounds(20, 2000)
LATER = NOON + timedelta(minutes=5)  # an entry that comes again is recorded later, so it is another
CAUGHT_UP = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that a server's own account may reach."""
    made = Path(tempfile.mkdtemp(prefix="callwarden-late-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def add(pool: Engine, tenant: str, first: int, end: int, *, at: datetime = NOON) -> list[tuple[int, bool]]:
    """Append what a topic holds, again or for the first time; gives the places, and which were known."""
    drafts = [draft(number, tenant=tenant) for number in range(first, end)]
    with transaction(pool) as connection:
        return [(each.index, each.duplicate) for each in append(connection, tenant, drafts, at)]


def follow(primary: OwnServer, standby: OwnServer) -> None:
    """Let a standby follow asynchronously until it has everything, then lose it from sight."""
    asked = ["-h", str(primary.folder), "-U", "postgres", "-D", str(standby.data), "-X", "stream", "-R", "-c", "fast"]
    run("pg_basebackup", *asked)
    standby.start()
    with psycopg.connect(primary.url()) as connection:
        here = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
    with psycopg.connect(standby.url(), autocommit=True) as connection:
        while connection.execute(CAUGHT_UP, here).fetchone() != (True,):
            connection.execute("SELECT pg_sleep(0.05)")
    run("pg_ctl", "-w", "-t", "200", "-D", str(standby.data), "-m", "fast", "stop")


def signed(pool: Engine, keys: Path, guard: RollbackGuard, tenant: str) -> Published:
    """Publish one tenant's log as the service does."""
    origin = origin_of(tenant, prefix=FORMER)
    with transaction(pool) as connection:
        signers = log_signers(keys, origin=origin)
        return publish(connection, tenant=tenant, origin=origin, signers=signers, guard=guard, signed_at=NOON)


def checked(pool: Engine, tenant: str, out: Path, *, older: list[bytes], key: VerifierKey) -> int:
    """Export a log and verify it, with older checkpoints of its own or of the former log; gives its size."""
    with transaction(pool) as connection:
        audit_reader.export(connection, tenant, out)
    keys = [parse_vkey((out / audit_reader.KEY_FILE).read_text().strip()), key]
    return verify_log(source(str(out)), keys=keys, older=older, former=[key.name]).size


def test_after_fail_over_to_a_late_standby_nothing_is_forked_and_a_successor_says_what_was_signed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, former = tmp_path / "keys", {each: origin_of(each, prefix=FORMER) for each in (TENANT, UNSIGNED)}
    guard = RollbackGuard(keys / "rollback-guard.sqlite")
    with own_server(folder / "primary") as primary, own_server(folder / "standby") as standby:
        primary.make()
        primary.start()
        migrate(primary.url())
        pool = engine(primary.url())
        keyring = Keyring(engine=pool, kek=keys / "kek.json")
        for tenant in former:
            keyring.ensure(tenant=tenant, call_id="call-0")
            add(pool, tenant, 0, SHARED)
        Publisher(engine=pool, keys=keys, guard=keys / "rollback-guard.sqlite", origin_prefix=FORMER).once()
        with transaction(pool) as connection:
            kept = {tenant: audit_reader.checkpoint(connection, tenant) or b"" for tenant in former}
        follow(primary, standby)
        for tenant in former:
            add(pool, tenant, SHARED, SHARED + TAIL)
        lost = signed(pool, keys, guard, TENANT)
        pool.dispose()
        primary.send(signal.SIGKILL)
        standby.start()
        standby.promote()
        goes_on(standby, keys, guard, kept, lost, tmp_path, monkeypatch)


def goes_on(
    standby: OwnServer, keys: Path, guard: RollbackGuard, kept: dict[str, bytes], lost: Published, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, whole = engine(standby.url()), SHARED + TAIL
    with pytest.raises(RollbackRefused, match=f"would roll back from {whole} to {SHARED}; .*callwarden audit succeed"):
        signed(pool, keys, guard, TENANT)
    for tenant in kept:  # the positions are those of then, so the topic gives everything since again
        again = add(pool, tenant, 0, whole, at=LATER)
        assert again == [(number, number < SHARED) for number in range(whole)]
        add(pool, tenant, whole, whole + 5, at=LATER)
    old = {tenant: log_signer(keys, origin=origin_of(tenant, prefix=FORMER)).key for tenant in kept}
    assert signed(pool, keys, guard, UNSIGNED).checkpoint.size == whole + 5
    assert checked(pool, UNSIGNED, folder / "b", older=[kept[UNSIGNED]], key=old[UNSIGNED]) == whole + 5
    successor(pool, standby, keys, guard, lost, monkeypatch)
    held = checked(pool, TENANT, folder / "a", older=[kept[TENANT]], key=old[TENANT])
    assert held == whole + 7
    key = parse_vkey((folder / "a" / audit_reader.KEY_FILE).read_text().strip())
    with transaction(pool) as connection:
        entries = [parse_leaf(audit_reader.entry(connection, TENANT, index) or b"") for index in range(held)]
        assert open_checkpoint(audit_reader.checkpoint(connection, TENANT) or b"", [key]).origin == f"{NEXT}/{TENANT}"
    told = [each.payload for each in entries if each.type == SUCCEEDED]
    check_former(told[0], lost.checkpoint)
    above = origin_of(LOGS, prefix=FORMER)
    check_former(told[1], Checkpoint(above, *guard.last(above)))
    pool.dispose()


def successor(
    pool: Engine, standby: OwnServer, keys: Path, guard: RollbackGuard, lost: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have the operator decide; before that, and afterwards under the former origin, nothing is signed."""
    app = bundle_app(lambda option: option or standby.url())
    monkeypatch.setenv("CALLWARDEN_DATA", str(keys.parent))
    asked = ["succeed", "--from", FORMER]
    assert CliRunner().invoke(app, asked).exit_code == 2  # the origin is still the former one
    monkeypatch.setenv("CALLWARDEN_AUDIT_ORIGIN", NEXT)
    assert CliRunner().invoke(app, ["succeed", "--from", "callwarden.local/other"]).exit_code == 2
    for _ in range(2):  # cut off in between, it is run again
        done = CliRunner().invoke(app, asked)
        assert (done.exit_code, f"signed {lost.checkpoint.size} entries" in done.stdout) == (0, True), done.output
    with pytest.raises(RollbackRefused, match="would fork"):
        signed(pool, keys, guard, TENANT)
    Publisher(engine=pool, keys=keys, guard=keys / "rollback-guard.sqlite", origin_prefix=NEXT).once()
    assert CliRunner().invoke(app, asked).exit_code == 2  # it signs by now
