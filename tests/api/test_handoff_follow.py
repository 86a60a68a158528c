"""The desk around a handoff, over HTTP: who is there, what is said while she waits, notes, a supervisor's hand."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.outbox import unsent
from infra.sealed_originals import seal_original
from schemas.desk import HandoffNoted, HandoffNoteRedacted
from schemas.handoffs import HandoffOffered
from schemas.redacted import RedactionAmended
from schemas.topics import CALL_RAW
from tests.support import calls
from tests.support.api import Served
from tests.support.topic_reader import Read, read_all

pytestmark = pytest.mark.flow
SECRET = "Margaret Thistlethwaite"
WITHIN_S = 60.0


@pytest.fixture
def ana(served: Served) -> Iterator[httpx.Client]:
    served.tell(*calls.story())
    with served.client("agent", subject="ana") as client:
        yield client


def kinds(served: Served) -> list[str]:
    with transaction(served.pool) as connection:
        return [event.type for _, event in unsent(connection)]


def opened_by(served: Served, one: Read) -> str:
    opened = served.keyring.open(
        key_id=one.headers["ce_keyid"], ciphertext=one.value, context=one.headers["ce_id"].encode()
    )
    return opened.decode()


class Follower:
    """What one stream told: names of events with their data, in their order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._news = threading.Condition()

    def listen(self, client: httpx.Client) -> None:
        with client, client.stream("GET", "/v1/handoffs/h1/stream") as answer:
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    with self._news:
                        self.heard.append((name, json.loads(line.removeprefix("data: "))))
                        self._news.notify_all()

    def until(self, name: str, true: Callable[[dict[str, Any]], object] = lambda _: True) -> None:
        """Wait for such an event."""
        with self._news:
            told = self._news.wait_for(lambda: any(one == name and true(data) for one, data in self.heard), WITHIN_S)
        assert told, [one for one, _ in self.heard]


