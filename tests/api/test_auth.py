"""Who may come in, and what the door says to the others."""

import itertools

import pytest
from sqlalchemy import text

from api.auth import RIGHTS, Right
from infra.tokens import ROLES, Role
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
ROUTES: dict[tuple[str, str], Right] = {
    ("POST", "/v1/events"): "publish",
    ("GET", "/v1/calls"): "read_calls",
    ("GET", "/v1/calls/call-1"): "read_calls",
    ("GET", "/v1/calls/call-1/turns"): "read_calls",
    ("GET", "/v1/calls/call-1/transcript"): "read_calls",
    ("GET", "/v1/handoffs"): "take_handoffs",
    ("GET", "/v1/handoffs/h1"): "take_handoffs",
    ("POST", "/v1/handoffs/h1/accept"): "take_handoffs",
    ("POST", "/v1/calls/call-1/reveals"): "reveal",
    ("POST", "/v1/reveals/0/approve"): "approve_reveals",
    ("GET", "/v1/reveals/0"): "see_reveals",
    ("GET", "/v1/audit/entries"): "read_audit",
    ("GET", "/v1/audit/entries/0/proof"): "read_audit",
}
ANONYMOUS = ("/healthz", "/readyz", "/metrics", "/openapi.json")


def refusals(served: Served) -> list[str]:
    query = text("SELECT actor_label FROM audit_index WHERE type = 'access.refused' ORDER BY idx")
    with served.pool.connect() as connection:
        return list(connection.execute(query).scalars())


def test_each_role_reaches_what_the_table_allows_and_each_refusal_is_recorded(served: Served) -> None:
    served.tell(*calls.story())
    refused: list[Role] = []
    clients = {role: served.client(role) for role in ROLES}
    for role, ((method, path), right) in itertools.product(ROLES, ROUTES.items()):
        answer = clients[role].request(method, path)
        if role in RIGHTS[right]:
            assert answer.status_code not in (401, 403), (role, path)
        else:
            assert answer.status_code == 403, (role, path)
            assert answer.headers["content-type"] == "application/problem+json"
            refused.append(role)
    assert refusals(served) == refused


def test_no_token_and_wrong_tokens_are_unauthorized_and_say_how(served: Served) -> None:
    token = served.token("agent")
    wrong = [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Basic {token}"},
             {"Authorization": f"Bearer {token[:-6]}AAAAAA"}]
    with served.client(None) as client:
        for headers, (method, path) in itertools.product(wrong, ROUTES):
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["type"] == "urn:callwarden:problem:unauthorized"
        assert client.get("/v1/calls", params={"token": token}).status_code == 401
    assert refusals(served) == []


def test_another_tenants_ids_do_not_exist(served: Served) -> None:
    served.tell(*calls.story())
    with served.client("agent", tenant="other") as agent:
        for path in ("/v1/calls/call-1", "/v1/calls/call-1/turns", "/v1/calls/call-1/transcript", "/v1/handoffs/h1"):
            assert agent.get(path).status_code == 404
        assert agent.post("/v1/handoffs/h1/claim").status_code == 404
        assert agent.get("/v1/calls").json() == {"calls": [], "cursor": None}
        assert agent.get("/v1/handoffs").json()["handoffs"] == []


def test_operators_need_no_login(served: Served) -> None:
    with served.client(None) as client:
        for path in ANONYMOUS:
            assert client.get(path).status_code == 200, path
        assert client.get("/v1/nowhere").json()["type"] == "urn:callwarden:problem:not-found"
        assert client.put("/healthz").headers["content-type"] == "application/problem+json"
