"""What operators ask: alive, ready and why not, how much."""

import json
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from api.cloudevents import ONE
from api.examples import DATA, cloudevent
from infra import embedded_broker
from infra.audit_store import append
from infra.database import transaction
from tests.support.api import Served, serve
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


def test_a_broker_that_stopped_is_named_and_events_are_asked_for_again(database_url: str, tmp_path: Path) -> None:
    broker = embedded_broker.start()
    serving = serve(database_url=database_url, bootstrap_servers=broker.bootstrap_servers, data=tmp_path)
    with serving as served, served.client("channel") as client:
        broker.stop()
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"]["database"] == "ok"
        assert answer.json()["parts"]["broker"].startswith("does not answer")
        event = json.dumps(cloudevent(0, DATA[0]))
        taken = client.post("/v1/events", content=event, headers={"Content-Type": ONE}, timeout=30)
        assert (taken.status_code, taken.headers["content-type"]) == (503, "application/problem+json")
        assert taken.headers["retry-after"]


def test_metrics_name_routes_and_never_ids(served: Served) -> None:
    with served.client("agent") as client:
        client.get("/v1/calls/call-of-mrs-smith")
        text_of = client.get("/metrics").text
    assert 'callwarden_http_requests_total{method="GET",route="/v1/calls/{call_id}",status="404"} 1.0' in text_of
    assert "smith" not in text_of
