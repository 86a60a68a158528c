"""The publisher signs what has grown, and follows a rotation of the key without a restart."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from governance.audit.checkpoint import open_checkpoint
from governance.audit.cosignature import MLDSA44
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from governance.audit.note import VerifierKey, parse_vkey
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_keys import log_signers
from infra.audit_source import source
from infra.audit_store import append
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.tenancy import declare
from streams.publisher import Publisher
from tests.support import mldsa44
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft

pytestmark = pytest.mark.contract


@pytest.fixture
def pool(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    opened = engine(database_url)
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    Keyring(engine=opened, kek=tmp_path / "keys" / "kek.json").ensure(tenant=TENANT, call_id="call-0")
    yield opened
    opened.dispose()


def signed_by(pool: Engine, keys: list[VerifierKey]) -> list[bool]:
    """Tell for each key whether the newest checkpoint opens with it alone."""
    with transaction(pool) as connection:
        note = audit_reader.checkpoint(connection, TENANT)
    assert note is not None
    found = []
    for key in keys:
        try:
            found.append(open_checkpoint(note, [key]).origin == ORIGIN)
        except VerificationError:
            found.append(False)
    return found


def test_a_rotation_is_entries_an_overlap_and_an_end(pool: Engine, database_url: str, tmp_path: Path) -> None:
    publisher = Publisher(
        engine=pool, keys=tmp_path / "keys", guard=tmp_path / "guard", origin_prefix="callwarden.local/audit"
    )
    app = bundle_app(lambda option: option or database_url)
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(number) for number in range(5)], NOON)
    publisher.once()
    with transaction(pool) as connection:
        old = parse_vkey((audit_reader.key(connection, TENANT) or "").strip())
    begun = CliRunner().invoke(app, ["rotate-key"])
    assert begun.exit_code == 0
    new = parse_vkey(begun.stdout.split()[1])
    publisher.once()
    assert signed_by(pool, [old, new]) == [True, True]
    assert CliRunner().invoke(app, ["rotate-key"]).exit_code == 2
    assert CliRunner().invoke(app, ["rotate-key", "--finish"]).exit_code == 0
    publisher.once()
    assert signed_by(pool, [old, new]) == [False, True]
    assert CliRunner().invoke(app, ["rotate-key", "--finish"]).exit_code == 2
    with transaction(pool) as connection:
        kinds = connection.execute(text("SELECT type FROM audit_index WHERE idx > 4 ORDER BY idx")).scalars().all()
        audit_reader.export(connection, TENANT, tmp_path / "out")
    assert kinds == ["key.rotated", "key.rotated", "key.retired", "key.retired"]
    assert verify_log(source(str(tmp_path / "out")), keys=[new]).size == 9


def judged_elsewhere(pool: Engine, tenant: str, key: VerifierKey) -> bool | None:
    """Ask a verifier of FIPS 204 that shares no code with ours about that key's line; None where there is none."""
    with transaction(pool) as connection:
        declare(connection, tenant)
        note = audit_reader.checkpoint(connection, tenant) or b""
    text, _, tail = note.decode().partition("\n\n")
    origin, size, root = text.split("\n")
    for line in tail.splitlines():
        body = base64.b64decode(line.split(" ")[2])
        if body[:4] == key.key_id:
            short = [len(name).to_bytes(1, "big") + name.encode() for name in (key.name, origin)]
            message = b"subtree/v1\n\0" + short[0] + body[4:12] + short[1] + bytes(8)
            message += int(size).to_bytes(8, "big") + base64.b64decode(root)
            return mldsa44.verify(key.public_key, message, body[12:])
    return None


def test_the_post_quantum_key_rotates_too_and_a_stranger_checks_old_and_new(
    pool: Engine, database_url: str, tmp_path: Path
) -> None:
    publisher = Publisher(
        engine=pool, keys=tmp_path / "keys", guard=tmp_path / "guard", origin_prefix="callwarden.local/audit"
    )
    app = bundle_app(lambda option: option or database_url)
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(number) for number in range(5)], NOON)

    def keys(tenant: str) -> list[VerifierKey]:
        publisher.once()
        with transaction(pool) as connection:
            declare(connection, tenant)
            lines = (audit_reader.keys(connection, tenant) or "").splitlines()
        return [key for key in map(parse_vkey, lines) if key.kind == MLDSA44]

    for tenant in (TENANT, LOGS):
        (old,) = keys(tenant)
        assert judged_elsewhere(pool, tenant, old) is True
    begun = CliRunner().invoke(app, ["rotate-key"])
    assert begun.exit_code == 0
    named = [line.split(" ")[1] for line in begun.stdout.splitlines()]
    during = {tenant: keys(tenant) for tenant in (TENANT, LOGS)}
    for tenant, (before, after) in during.items():
        assert before != after
        assert str(after) in named
        assert [judged_elsewhere(pool, tenant, key) for key in (before, after)] == [True, True]
    assert CliRunner().invoke(app, ["rotate-key", "--finish"]).exit_code == 0
    for tenant, (before, after) in during.items():
        assert keys(tenant) == [after]
        assert [judged_elsewhere(pool, tenant, key) for key in (before, after)] == [None, True]


def test_a_rotation_that_was_cut_off_between_its_two_files_is_made_whole(
    pool: Engine, database_url: str, tmp_path: Path
) -> None:
    app = bundle_app(lambda option: option or database_url)
    with transaction(pool) as connection:
        append(connection, TENANT, [draft(1)], NOON)
    log_signers(tmp_path / "keys", origin=ORIGIN)
    assert CliRunner().invoke(app, ["rotate-key"]).exit_code == 0
    following = tmp_path / "keys" / "audit-mldsa44.seed.next"
    following.rename(tmp_path / "keys" / "audit-mldsa44.seed.draft")
    assert CliRunner().invoke(app, ["rotate-key"]).exit_code == 2
    assert following.exists()
