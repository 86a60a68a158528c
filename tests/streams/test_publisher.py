"""The publisher signs what has grown, and follows a rotation of the key without a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from governance.audit.checkpoint import open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.note import VerifierKey, parse_vkey
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_source import source
from infra.audit_store import append
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from streams.publisher import Publisher
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
    assert kinds == ["key.rotated", "key.retired"]
    assert verify_log(source(str(tmp_path / "out")), keys=[new]).size == 7
