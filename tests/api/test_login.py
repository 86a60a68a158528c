"""Logins at a provider: through its form and back with a session, its tokens as bearers, its keys as they change."""

import base64
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr
from sqlalchemy import text

from infra import oidc
from infra.embedded_broker import EmbeddedBroker
from tests.support.api import Served, serve
from tests.support.oidc_provider import CLIENT, ROLES, SECRET, Provider

pytestmark = pytest.mark.flow


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.stop()


@pytest.fixture
def door(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path, provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Served]:
    """Serve with the provider as its own."""
    monkeypatch.setattr(oidc, "REFETCH_AFTER_S", 0.0)
    settings = {
        "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET),
        "oidc_audience": "calls-api", "oidc_roles_claim": "realm_access.roles", "oidc_roles": ROLES,
    }
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path, also=settings) as one:
        provider.redirects.add(f"{one.url}/v1/login/callback")
        yield one


def log_in(door: Served, person: str, *, then: str = "/v1/me") -> tuple[httpx.Client, httpx.Response]:
    """Do what a browser does; the last answer is the page one lands on."""
    client = httpx.Client(timeout=60, trust_env=False, follow_redirects=True)
    form = client.get(f"{door.url}/v1/login", params={"next": then})
    assert form.status_code == 200, form.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.text))
    return client, client.post(str(form.url).partition("?")[0], data={**fields, "person": person})


def told(door: Served) -> list[tuple[str, str, str]]:
    query = text("SELECT tenant, type, actor_label FROM audit_index WHERE type LIKE 'login.%' ORDER BY tenant, idx")
    with door.pool.connect() as connection:
        return [(tenant, kind, who) for tenant, kind, who in connection.execute(query)]


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def ask(door: Served, token: str, path: str = "/v1/me") -> httpx.Response:
    with door.client(None) as client:
        return client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_login_at_the_provider_is_a_session_with_role_and_tenant_of_its_claims(door: Served) -> None:
    client, landed = log_in(door, "ann")
    me = landed.json()
    assert (me["subject"], me["tenant"], me["roles"]) == ("ann", "acme", ["agent"])
    assert client.post(f"{door.url}/v1/handoffs/none/claim").json()["type"].endswith(":csrf")
    claimed = client.post(f"{door.url}/v1/handoffs/none/claim", headers={"X-CSRF-Token": me["csrf"]})
    assert claimed.status_code == 404
    assert "callwarden_login" not in client.cookies
    assert log_in(door, "otto")[1].json()["tenant"] == "other"
    assert told(door) == [("acme", "login.opened", "ann"), ("other", "login.opened", "otto")]


def test_who_has_no_role_or_no_tenant_here_does_not_come_in_and_that_is_recorded(door: Served) -> None:
    for person in ("nora", "lost", "nobody"):
        client, landed = log_in(door, person)
        assert landed.status_code == 401
        assert landed.headers["content-type"] == "application/problem+json"
        assert "callwarden_session" not in client.cookies
    assert told(door) == [("acme", "login.refused", "nora")]


def test_a_code_counts_in_the_browser_that_asked_for_it_and_once(door: Served, provider: Provider) -> None:
    client = httpx.Client(timeout=60, trust_env=False)
    form = client.get(client.get(f"{door.url}/v1/login").headers["location"])
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.text))
    back = client.post(f"{provider.issuer}/auth", data={**fields, "person": "ann"}).headers["location"]
    with httpx.Client(trust_env=False) as other:
        assert other.get(back).status_code == 401
        other.get(f"{door.url}/v1/login")
        assert other.get(back).status_code == 401
    assert client.get(re.sub("state=.{9}", "state=123456789", back)).status_code == 401
    assert client.get(re.sub("iss=[^&]*", "iss=https%3A%2F%2Fevil.example", back)).status_code == 401
    cookies = dict(client.cookies)
    assert client.get(back).status_code == 303
    with httpx.Client(trust_env=False, cookies=cookies) as again:
        assert again.get(back).status_code == 401  # the provider takes a code once


