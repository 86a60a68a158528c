"""A key that was destroyed stays destroyed: whatever backup is restored, whichever process still holds it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from infra.database import engine, transaction
from infra.keys import KeyDestroyed, Keyring
from infra.reveals import original
from infra.tombstones import Tombstones
from tests.support.calls import TENANT
from tests.support.erasing import CARD, Store, opened

pytestmark = pytest.mark.fault


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    pool = engine(database_url)
    yield Store(pool, tmp_path / "keys" / "kek.json", Keyring(engine=pool, kek=tmp_path / "keys" / "kek.json"))
    pool.dispose()


def test_another_process_that_holds_the_key_opens_nothing_any_more(store: Store) -> None:
    store.tell()
    with transaction(store.pool) as connection:
        kept = original(connection, TENANT, "call-1", "<CARD_1>")
    other = Keyring(engine=store.pool, kek=store.kek)
    assert opened(other, call_id="call-1", key_id=kept.key_id, sealed=kept.sealed) == CARD
    assert other.holds_id(kept.key_id)
    store.erase()
    assert not other.holds_id(kept.key_id)
    assert not other.holds(tenant=TENANT, call_id="call-1")
    with pytest.raises(KeyDestroyed):
        opened(other, call_id="call-1", key_id=kept.key_id, sealed=kept.sealed)
    with pytest.raises(KeyDestroyed):
        other.seal(tenant=TENANT, call_id="call-1", plaintext=b"x", context=b"x")


def test_a_line_that_a_crash_tore_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "destroyed-keys"
    Tombstones(path).add(["k-1"])
    with path.open("ab") as file:
        file.write(b"k-tor")
    one = Tombstones(path)
    assert one.all() == {"k-1"}
    Tombstones(path).add(["k-2", "k-1"])
    assert {"k-1", "k-2"} <= one.all()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_restored_backup_revives_no_key_and_no_row(store: Store) -> None:
    store.tell()
    with transaction(store.pool) as connection:
        saved = _saved(connection)
        kept = original(connection, TENANT, "call-1", "<CARD_1>")
    store.erase()
    with transaction(store.pool) as connection:
        _restore(connection, saved)
    fresh = Keyring(engine=store.pool, kek=store.kek)
    with pytest.raises(KeyDestroyed):
        opened(fresh, call_id="call-1", key_id=kept.key_id, sealed=kept.sealed)
    assert "utterance" in store.rows()
    assert store.sweep().buried == 1
    assert store.kinds()[-2:] == ["key.buried", "call.erased"]
    assert "utterance" not in store.rows()
    with transaction(store.pool) as connection:
        left = connection.execute(text("SELECT wrapped FROM subject_key WHERE call = 'call-1'")).scalar_one()
    assert left is None


def test_a_key_whose_tombstone_a_crash_prevented_gets_it_at_the_next_sweep(store: Store) -> None:
    store.tell()
    key_id = next(one.key_id for one in store.erase().erased if one.key_id)
    (store.kek.parent / "destroyed-keys").unlink()
    fresh = Keyring(engine=store.pool, kek=store.kek)
    assert key_id not in fresh.tombstones
    store.keyring = fresh
    store.sweep()
    assert key_id in fresh.tombstones


def _saved(connection: Connection) -> dict[str, list[dict[str, object]]]:
    wanted = ("subject_key", "utterance", "call")
    return {
        table: [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]
        for table in wanted
    }


def _restore(connection: Connection, saved: dict[str, list[dict[str, object]]]) -> None:
    """Act as a database administrator who puts yesterday's tables back."""
    connection.execute(text("ALTER TABLE subject_key DISABLE TRIGGER USER"))
    for table, rows in saved.items():
        connection.execute(text(f"DELETE FROM {table}"))
        for row in rows:
            row.pop("words", None)  # computed from the text
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            plain = {name: json.dumps(one) if isinstance(one, dict | list) else one for name, one in row.items()}
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), plain)
    connection.execute(text("ALTER TABLE subject_key ENABLE TRIGGER USER"))


def test_payloads_of_the_log_go_for_no_other_reason(store: Store) -> None:
    store.tell()
    with pytest.raises(IntegrityError, match="only what retention swept"), transaction(store.pool) as connection:
        connection.execute(text("DELETE FROM audit_payload"))
