"""The window in which an entry came to be, by our checkpoints and by those that others vouched for."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from governance.audit.log_of_logs import LOGS
from infra import clock, cosigning, existence
from infra.audit_keys import log_signer
from infra.audit_store import append
from infra.cosigning import Others
from infra.database import transaction
from infra.tenancy import tenant_transaction
from schemas.audit import Existence
from streams.publisher import Publisher
from tests.support.audit_log import NOON, TENANT, draft
from tests.support.require import require
from tests.support.timestamp_server import TimestampServer

pytestmark = pytest.mark.contract


def window(pool: Engine, index: int) -> Existence | None:
    with tenant_transaction(pool, TENANT) as connection:
        return existence.window(connection, TENANT, index)


def test_an_entry_lies_between_the_checkpoints_around_it(
    pool: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tsa").mkdir()
    authority = TimestampServer(require("openssl"), tmp_path / "tsa")
    others = Others(None, authority.url)
    publisher = Publisher(
        engine=pool, keys=tmp_path / "keys", guard=tmp_path / "guard", origin_prefix="callwarden.local/audit"
    )
    log_signer(tmp_path / "keys", origin=LOGS)
    instants: list[datetime] = []
    try:
        for number in range(4):
            with transaction(pool) as connection:
                append(connection, TENANT, [draft(number)], NOON)
            if number == 0:
                assert window(pool, 0) is None
            instants.append(NOON + timedelta(minutes=number))
            monkeypatch.setattr(clock, "now", lambda: instants[-1])
            publisher.once()
            if number in (0, 2):
                assert cosigning.once(pool, others, at=instants[-1], tell=lambda kind, whom: None)
    finally:
        authority.close()
    found = window(pool, 1)
    assert found is not None
    assert (found.after, found.after_size, found.before, found.before_size) == (instants[0], 1, instants[1], 2)
    assert found.vouched_after is not None
    assert found.vouched_before is not None
    assert (found.vouched_after.cosigned_at, found.vouched_before.cosigned_at) == (instants[0], instants[2])
    assert found.vouched_before.stamped_at is not None
    first, last = window(pool, 0), window(pool, 3)
    assert first is not None
    assert last is not None
    assert (first.after, first.vouched_after, last.vouched_before) == (None, None, None)
    assert window(pool, 4) is None
