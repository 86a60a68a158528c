"""A heartbeat is due where nothing was recorded for so long, and only there."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from infra.audit_store import append
from infra.database import transaction
from infra.heartbeat import HEARTBEAT, beat
from infra.keys import Keyring
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.contract


def test_a_log_that_lies_still_gets_an_entry_and_one_that_does_not_gets_none(pool: Engine, tmp_path: Path) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")

    def due(minutes: float) -> int | None:
        at = NOON + timedelta(minutes=minutes)
        with transaction(pool) as connection:
            return beat(connection, keyring, tenant=TENANT, at=at, every=timedelta(minutes=10))

    def grow(number: int, minutes: float) -> None:
        with transaction(pool) as connection:
            append(connection, TENANT, [draft(number)], NOON + timedelta(minutes=minutes))

    assert due(60) is None  # there is no log yet
    grow(0, 0)
    assert (due(9), due(10), due(19), due(21)) == (None, 1, None, 2)
    grow(1, 30)
    assert (due(39), due(40), due(40)) == (None, 4, None)
    with transaction(pool) as connection:
        query = text("SELECT idx FROM audit_index WHERE type = :type ORDER BY idx")
        assert connection.execute(query, {"type": HEARTBEAT}).scalars().all() == [1, 2, 4]
