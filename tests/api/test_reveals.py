"""An original is opened for who may see it, with a reason, once that stands in the log; so does each refusal."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.embedded_broker import EmbeddedBroker
from infra.keys import Keyring
from infra.sealed_originals import seal_original
from infra.sealed_payload import open_payload
from schemas.audit import Commitment
from tests.support import calls
from tests.support.api import Served, serve

pytestmark = pytest.mark.flow

CARD, WHY = "4111 1111 1111 1111", "the payment is disputed"
ASK = {"pseudonym": "<CARD_1>", "reason": WHY}
PATH = "/v1/calls/call-1/reveals"
POLICY = Path(__file__).parents[2] / "governance" / "policies" / "default.yaml"


def tell(served: Served) -> None:
    """Tell a call with one sealed original, offered to agents."""
    sealed = seal_original(
        served.keyring, tenant=calls.TENANT, call_id="call-1", pseudonym="<CARD_1>", entity="CREDIT_CARD", value=CARD
    )
    served.tell(*calls.story(), calls.event(50, sealed))


@pytest.fixture
def compliance(served: Served) -> Iterator[httpx.Client]:
    tell(served)
    with served.client("compliance", subject="cleo") as client:
        yield client


@pytest.fixture
def strict(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve under a policy that wants a second person for cards."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.read_text().replace("second_person: []", "second_person: [CREDIT_CARD]"))
    with serve(
        database_url=database_url, bootstrap_servers=embedded_broker.bootstrap_servers, data=tmp_path, policy=policy
    ) as one:
        tell(one)
        yield one


def entries(served: Served) -> list[tuple[str, str]]:
    query = text("SELECT type, actor_label FROM audit_index WHERE type LIKE 'reveal.%' ORDER BY idx")
    with transaction(served.pool) as connection:
        return [(row.type, row.actor_label) for row in connection.execute(query)]


def facts(served: Served, keyring: Keyring) -> list[dict[str, str]]:
    """Open the payloads of the log's entries of reveals."""
    query = text(
        "SELECT leaf.event_id, leaf.entry, kept.ct FROM audit_leaf AS leaf JOIN audit_payload AS kept "
        "USING (tenant, event_id) JOIN audit_index AS i USING (tenant, event_id) WHERE i.type LIKE 'reveal.%' "
        "ORDER BY leaf.idx"
    )
    found = []
    with transaction(served.pool) as connection:
        for row in connection.execute(query).all():
            commitment = Commitment.model_validate(json.loads(row.entry)["payload"])
            key = keyring.event_key(key_id=commitment.kid, event_id=row.event_id)
            opened = open_payload(
                key, tenant=calls.TENANT, event_id=row.event_id, ct=row.ct, commitment=commitment
            )
            found.append(json.loads(opened))
    return found


def in_the_database(served: Served, *wanted: str) -> set[str]:
    """Tell which of these stand in a table in clear."""
    with transaction(served.pool) as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        queries = [text(f'SELECT t::text FROM "{name}" AS t') for name in names]
        rows = [row for query in queries for row in connection.execute(query).scalars()]
    return {one for one in wanted if any(one in row for row in rows)}


def test_an_original_is_opened_with_its_reason_in_the_log_and_nothing_of_it_in_a_table(
    compliance: httpx.Client, served: Served
) -> None:
    answer = compliance.post(PATH, json=ASK)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (answer.json()["value"], answer.json()["state"]) == (CARD, "opened")
    assert entries(served) == [("reveal.opened", "cleo")]
    (told,) = facts(served, served.keyring)
    assert (told["pseudonym"], told["reason"], told["entity"]) == ("<CARD_1>", WHY, "CREDIT_CARD")
    assert CARD not in str(told)
    assert in_the_database(served, CARD, CARD.replace(" ", ""), WHY, "call-1") == {"call-1"}


def test_an_agent_sees_originals_only_of_the_call_she_has(served: Served) -> None:
    tell(served)
    with served.client("agent", subject="ann") as ann, served.client("agent", subject="bob") as bob:
        for step in ("claim", "accept"):
            assert ann.post(PATH, json=ASK).status_code == 403
            assert ann.post(f"/v1/handoffs/h1/{step}").status_code == 200
        assert ann.post(PATH, json=ASK).json()["value"] == CARD
        assert bob.post(PATH, json=ASK).status_code == 403
        ann.post("/v1/handoffs/h1/complete", json={"disposition": "solved"})
        assert ann.post(PATH, json=ASK).status_code == 403
    refused, opened = "reveal.refused", "reveal.opened"
    assert entries(served) == [
        (refused, "ann"), (refused, "ann"), (opened, "ann"), (refused, "bob"), (refused, "ann")
    ]


