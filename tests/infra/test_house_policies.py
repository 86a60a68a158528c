"""Versions that the house had in force are kept with their text, also once a setting names another file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from infra import house_policies
from infra.database import transaction
from infra.policies import bundle, documents, shipped
from infra.policy_yaml import Document
from infra.tenancy import tenant_transaction

pytestmark = pytest.mark.contract
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWN = b"layer: tenant\nid: acme\nversion: 1\ntitle: Acme's calls\n"


def test_each_version_of_the_house_is_read_again_as_it_was_written(pool: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "house rules"
    folder.mkdir()
    (folder / "acme.yaml").write_bytes(OWN)
    first = documents(folder)
    second = [Document("acme.yaml", OWN + b"# another\n")]
    with transaction(pool) as connection:
        for each in (first, second, first):
            house_policies.keep(connection, each, at=AT)
    for each in (first, second):
        with tenant_transaction(pool, "anybody") as connection:
            row = house_policies.read(connection, bundle(each).label)
            assert house_policies.read(connection, "acme@1+sha256:00000000") is None
        assert row is not None
        assert row.digest == bundle([Document(one["name"], one["text"].encode()) for one in row.documents]).digest
        assert [one["name"] for one in row.documents] == [shipped().name, "acme.yaml"]


def test_what_was_in_force_is_not_changed_afterwards(pool: Engine) -> None:
    with transaction(pool) as connection:
        house_policies.keep(connection, [shipped()], at=AT)
    for statement in ("UPDATE house_policy SET title = 'x'", "DELETE FROM house_policy"):
        with pytest.raises(DBAPIError), transaction(pool) as connection:
            connection.execute(text(statement))
