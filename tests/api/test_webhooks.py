"""The delivery log over HTTP: who may see and repeat what was told, of the own tenant, and once only for one key."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from governance.webhooks import Backoff
from infra.clock import now
from infra.database import transaction
from infra.tokens import ROLES
from infra.webhooks import deliveries
from infra.webhooks.sender import Attempt
from tests.support.api import Served
from tests.support.calls import TENANT, event, requested
from tests.support.webhooks import LATER, endpoint, plan

pytestmark = pytest.mark.flow

PATH = "/v1/webhooks/deliveries"
DESK = endpoint("http://127.0.0.1:1/", tries=1)
BACKOFF = Backoff()
MAY = {"supervisor", "compliance", "admin"}


@pytest.fixture
def told(served: Served) -> Iterator[httpx.Client]:
    """Three deliveries, of which the first is dead, and one of another tenant."""
    events = [event(n, requested(f"h{n}"), call_id=f"call-{n}") for n in (1, 2, 3)]
    plan(served.pool, served.keyring, events[:1], DESK)
    with transaction(served.pool) as connection:
        (due,) = deliveries.claim(connection, DESK, at=now(), limit=1)
        failed = Attempt("failed", 500, 12.5, "status")
        deliveries.record(connection, served.keyring, DESK, due, failed, at=now(), backoff=BACKOFF)
    plan(served.pool, served.keyring, [*events[1:], event(9, requested(), tenant="other")], DESK)
    with served.client("supervisor") as client:
        yield client


def entries(served: Served) -> list[tuple[str, str]]:
    query = text("SELECT type, call FROM audit_index WHERE type LIKE 'webhook%' ORDER BY idx")
    with transaction(served.pool) as connection:
        return [(row.type, row.call) for row in connection.execute(query)]


def test_deliveries_are_listed_newest_first_with_every_try(told: httpx.Client) -> None:
    page = told.get(PATH).json()
    assert [one["call_id"] for one in page["deliveries"]] == ["call-3", "call-2", "call-1"]
    dead = page["deliveries"][-1]
    assert (dead["state"], dead["why"], dead["endpoint"], dead["next_at"]) == ("dead", "tries_used_up", "desk", None)
    (tried,) = dead["tries"]
    assert (tried["number"], tried["outcome"], tried["status"], tried["error"]) == (1, "failed", 500, "status")
    assert "http://127.0.0.1:1/" not in str(page)


def test_a_list_is_narrowed_and_goes_on_by_its_cursor(told: httpx.Client) -> None:
    def calls(**asked: str) -> list[str]:
        return [one["call_id"] for one in told.get(PATH, params=asked).json()["deliveries"]]

    assert calls(state="dead") == calls(call_id="call-1") == ["call-1"]
    assert calls(endpoint="other") == []
    first = told.get(PATH, params={"limit": "2"}).json()
    assert calls(limit="2", cursor=first["cursor"]) == ["call-1"]
    assert told.get(PATH, params={"cursor": "nonsense"}).status_code == 422
    assert told.get(PATH, params={"state": "lost"}).status_code == 422


def test_a_dead_delivery_is_delivered_again_once_for_one_key(told: httpx.Client, served: Served) -> None:
    (dead,) = told.get(PATH, params={"state": "dead"}).json()["deliveries"]
    again = f"{PATH}/{dead['delivery']}/redeliver"
    answer = told.post(again, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["why"], len(answer.json()["tries"])) == ("waiting", None, 1)
    with transaction(served.pool) as connection:
        due = deliveries.claim(connection, DESK, at=now() + LATER, limit=9)
        (mine,) = (one for one in due if one.delivery == dead["delivery"])  # the webhook-id is the same
        taken = Attempt("delivered", 200, 3.0)
        deliveries.record(connection, served.keyring, DESK, mine, taken, at=now(), backoff=BACKOFF)
    answer = told.post(again, headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["state"]) == (202, "delivered")  # not once more
    assert [one["number"] for one in answer.json()["tries"]] == [1, 2]
    assert told.post(again.replace(dead["delivery"], due[-1].delivery if due[-1] is not mine else due[0].delivery),
                     headers={"Idempotency-Key": "k1"}).status_code == 422
    assert entries(served) == [("webhook.redelivered", "call-1")]
    assert told.post(again).json()["state"] == "waiting"


def test_a_delivery_of_another_tenant_does_not_exist(told: httpx.Client, served: Served) -> None:
    (mine,) = told.get(PATH, params={"call_id": "call-2"}).json()["deliveries"]
    with served.client("admin", tenant="other") as other:
        (theirs,) = other.get(PATH).json()["deliveries"]
        assert theirs["call_id"] == "call-1"
        refused = other.post(f"{PATH}/{mine['delivery']}/redeliver")
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:callwarden:problem:not-found")
    assert told.post(f"{PATH}/{theirs['delivery']}/redeliver").status_code == 404
    assert told.post(f"{PATH}/msg_0/redeliver").status_code == 404


def test_only_some_roles_may_see_and_repeat(told: httpx.Client, served: Served) -> None:
    for role in ROLES:
        with served.client(role) as client:
            assert (client.get(PATH).status_code == 200) is (role in MAY)
            assert client.post(f"{PATH}/msg_0/redeliver").status_code == (404 if role in MAY else 403)
    with served.client(None) as nobody:
        assert nobody.get(PATH).status_code == 401


def test_rows_of_other_tenants_are_not_there_for_the_tenants_own_role(told: httpx.Client, served: Served) -> None:
    with transaction(served.pool) as connection:
        connection.execute(text("SELECT set_config('role', 'callwarden_tenant', true)"))
        connection.execute(text("SELECT set_config('callwarden.tenant', :tenant, true)"), {"tenant": TENANT})
        seen = set(connection.execute(text("SELECT tenant FROM webhook_delivery")).scalars())
        changed = connection.execute(text("UPDATE webhook_delivery SET state = 'dead' WHERE tenant = 'other'")).rowcount
        assert (seen, changed) == ({TENANT}, 0)
        assert list(connection.execute(text("SELECT DISTINCT tenant FROM webhook_try")).scalars()) == [TENANT]