def test_a_request_sent_again_with_its_key_is_the_same_reveal_and_keeps_no_original(
    compliance: httpx.Client, served: Served
) -> None:
    headers = {"Idempotency-Key": "k1"}
    first, again = (compliance.post(PATH, json=ASK, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert entries(served) == [("reveal.opened", "cleo")] * 2  # each look is one
    other = compliance.post(PATH, json={**ASK, "reason": "another reason"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "urn:callwarden:problem:idempotency-key-reused")
    assert not in_the_database(served, CARD, WHY)


def test_what_is_unknown_is_not_found_and_stands_in_the_log(compliance: httpx.Client, served: Served) -> None:
    assert compliance.post(PATH, json={**ASK, "pseudonym": "<CARD_9>"}).status_code == 404
    assert compliance.post("/v1/calls/none/reveals", json=ASK).status_code == 404
    assert compliance.get("/v1/reveals/0").status_code == 404
    for wrong in ({**ASK, "pseudonym": CARD}, {"pseudonym": "<CARD_1>"}, {**ASK, "reason": ""}):
        answer = compliance.post(PATH, json=wrong)
        assert (answer.status_code, CARD in answer.text) == (422, False)
    with served.client("compliance", tenant="other") as other:
        assert other.post(PATH, json=ASK).status_code == 404
    assert sorted(entries(served)) == [("reveal.refused", "cleo")] * 2 + [("reveal.refused", "compliance")]


def test_an_original_of_a_forgotten_call_is_gone_at_once(compliance: httpx.Client, served: Served) -> None:
    waiting = compliance.post(PATH, json=ASK).json()["reveal"]
    with transaction(served.pool) as connection:
        # As another process does it: this one still holds the key in memory.
        connection.execute(text("UPDATE subject_key SET wrapped = NULL, destroyed_at = now() WHERE call = 'call-1'"))
    for answer in (compliance.post(PATH, json=ASK), compliance.get(f"/v1/reveals/{waiting}")):
        assert (answer.status_code, answer.json()["type"]) == (410, "urn:callwarden:problem:call-forgotten")
    assert entries(served)[-1] == ("reveal.refused", "cleo")


def test_where_the_policy_asks_for_two_a_second_person_agrees_and_the_first_reads(strict: Served) -> None:
    with strict.client("compliance", subject="cleo") as cleo, strict.client("supervisor", subject="sue") as sue:
        headers = {"Idempotency-Key": "k1"}
        asked = cleo.post(PATH, json=ASK, headers=headers)
        assert (asked.status_code, asked.json()["state"], asked.json()["value"]) == (202, "pending", None)
        place = asked.headers["location"]
        assert cleo.get(place).json()["value"] is None
        own = cleo.post(f"{place}/approve")
        assert (own.status_code, own.json()["type"]) == (403, "urn:callwarden:problem:forbidden")
        agreed = sue.post(f"{place}/approve")
        assert (agreed.status_code, agreed.json()["state"], agreed.json()["value"]) == (200, "approved", None)
        assert agreed.json()["reason"] == WHY
        assert sue.post(f"{place}/approve").status_code == 200
        assert sue.get(place).json()["value"] is None
        assert cleo.get(place).json()["value"] == CARD
        assert cleo.post(PATH, json=ASK, headers=headers).json()["value"] == CARD
    kinds = [kind for kind, _ in entries(strict)]
    assert kinds == ["reveal.requested", "reveal.refused", *["reveal.approved"] * 2, *["reveal.opened"] * 2]
    assert not in_the_database(strict, CARD, WHY)


def test_a_reveal_ends_with_its_time(strict: Served) -> None:
    with strict.client("compliance", subject="cleo") as cleo, strict.client("dpo", subject="dan") as dan:
        place = cleo.post(PATH, json=ASK).headers["location"]
        with transaction(strict.pool) as connection:
            connection.execute(text("UPDATE reveal SET expires_at = now()"))
        assert dan.post(f"{place}/approve").json()["type"] == "urn:callwarden:problem:reveal-closed"
        assert cleo.get(place).json()["state"] == "expired"
        assert dan.get(place).json()["value"] is None


def test_who_may_agree_lists_what_waits_and_never_sees_an_original_in_it(strict: Served) -> None:
    with strict.client("compliance", subject="cleo") as client:
        asked = client.post(PATH, json=ASK).json()["reveal"]
    with strict.client("dpo", subject="dora") as client:
        answer = client.get("/v1/reveals", params={"state": "pending"})
        [one] = answer.json()["reveals"]
        assert (one["reveal"], one["reason"], one["value"]) == (asked, WHY, None)
        assert CARD not in answer.text
        client.post(f"/v1/reveals/{asked}/approve")
        assert client.get("/v1/reveals", params={"state": "pending"}).json()["reveals"] == []
        assert len(client.get("/v1/reveals", params={"limit": 1}).json()["reveals"]) == 1
    with strict.client("agent") as client:
        assert client.get("/v1/reveals").status_code == 403