def test_who_follows_a_handoff_hears_each_new_line_what_is_amended_and_its_end(
    ana: httpx.Client, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.handoff_follow.HEARTBEAT_S", 600.0)  # only the bell tells of a change
    ben = Follower()
    listener = threading.Thread(target=ben.listen, args=(served.client("agent", subject="ben"),), daemon=True)
    listener.start()
    ben.until("line")
    later = calls.event(20, calls.utterance("are you still there Bob", name="u2", turn=2))
    served.tell(later)
    ben.until("line", lambda told: told["text"] == "are you still there Bob")
    served.tell(calls.event(21, RedactionAmended(
        amends=later.id, participant="caller", utterance="u2", turn=2, text="are you still there <PERSON_1>",
        detector="d1",
    )))
    ben.until("amended", lambda told: told["text"] == "are you still there <PERSON_1>")
    noted = HandoffNoteRedacted(handoff="h1", agent="ana", text="ask <PERSON_1>", detector="d1")
    served.tell(calls.event(22, noted))
    ben.until("handoff", lambda told: told["notes"])
    for step in ("claim", "accept"):
        assert ana.post(f"/v1/handoffs/h1/{step}").status_code == 200
    assert ana.post("/v1/handoffs/h1/complete", json={"disposition": "solved"}).status_code == 200
    ben.until("over")
    listener.join(WITHIN_S)
    assert not listener.is_alive()
    lines = [each["text"] for name, each in ben.heard if name in ("line", "amended")]
    assert lines[-2:] == ["are you still there Bob", "are you still there <PERSON_1>"]
    since = ana.get("/v1/handoffs/h1").json()["since"]
    assert "are you still there <PERSON_1>" in [each["text"] for each in since]


def test_an_agent_goes_on_duty_sees_what_is_for_her_and_gives_back_what_she_claimed_when_she_leaves(
    ana: httpx.Client, served: Served
) -> None:
    french = HandoffOffered(
        handoff="h2", queue="billing", priority=1, expires_at=calls.FAR, language="fr", skills=("billing",)
    )
    served.tell(calls.event(30, french, call_id="call-2"))
    assert ana.get("/v1/agents/me").status_code == 404
    there = ana.put("/v1/agents/me", json={"duty": "on", "skills": ["billing"], "languages": ["en"]})
    assert (there.status_code, there.json()["skills"]) == (200, ["billing"])
    assert ana.get("/v1/agents/me").json() == there.json()
    assert [each["handoff"] for each in ana.get("/v1/handoffs?mine=true").json()["handoffs"]] == ["h1"]
    unfit = ana.post("/v1/handoffs/h2/claim")
    assert (unfit.status_code, unfit.json()["type"]) == (409, "urn:callwarden:problem:handoff-unfit")
    assert ana.post("/v1/handoffs/h1/claim").status_code == 200
    assert ana.put("/v1/agents/me", json={"duty": "break"}).json()["in_hands"] == []
    assert kinds(served) == ["handoff_claimed", "handoff_released"]
    with served.client("supervisor") as sue:
        assert sue.put("/v1/agents/ana", json={"duty": "on", "languages": ["fr"]}).json()["skills"] == ["billing"]
        assert [each["agent"] for each in sue.get("/v1/agents").json()["agents"]] == ["ana"]
    assert ana.get("/v1/agents").status_code == 403
    assert ana.post("/v1/handoffs/h2/claim").status_code == 200
    with served.pool.connect() as connection:
        query = text("SELECT actor_label FROM audit_index WHERE type = 'desk.presence' ORDER BY idx")
        assert list(connection.execute(query).scalars()) == ["ana", "ana", "supervisor"]


def test_a_supervisor_gives_a_call_to_another_agent_and_an_agent_may_not(ana: httpx.Client, served: Served) -> None:
    ana.post("/v1/handoffs/h1/claim")
    assert ana.post("/v1/handoffs/h1/reassign", json={"agent": "ben", "reason": "lunch"}).status_code == 403
    with served.client("supervisor") as sue:
        moved = sue.post("/v1/handoffs/h1/reassign", json={"agent": "ben", "reason": "call +1 202 555 0123"})
        assert (moved.json()["state"], moved.json()["claimed_by"]) == ("claimed", "ben")
        wrong = sue.post("/v1/handoffs/h1/reassign", json={"queue": "none", "reason": "lunch"})
        assert wrong.status_code == 422
        assert sue.post("/v1/handoffs/h1/reassign", json={"reason": "lunch"}).status_code == 422
        queued = sue.post("/v1/handoffs/h1/reassign", json={"queue": "emergency", "reason": "she is in danger"})
        assert (queued.json()["state"], queued.json().get("claimed_by")) == ("released", None)
        figures = sue.get("/v1/reports/queues").json()["queues"]
    assert [(each["queue"], each["claimed"]) for each in figures] == [("general", 1)]
    assert ana.post("/v1/handoffs/h1/accept").status_code == 409
    with transaction(served.pool) as connection:
        told = [event.data.model_dump_json() for _, event in unsent(connection)]
    assert "555" not in "".join(told)


def test_a_note_is_sealed_on_its_way_and_nowhere_at_rest_in_clear(ana: httpx.Client, served: Served) -> None:
    ana.post("/v1/handoffs/h1/claim")
    ana.post("/v1/handoffs/h1/accept")
    with served.client("agent", subject="ben") as ben:
        assert ben.post("/v1/handoffs/h1/notes", json={"text": "mine"}).status_code == 409
    assert ana.post("/v1/handoffs/h1/notes", json={"text": f"{SECRET} wants a call"}).status_code == 202
    done = ana.post("/v1/handoffs/h1/complete", json={"disposition": "solved", "notes": f"told {SECRET}"})
    assert done.json()["state"] == "completed"
    sent = asyncio.run(read_all(served.settings.bootstrap_servers, CALL_RAW.name))
    notes = [one for one in sent if one.headers["ce_type"] == HandoffNoted.ce_type()]
    assert [SECRET.encode() in one.value for one in notes] == [False, False]
    assert [SECRET in opened_by(served, one) for one in notes] == [True, True]
    with served.pool.connect() as connection:
        for table in ("outbox", "handoff", "idempotency", "audit_index", "handoff_note"):
            rows = connection.execute(text(f"SELECT t::text FROM {table} AS t")).scalars()
            assert not any(SECRET in row for row in rows)
    served.tell(calls.event(40, HandoffNoteRedacted(handoff="h1", agent="ana", text="told <PERSON_1>", detector="d")))
    assert [each["text"] for each in ana.get("/v1/handoffs/h1").json()["notes"]] == ["told <PERSON_1>"]


def test_what_may_be_revealed_is_told_to_who_may_and_only_while_the_call_is_hers(
    ana: httpx.Client, served: Served
) -> None:
    sealed = seal_original(
        served.keyring, tenant=calls.TENANT, call_id="call-1", pseudonym="<CARD_1>", entity="CREDIT_CARD", value="4111"
    )
    served.tell(calls.event(41, sealed))
    assert ana.get("/v1/handoffs/h1").json()["revealable"] == []
    ana.post("/v1/handoffs/h1/claim")
    accepted = ana.post("/v1/handoffs/h1/accept").json()
    assert accepted["revealable"] == [{"pseudonym": "<CARD_1>", "entity": "CREDIT_CARD", "second_person": False}]
    with served.client("supervisor") as sue:
        assert sue.get("/v1/handoffs/h1").json()["revealable"] == []
    asked = {"pseudonym": "<CARD_1>", "reason": "the payment is disputed"}
    assert ana.post("/v1/calls/call-1/reveals", json=asked).json()["value"] == "4111"
