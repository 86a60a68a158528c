"""The service's own warm-up of searches: it reads every log it should, writes nothing, and gives way to a fault."""

import pytest
from sqlalchemy import Engine, text

from infra.audit_store import append
from infra.audit_warming import LARGEST, warm
from infra.database import engine, transaction
from tests.support.audit_log import NOON, draft

pytestmark = pytest.mark.contract
SIZES = text("SELECT tenant, size FROM audit_head ORDER BY tenant")


def test_the_largest_logs_are_read_and_nothing_is_written(pool: Engine) -> None:
    assert warm(pool) == 0
    for tenant in range(LARGEST + 2):
        with transaction(pool) as connection:
            named = f"tenant-{tenant}"
            append(connection, named, [draft(number, tenant=named) for number in range(tenant + 1)], NOON)
    with transaction(pool) as connection:
        before = connection.execute(SIZES).all()
    assert warm(pool) == LARGEST
    with transaction(pool) as connection:
        assert connection.execute(SIZES).all() == before


def test_a_database_that_is_away_is_left_alone() -> None:
    away = engine("postgresql://127.0.0.1:9/x", pool_size=1)
    assert warm(away) == 0
    away.dispose()
