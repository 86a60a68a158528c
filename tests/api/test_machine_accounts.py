"""Accounts of services: keys shown once, scopes that hold, rotation without a gap, an end for good."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from infra import machine_accounts
from infra.clock import now
from infra.tenancy import tenant_transaction
from infra.tokens import TokenRefused
from tests.support.api import Served
from tests.support.calls import TENANT

pytestmark = pytest.mark.flow
EVENTS = {"Content-Type": "application/cloudevents-batch+json"}


def make(served: Served, *scopes: str, name: str = "gateway") -> dict[str, str]:
    with served.client("admin") as admin:
        answer = admin.post("/v1/service-accounts", json={"name": name, "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def bearing(served: Served, secret: str) -> httpx.Client:
    return httpx.Client(
        base_url=served.url, headers={"Authorization": f"Bearer {secret}"}, timeout=60, trust_env=False
    )


def status(served: Served, secret: str) -> int:
    with bearing(served, secret) as service:
        return service.get("/v1/me").status_code


def test_a_key_does_what_its_scopes_say_and_nothing_else(served: Served) -> None:
    with bearing(served, make(served, "events:write")["secret"]) as service:
        assert service.post("/v1/events", content="[]", headers=EVENTS).status_code not in (401, 403)
        me = service.get("/v1/me").json()
        assert (me["subject"], me["tenant"], me["roles"]) == ("service:gateway", TENANT, ["channel"])
        refused = (("POST", "/v1/emergencies/c1/acknowledge"), ("GET", "/v1/calls"), ("POST", "/v1/sessions"))
        for method, path in refused:
            assert service.request(method, path).status_code == 403, path


def test_audio_needs_its_own_scope(served: Served) -> None:
    async def upgrade(secret: str) -> int:
        address = f"{served.url.replace('http', 'ws')}/v1/calls/c1/audio"
        try:
            async with connect(address, additional_headers={"Authorization": f"Bearer {secret}"}):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    events, audio = make(served, "events:write"), make(served, "calls:audio", name="audio")
    assert asyncio.run(upgrade(events["secret"])) == 403
    assert asyncio.run(upgrade(audio["secret"])) in (101, 503)


def test_after_a_rotation_both_keys_hold_until_the_overlap_is_over(served: Served) -> None:
    made = make(served, "events:write")
    path = f"/v1/service-accounts/{made['account']}/rotate"
    with served.client("admin") as admin:
        second = admin.post(path, json={"overlap_minutes": 60}).json()
        assert len(second["keys"]) == 2
        assert [status(served, one["secret"]) for one in (made, second)] == [200, 200]
        with pytest.raises(TokenRefused):
            machine_accounts.find(served.pool, made["secret"], at=now() + timedelta(minutes=61))
        third = admin.post(path, json={"overlap_minutes": 0}).json()
        assert [status(served, one["secret"]) for one in (made, second, third)] == [401, 401, 200]
        assert len(third["keys"]) == 1


def test_an_account_that_was_ended_lets_nobody_in(served: Served) -> None:
    made = make(served, "events:write")
    with served.client("admin") as admin:
        assert admin.delete(f"/v1/service-accounts/{made['account']}").status_code == 204
        assert admin.delete(f"/v1/service-accounts/{made['account']}").status_code == 404
        assert admin.get("/v1/service-accounts").json() == {"accounts": []}
    assert status(served, made["secret"]) == 401
    assert make(served, "events:write")["account"] != made["account"]


def test_the_secret_is_shown_once_and_only_its_digest_kept(served: Served) -> None:
    made = make(served, "events:write")
    assert status(served, made["secret"]) == 200
    with served.client("admin") as admin:
        listed = admin.get("/v1/service-accounts").json()["accounts"]
    assert listed[0]["secret"] is None
    assert listed[0]["keys"][0]["last_used_at"]
    with served.pool.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM service_key")).all())
    assert made["secret"].rpartition("_")[2] not in kept


def test_a_wrong_secret_of_a_known_key_is_recorded_and_a_strangers_is_not(served: Served) -> None:
    secret = make(served, "events:write")["secret"]
    random = secret.rpartition("_")[2]
    wrong = [
        secret.replace(random, "0" * 64), secret.replace(TENANT, "other"), "cwk_", f"cwk_{TENANT}_x_y", f"{secret}0",
    ]
    assert [status(served, one) for one in wrong] == [401] * len(wrong)
    query = text("SELECT actor_label FROM audit_index WHERE type = 'login.refused'")
    with served.pool.connect() as connection:
        assert connection.execute(query).scalars().all() == ["service:gateway"]


def test_every_step_is_in_the_audit_log_and_only_an_admin_takes_it(served: Served) -> None:
    made = make(served, "events:write")
    with served.client("admin", tenant="other") as stranger:
        assert stranger.get("/v1/service-accounts").json() == {"accounts": []}
        assert stranger.post(f"/v1/service-accounts/{made['account']}/rotate").status_code == 404
        assert stranger.delete(f"/v1/service-accounts/{made['account']}").status_code == 404
    with served.client("admin") as admin:
        admin.post(f"/v1/service-accounts/{made['account']}/rotate")
        admin.delete(f"/v1/service-accounts/{made['account']}")
    query = text("SELECT type FROM audit_index WHERE type LIKE 'service_account.%' ORDER BY idx")
    with served.pool.connect() as connection:
        kinds = connection.execute(query).scalars().all()
    assert kinds == ["service_account.created", "service_account.rotated", "service_account.ended"]


def test_a_name_is_one_accounts_and_a_repeated_request_makes_one(served: Served) -> None:
    body = {"name": "gateway", "scopes": ["events:write"]}
    with served.client("admin") as admin:
        first, again = (
            admin.post("/v1/service-accounts", json=body, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
        )
        assert again == {**first, "secret": None}
        assert admin.post("/v1/service-accounts", json=body).status_code == 409
        assert admin.post("/v1/service-accounts", json={**body, "scopes": ["all"]}).status_code == 422
    with tenant_transaction(served.pool, TENANT) as connection:
        assert len(machine_accounts.listing(connection, TENANT, at=now())) == 1
