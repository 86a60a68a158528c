"""A copy of everything about one person: complete, without other persons, and in the log before it leaves."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.sealed_originals import seal_original
from tests.support import calls
from tests.support.api import Served
from tests.support.calls import TENANT
from tests.support.erasing import CARD, SUBJECT, Store

pytestmark = pytest.mark.flow

ASK = {"subject": SUBJECT, "reason": "access request 7"}
FRIEND = "Roberta Oakes"


@pytest.fixture
def dpo(served: Served) -> Iterator[httpx.Client]:
    store = Store(served.pool, served.settings.kek, served.keyring)
    store.tell()
    friend = seal_original(
        served.keyring, tenant=TENANT, call_id="call-1", pseudonym="<PERSON_1>", entity="PERSON", value=FRIEND
    )
    said = calls.utterance("ask <PERSON_1> please", name="u7")
    store.record([calls.event(90, friend), calls.event(91, said)])
    with transaction(served.pool) as connection:
        connection.execute(text("UPDATE handoff SET claimed_by = 'ann.miller', state = 'accepted'"))
    with served.client("agent", subject="ann.miller") as agent:
        assert agent.get("/v1/handoffs/h1").status_code == 200
    with served.client("dpo", subject="dora") as client:
        yield client


def test_it_holds_the_persons_words_and_originals_and_no_other_person(dpo: httpx.Client) -> None:
    answer = dpo.post("/v1/subject-exports", json=ASK)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="subject.json"'
    told = answer.json()
    (call,) = told["calls"]
    assert [line["text"] for line in call["lines"] if line["participant"] == "caller"] == [
        "it is <CARD_1> thanks", "ask <PERSON_1> please",
    ]
    originals = {one["pseudonym"]: one for one in call["originals"]}
    assert originals["<CARD_1>"]["value"] == CARD
    assert originals["<PERSON_1>"]["value"] is None
    assert originals["<PERSON_1>"]["withheld"] == "it may name another person"
    assert call["handoffs"][0]["claimed_by"].startswith("person-")
    assert (len(call["recording"]), call["handoffs"][0]["packet"]["handoff"]) == (1, "h1")
    for other in (FRIEND, "ann.miller", "cleo"):
        assert other not in answer.text
    looked = [one for one in told["entries"] if one["type"] == "read"]
    assert looked[0]["actor_label"] == call["handoffs"][0]["claimed_by"]  # one person, one pseudonym


def test_who_took_it_stands_in_the_log_before(dpo: httpx.Client, served: Served) -> None:
    dpo.post("/v1/subject-exports", json=ASK)
    query = text("SELECT actor_label, subject FROM audit_index WHERE type = 'subject.exported'")
    with transaction(served.pool) as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("dora", SUBJECT)]


def test_originals_can_be_left_out(dpo: httpx.Client) -> None:
    answer = dpo.post("/v1/subject-exports", json={**ASK, "originals": False})
    assert CARD not in answer.text
    assert answer.json()["calls"][0]["originals"] == []


def test_one_call_is_exported_by_its_id_and_an_erased_person_is_unknown(dpo: httpx.Client) -> None:
    one = dpo.post("/v1/subject-exports", json={"call": "call-1", "reason": "access request 7"})
    assert [call["call"]["call_id"] for call in one.json()["calls"]] == ["call-1"]
    assert dpo.post("/v1/erasures", json=ASK).status_code == 201
    assert dpo.post("/v1/subject-exports", json=ASK).status_code == 404
