"""What operators ask: alive, ready and why not, how much."""

import time

import pytest
from sqlalchemy import text

from infra.audit_store import append
from infra.database import transaction
from tests.support.api import Served
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.flow


def test_a_whole_service_is_ready(served: Served) -> None:
    with served.client(None) as client:
        answer = client.get("/readyz")
        assert answer.json() == {
            "ready": True, "parts": {"broker": "ok", "database": "ok", "checkpoint": "ok", "audio": "ok"}
        }


def test_entries_that_no_checkpoint_covers_in_time_make_it_unready_with_the_reason(served: Served) -> None:
    with transaction(served.pool) as connection:
        append(connection, TENANT, [draft(1)], NOON)
    with served.client(None) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no checkpoint covers" in answer.json()["parts"]["checkpoint"]


def test_a_lease_that_another_gateway_took_makes_it_unready(served: Served) -> None:
    with transaction(served.pool) as connection:
        connection.execute(text("UPDATE gateway_partition SET owner = 'other', leased_until = now() + interval '1 h'"))
        connection.execute(
            text("INSERT INTO gateway_partition VALUES (0, 'other', 'infinity'), (1, 'other', 'infinity') "
                 "ON CONFLICT (partition) DO NOTHING")
        )
    with served.client(None) as client:
        for _ in range(100):
            answer = client.get("/readyz")
            if answer.status_code == 503:
                break
            time.sleep(0.1)  # the lease is renewed every few seconds
    assert "partition" in answer.json()["parts"]["audio"]


def test_metrics_name_routes_and_never_ids(served: Served) -> None:
    with served.client("agent") as client:
        client.get("/v1/calls/call-of-mrs-smith")
        text_of = client.get("/metrics").text
    assert 'callwarden_http_requests_total{method="GET",route="/v1/calls/{call_id}",status="404"} 1.0' in text_of
    assert "smith" not in text_of