@pytest.mark.parametrize("then", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", ""])
def test_a_login_never_leads_to_another_site(door: Served, then: str) -> None:
    _, landed = log_in(door, "ann", then=then)
    assert str(landed.url) == f"{door.url}/v1/me"


def test_a_login_leads_where_it_was_asked_to(door: Served) -> None:
    _, landed = log_in(door, "ann", then="/v1/handoffs?limit=1")
    assert str(landed.url) == f"{door.url}/v1/handoffs?limit=1"
    assert landed.status_code == 200


def test_access_tokens_of_the_provider_are_taken_beside_local_ones(door: Served, provider: Provider) -> None:
    assert ask(door, provider.token("cleo")).json()["roles"] == ["compliance"]
    assert ask(door, provider.token("otto")).json()["tenant"] == "other"
    assert ask(door, door.token("agent", subject="lea")).json()["subject"] == "lea"


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"aud": "another-api"}, True), ({"aud": None}, True), ({"iss": None}, False), ({"exp": None}, True),
        ({"exp": 1}, True), ({"nbf": 1 << 40}, True), ({"sub": None}, False), ({"sub": 7}, False),
        ({"tenant": "NO"}, False), ({"tenant": None}, False), ({"realm_access": {"roles": []}}, True),
        ({"realm_access": "cc-agents"}, True), ({"exp": "soon"}, True),
    ],
)
def test_a_token_that_says_the_wrong_thing_is_refused(
    door: Served, provider: Provider, claims: dict[str, object], named: bool
) -> None:
    provider.claims = claims
    assert ask(door, provider.token("ann")).status_code == 401
    assert told(door) == ([("acme", "login.refused", "ann")] if named else [])


def test_unsigned_tokens_and_those_signed_with_what_is_public_are_refused(door: Served, provider: Provider) -> None:
    head, body, _ = provider.token("ann").split(".")
    said = jwt.decode(provider.token("ann"), provider.keys[0]).claims
    signer = provider.keys[0]
    assert isinstance(signer, RSAKey)
    kid = str(signer.kid)
    public = signer.as_pem(private=False)
    confused = f"{encoded(json.dumps({'alg': 'HS256', 'kid': kid}).encode())}.{body}"
    stranger = RSAKey.generate_key(2048, {"kid": kid})
    forged = [
        f"{head}.{body}.", f"eyJhbGciOiJub25lIn0.{body}.",
        f"{confused}.{encoded(hmac.new(public, confused.encode(), 'sha256').digest())}",
        jwt.encode({"alg": "HS256", "kid": "oct"}, said, OctKey.import_key(b"secret")),
        jwt.encode({"alg": "RS256", "kid": kid}, said, stranger),
        jwt.encode({"alg": "RS256"}, said, stranger),
        "a.b.c", "..", "x" * 20_000,
    ]
    assert [ask(door, token).status_code for token in forged] == [401] * len(forged)
    assert told(door) == []


def test_new_keys_are_fetched_when_a_token_names_one_and_old_ones_hold_meanwhile(
    door: Served, provider: Provider
) -> None:
    old = provider.token("ann")
    assert ask(door, old).status_code == 200
    provider.rotate(curve=True)
    assert ask(door, provider.token("ann")).status_code == 200
    assert ask(door, old).status_code == 200
    provider.rotate()
    provider.rotate()
    assert ask(door, provider.token("ann")).status_code == 200
    assert ask(door, old).status_code == 401


def test_invented_key_ids_make_nobody_ask_the_provider_often(
    door: Served, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "REFETCH_AFTER_S", 3600.0)
    assert ask(door, provider.token("ann")).status_code == 200
    before = len(provider.asked)
    provider.keys = []
    provider.rotate()
    assert [ask(door, provider.token("ann")).status_code for _ in range(10)] == [401] * 10
    assert len(provider.asked) == before


def test_clocks_may_differ_by_half_a_minute(door: Served, provider: Provider) -> None:
    provider.skew_s = 20
    assert ask(door, provider.token("ann")).status_code == 200
    assert log_in(door, "ann")[1].status_code == 200
    provider.skew_s = 90
    assert ask(door, provider.token("ann")).status_code == 401
    provider.skew_s = -320
    assert ask(door, provider.token("ann")).status_code == 200
    provider.skew_s = -390
    assert ask(door, provider.token("ann")).status_code == 401


def test_without_the_provider_who_is_in_stays_and_who_wants_in_hears_why(door: Served, provider: Provider) -> None:
    provider.stop()
    away = door.client(None).get("/v1/login")
    assert (away.status_code, away.json()["type"]) == (503, "urn:callwarden:problem:provider-away")
    assert away.headers["retry-after"]
    assert ask(door, provider.token("ann")).status_code == 503
    provider.start()
    client, _ = log_in(door, "ann")
    known = provider.token("ann")
    provider.stop()
    assert client.get(f"{door.url}/v1/calls").status_code == 200
    assert ask(door, known).status_code == 200  # its key is known
    provider.rotate()
    assert ask(door, provider.token("ann")).status_code == 503
    assert ask(door, door.token("agent")).status_code == 200
    provider.start()
    assert ask(door, provider.token("ann")).status_code == 200


def test_without_a_provider_of_its_own_the_service_says_how_to_log_in(served: Served) -> None:
    answer = served.client(None).get("/v1/login")
    assert answer.status_code == 404
    assert "callwarden token" in answer.json()["detail"]
