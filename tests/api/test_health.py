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
from schemas.redacted import RedactionFailed
from schemas.turns import Provider, ProviderFailed
from tests.support.api import Served, serve
from tests.support.audit_log import NOON, TENANT, draft
from tests.support.calls import event

pytestmark = pytest.mark.flow


def test_a_whole_service_is_ready(served: Served) -> None:
    with served.client(None) as client:
        answer = client.get("/readyz")
        named = ("broker", "database", "checkpoint", "audio", "redaction")
        assert answer.json() == {"ready": True, "degraded": False, "parts": dict.fromkeys(named, "ok")}


def test_entries_that_no_checkpoint_covers_in_time_make_it_unready_with_the_reason(served: Served) -> None:
    with transaction(served.pool) as connection:
        append(connection, TENANT, [draft(1)], NOON)
    with served.client(None) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no checkpoint covers" in answer.json()["parts"]["checkpoint"]


def test_texts_that_redaction_withheld_are_counted_and_the_service_is_well_again_after_a_minute(
    served: Served,
) -> None:
    late = RedactionFailed(participant="caller", utterance="u1", error="TimeoutError", detector="d1")
    live = ProviderFailed(
        provider=Provider(name="callwarden", model="redaction"), operation="redaction", error="call me Ada 4111",
        fallback="spoken apology",
    )
    with served.client(None) as client:
        assert "callwarden_redaction_degraded 0.0" in client.get("/metrics").text
        served.tell(event(1, late), event(2, late), event(2, late), event(3, live))
        ready, counted = client.get("/readyz"), client.get("/metrics").text
        assert (ready.status_code, ready.json()["ready"], ready.json()["degraded"]) == (200, True, True)
        assert ready.json()["parts"]["redaction"].startswith("degraded: 3 texts withheld")
        assert 'callwarden_redaction_failed_total{error="TimeoutError",place="stair"} 2.0' in counted
        assert 'callwarden_redaction_failed_total{error="DetectionFailed",place="voice"} 1.0' in counted
        assert "callwarden_redaction_degraded 1.0" in counted
        assert "4111" not in counted
        with transaction(served.pool) as connection:
            connection.execute(text("UPDATE redaction_failure SET last_at = last_at - interval '61 s'"))
        assert client.get("/readyz").json()["degraded"] is False
        assert "callwarden_redaction_degraded 0.0" in client.get("/metrics").text
        assert 'error="TimeoutError",place="stair"} 2.0' in client.get("/metrics").text


def test_a_lease_that_another_gateway_took_makes_it_unready(served: Served) -> None:
    with transaction(served.pool) as connection:
        connection.execute(text("UPDATE gateway_partition SET owner = 'other', leased_until = now() + interval '1 h'"))
        connection.execute(
            text("INSERT INTO gateway_partition VALUES (0, 'other', 'infinity'), (1, 'other', 'infinity') "
                 "ON CONFLICT (partition) DO NOTHING")
        )
    with served.client(None) as client:
        for _ in range(600):
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
        taken = client.post("/v1/events", content=event, headers={"Content-Type": ONE}, timeout=120)
        assert (taken.status_code, taken.headers["content-type"]) == (503, "application/problem+json")
        assert taken.headers["retry-after"]


def test_metrics_name_routes_and_never_ids(served: Served) -> None:
    with served.client("agent") as client:
        client.get("/v1/calls/call-of-mrs-smith")
        text_of = client.get("/metrics").text
    assert 'callwarden_http_requests_total{method="GET",route="/v1/calls/{call_id}",status="404"} 1.0' in text_of
    assert "smith" not in text_of
