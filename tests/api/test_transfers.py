"""A call is put through by who has it; a carrier that does not take it gives it back to the queue."""

import base64
from pathlib import Path

import pytest

from infra.database import transaction
from infra.embedded_broker import EmbeddedBroker
from infra.outbox import unsent
from schemas.desk import HandoffReleased
from schemas.transfers import TransferCompleted, TransferFailed, TransferRequested
from tests.support import calls
from tests.support.api import serve
from tests.support.carriers import SECRET, http_carrier

pytestmark = pytest.mark.flow


def test_a_transfer_is_asked_for_by_who_has_the_call_and_its_failure_offers_the_call_again(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_KEY", "whsec_" + base64.b64encode(SECRET.encode()).decode())
    desks = tmp_path / "desks.yaml"
    servers = embedded_broker.bootstrap_servers
    with http_carrier() as carrier:
        desks.write_text(
            f"crm: {{kind: webhook, url: '{carrier.url}/take', secret: {{env: DESK_KEY}}, allow_private: true}}\n",
            encoding="utf-8",
        )
        monkeypatch.setenv("CALLWARDEN_TRANSFERS", str(desks))
        also = {"public_url": "https://calls.example"}
        with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, also=also) as served:
            served.tell(*calls.story())
            with served.client("agent", subject="ana") as ana:
                for path in ("claim", "accept"):
                    early = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm"})
                    assert early.status_code == 409
                    ana.post(f"/v1/handoffs/h1/{path}")
                assert ana.post("/v1/handoffs/h1/transfer", json={"desk": "none"}).status_code == 404
                with served.client("agent", subject="ben") as ben:
                    assert ben.post("/v1/handoffs/h1/transfer", json={"desk": "crm"}).status_code == 409
                key = {"Idempotency-Key": "t-1"}
                done = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm", "kind": "warm"}, headers=key)
                assert (done.status_code, done.json()["tries"]) == (200, 1)
                told = carrier.seen[-1]["attributes"]
                assert told["reference"] == "https://calls.example/v1/handoffs/h1"  # not as this request came
                same = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm", "kind": "warm"}, headers=key)
                assert (same.status_code, same.json(), len(carrier.seen)) == (200, done.json(), 1)
                other = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm"}, headers=key)
                assert (other.status_code, other.json()["type"].rsplit(":", 1)[1]) == (422, "idempotency-key-reused")
                again = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm", "kind": "warm"})
                assert (again.status_code, len(carrier.seen)) == (409, 1)
                assert (told["disclosure"], told["consent"], told["kind"]) == ("heard", "not_needed", "warm")
                carrier.answers = [403]
                key = {"Idempotency-Key": "t-2"}
                failed = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm"}, headers=key)
                assert (failed.status_code, failed.json()["type"]) == (502, "urn:callwarden:problem:transfer-failed")
                repeated = ana.post("/v1/handoffs/h1/transfer", json={"desk": "crm"}, headers=key)
                assert (repeated.status_code, repeated.json(), len(carrier.seen)) == (502, failed.json(), 2)
                assert ana.get("/v1/handoffs/h1").json()["state"] == "released"
            with transaction(served.pool) as connection:
                events = [one.data for _, one in unsent(connection)][2:]
    kinds = [TransferRequested, TransferCompleted, TransferRequested, TransferFailed, HandoffReleased]
    assert [type(one) for one in events] == kinds
    assert events[-1] == HandoffReleased(handoff="h1", agent="ana", why="transfer_failed")
