"""GET /v1/reports/cost says what `callwarden cost` says, to those who may know, and who asked is on record."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from api import costs
from infra.cli_cost import cost_command
from infra.embedded_broker import EmbeddedBroker
from infra.tokens import Role
from schemas.calls import CallEnded
from schemas.outside import ProviderCalled
from schemas.turns import Provider
from tests.support.api import Served, serve
from tests.support.calls import START, TENANT, admitted, event

pytestmark = pytest.mark.contract
PATH = "/v1/reports/cost"
PRICES = {
    "currency": "EUR", "dated": "2026-11-21", "about": "for a test", "prices": [
        {"operation": "speech_to_text", "provider": "house", "model": "*", "unit": "audio_minute", "price": "0.6",
         "source": "by hand"},
    ],
}


def asked(operation: str) -> ProviderCalled:
    return ProviderCalled.model_validate({
        "provider": Provider(name="house", model="m"), "operation": operation, "outcome": "answered",
        "duration_ms": 10, "audio_ms": 30_000,
    })


def told(served: Served, call_id: str, *, hour: int, operation: str = "speech_to_text", tenant: str = TENANT) -> None:
    at = START + timedelta(hours=hour)
    facts = (admitted(), asked(operation), CallEnded(reason="hangup"))
    served.tell(*(
        event(number, data, call_id=call_id, tenant=tenant, at=at + timedelta(seconds=30 * number))
        for number, data in enumerate(facts)
    ))


def test_the_route_says_what_the_command_says_by_the_same_list_and_who_asked_is_on_record(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "prices.yaml"
    listed.write_text(yaml.safe_dump(PRICES))
    servers = embedded_broker.bootstrap_servers
    with serve(
        database_url=database_url, bootstrap_servers=servers, data=tmp_path, also={"prices": listed}
    ) as served:
        told(served, "first", hour=0)
        told(served, "second", hour=2)
        told(served, "elsewhere", hour=2, tenant="globex")
        with served.client("compliance", subject="cora") as client:
            answer = client.get(PATH, params={"calls": True})
            (entry, *_) = client.get("/v1/audit/entries", params={"type": "read", "actor": "cora"}).json()["entries"]
        report = answer.json()
        assert Decimal(report["whole"]["amount"]) == Decimal("0.6")
        assert Decimal(report["whole"]["minutes"]) == Decimal(2)
        assert (report["currency"], report["unpriced"]) == ("EUR", [])
        assert [one["calls"] for one in report["calls"]] == [1, 1]
        assert entry["actor_label"] == "cora"
        assert answer.headers["cache-control"] == "no-store"

        monkeypatch.setenv("CALLWARDEN_DATA", str(served.settings.data))
        monkeypatch.setenv("CALLWARDEN_PRICES", str(listed))
        app = typer.Typer()
        app.command()(cost_command(lambda _: database_url))
        printed = CliRunner().invoke(app, ["--tenant", TENANT, "--json"])
        assert (printed.exit_code, json.loads(printed.stdout)) == (0, report)

        with served.client("supervisor") as client:
            some = client.get(PATH, params={"from": (START + timedelta(hours=1)).isoformat()}).json()
            none = client.get(PATH, params={"to": START.isoformat()}).json()
        assert (some["whole"]["calls"], none["whole"]["calls"]) == (1, 0)
        assert some["calls"] == []  # only where they are asked for


def test_what_has_no_price_is_named_and_its_sums_say_that_they_are_not_all(served: Served) -> None:
    told(served, "first", hour=0, operation="chat")
    with served.client("compliance") as client:
        report = client.get(PATH).json()
    assert [one["operation"] for one in report["unpriced"]] == ["chat"]
    assert not report["whole"]["complete"]


def test_too_many_calls_are_not_listed_one_by_one(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    told(served, "first", hour=0)
    monkeypatch.setattr(costs, "MOST_CALLS", 0)
    with served.client("compliance") as client:
        assert client.get(PATH, params={"calls": True}).status_code == 422
        assert client.get(PATH).status_code == 200


def test_nobody_else_is_told(served: Served) -> None:
    roles: tuple[Role, ...] = ("agent", "admin", "dpo", "channel")
    for role in roles:
        with served.client(role) as client:
            assert client.get(PATH).status_code == 403
