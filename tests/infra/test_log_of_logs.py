"""The log of logs on a database: every checkpoint in it, forks show, strangers agree."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from governance.audit.checkpoint import parse_text
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from governance.audit.note import parse_note
from governance.audit.verify import verify_log
from infra import audit_reader, log_of_logs
from infra.audit_source import source
from infra.audit_store import append, tenants
from infra.cli_audit import keys_of
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.tenancy import declare
from streams.publisher import Publisher
from tests.support.audit_log import NOON, ORIGIN, SeedSigner, checkpoint, draft, entries
from tests.support.require import require

pytestmark = pytest.mark.contract
VERIFIER = Path(__file__).parents[1] / "verifier"
OTHERS = ("acme", "beta", "gamma")


@pytest.fixture
def pool(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    opened = engine(database_url)
    Keyring(engine=opened, kek=tmp_path / "keys" / "kek.json").ensure(tenant="default", call_id="call-0")
    yield opened
    opened.dispose()


def publisher(pool: Engine, folder: Path, *, guard: str = "guard") -> Publisher:
    return Publisher(engine=pool, keys=folder / "keys", guard=folder / guard, origin_prefix="callwarden.local/audit")


def grow(pool: Engine, tenant: str, first: int, last: int, *, says: str = "hello") -> None:
    with transaction(pool) as connection:
        append(connection, tenant, [draft(number, tenant=tenant, says=says) for number in range(first, last)], NOON)


def export(pool: Engine, out: Path) -> Path:
    with transaction(pool) as connection:
        declare(connection, LOGS)
        audit_reader.export(connection, LOGS, out)
    return out


def test_every_checkpoint_is_an_entry_once_and_a_stranger_verifies_the_log_of_logs(
    pool: Engine, database_url: str, tmp_path: Path
) -> None:
    for size in range(1, 13):
        for tenant in OTHERS:
            grow(pool, tenant, size - 1, size)
        publisher(pool, tmp_path).once()  # each time as after a start: what is there is found, not appended again
        if size == 5:
            export(pool, tmp_path / "before")
    for _ in range(3):
        publisher(pool, tmp_path).once()
    with transaction(pool) as connection:
        assert tenants(connection) == sorted(OTHERS)
    asked = ["export", "--tenant", LOGS, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(bundle_app(lambda _: database_url), asked)
    assert done.exit_code == 0, done.output
    report = verify_log(
        source(str(tmp_path / "out")), keys=keys_of(f"@{tmp_path / 'out' / 'tlog-policy'}"),
        older=[(tmp_path / "before" / "checkpoint").read_bytes()],
    )
    assert (report.origin, report.size, report.streams) == ("callwarden.local/audit/_logs", 12 * 3, 3)
    program = tmp_path / "verifier"
    subprocess.run([require("go"), "build", "-o", str(program), "."], cwd=VERIFIER, check=True, timeout=300)
    key = (tmp_path / "out" / "log.pub").read_text().strip()
    command = [str(program), "-log", str(tmp_path / "out"), "-vkey", key]
    command += ["-old", str(tmp_path / "before" / "checkpoint")]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, f"entries={12 * 3} " in said.stdout) == (0, True), said.stdout


def test_a_crash_between_storing_and_showing_a_checkpoint_leaves_neither(pool: Engine, tmp_path: Path) -> None:
    grow(pool, "acme", 0, 5)
    with transaction(pool) as connection:
        connection.execute(text(f"SET LOCAL callwarden.tenant = '{LOGS}'"))
    broken = publisher(pool, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_of_logs, "take", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            broken.once()
    with transaction(pool) as connection:
        declare(connection, "acme")
        assert audit_reader.checkpoint(connection, "acme") is None
    publisher(pool, tmp_path).once()
    assert export(pool, tmp_path / "out").joinpath("checkpoint").exists()


def test_a_fork_that_got_round_the_guard_shows_both_histories(pool: Engine, tmp_path: Path) -> None:
    grow(pool, "acme", 0, 20)
    publisher(pool, tmp_path).once()
    forged = checkpoint(entries(20, first=100), signer=SeedSigner(name=ORIGIN))
    with transaction(pool) as connection:
        log_of_logs.take(connection, forged, at=NOON)
    publisher(pool, tmp_path).once()
    with transaction(pool) as connection:
        declare(connection, LOGS)
        assert parse_text(parse_note(audit_reader.checkpoint(connection, LOGS) or b"").text).size == 2
    out = export(pool, tmp_path / "out")
    with pytest.raises(VerificationError, match=f"step 5: entry 1 shows another history of {ORIGIN} at 20"):
        verify_log(source(str(out)), keys=keys_of(f"@{out / 'log.pub'}"))


def test_the_log_of_logs_takes_no_entry_of_another_kind(pool: Engine) -> None:
    with transaction(pool) as connection, pytest.raises(ValueError, match="checkpoints only"):
        append(connection, LOGS, [draft(1)], NOON)
