"""The desk over HTTP: one agent wins, versions are looked at, a change is told at once."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text

from infra.database import transaction
from infra.outbox import unsent
from schemas.handoffs import HandoffWithdrawn
from schemas.topics import CALL_RAW
from tests.support import calls, topic_reader
from tests.support.api import Served

pytestmark = pytest.mark.flow


@pytest.fixture
def agent(served: Served) -> Iterator[httpx.Client]:
    served.tell(*calls.story())
    with served.client("agent", subject="ann") as client:
        yield client


def test_of_two_hundred_claims_over_http_one_wins_and_one_event_leaves(served: Served) -> None:
    served.tell(*calls.story())
    clients = [served.client("agent", subject=f"agent-{number}") for number in range(20)]

    def claim(number: int) -> int:
        return clients[number % 20].post("/v1/handoffs/h1/claim").status_code

    with ThreadPoolExecutor(20) as agents:
        assert Counter(agents.map(claim, range(200))) == {200: 1, 409: 199}
    with transaction(served.pool) as connection:
        assert [event.type for _, event in unsent(connection)] == ["handoff_claimed"]


def test_an_agent_reads_the_packet_claims_accepts_and_completes(agent: httpx.Client, served: Served) -> None:
    assert [each["handoff"] for each in agent.get("/v1/handoffs").json()["handoffs"]] == ["h1"]
    read = agent.get("/v1/handoffs/h1")
    assert read.json()["packet"]["pseudonyms"] == ["<CARD_1>"]
    claimed = agent.post("/v1/handoffs/h1/claim", headers={"If-Match": read.headers["etag"]})
    assert (claimed.status_code, claimed.json()["state"], claimed.json()["claimed_by"]) == (200, "claimed", "ann")
    assert agent.post("/v1/handoffs/h1/accept").json()["state"] == "accepted"
    done = agent.post("/v1/handoffs/h1/complete", json={"disposition": "solved"})
    assert (done.json()["state"], done.json()["disposition"]) == ("completed", "solved")
    assert agent.get("/v1/handoffs").json()["handoffs"] == []
    assert agent.get("/v1/handoffs", params={"state": "completed"}).json()["handoffs"][0]["handoff"] == "h1"
    with transaction(served.pool) as connection:
        sent = [event for _, event in unsent(connection)]
    assert [event.type for event in sent] == ["handoff_claimed", "handoff_accepted", "handoff_completed"]
    assert all(event.traceparent == calls.TRACEPARENT for event in sent)


def test_a_step_on_an_older_version_is_refused(agent: httpx.Client) -> None:
    etag = agent.get("/v1/handoffs/h1").headers["etag"]
    assert agent.post("/v1/handoffs/h1/claim", headers={"If-Match": etag}).status_code == 200
    for old in (etag, '"x"'):
        answer = agent.post("/v1/handoffs/h1/decline", json={"reason": "lunch"}, headers={"If-Match": old})
        assert (answer.status_code, answer.json()["type"]) == (412, "urn:callwarden:problem:version-changed")


def noted(served: Served) -> set[str]:
    records = asyncio.run(topic_reader.read_all(served.settings.bootstrap_servers, CALL_RAW.name))
    return {one.headers["ce_id"] for one in records if ".handoff_noted." in one.headers["ce_type"]}


def test_of_a_completion_that_is_refused_no_note_is_kept(agent: httpx.Client, served: Served) -> None:
    old, said = agent.get("/v1/handoffs/h1").headers["etag"], {"disposition": "solved", "notes": "She will call back."}
    agent.post("/v1/handoffs/h1/claim")
    etag, before = agent.post("/v1/handoffs/h1/accept").headers["etag"], noted(served)
    refused = agent.post("/v1/handoffs/h1/complete", json=said, headers={"If-Match": old})
    assert (refused.status_code, noted(served)) == (412, before)
    headers = {"If-Match": etag, "Idempotency-Key": "k1"}
    done = [agent.post("/v1/handoffs/h1/complete", json=said, headers=headers) for _ in range(2)]
    assert [one.status_code for one in done] == [200, 200]
    assert len(noted(served) - before) == 1


def test_a_request_sent_again_with_its_key_has_the_same_answer_and_no_second_effect(
    agent: httpx.Client, served: Served
) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = agent.post("/v1/handoffs/h1/claim", headers=headers)
    again = agent.post("/v1/handoffs/h1/claim", headers=headers)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), first.headers["etag"])
    reused = agent.post("/v1/handoffs/h1/accept", headers=headers)
    assert (reused.status_code, reused.json()["type"]) == (422, "urn:callwarden:problem:idempotency-key-reused")
    with served.client("agent", subject="bob") as bob:
        assert bob.post("/v1/handoffs/h1/claim", headers=headers).status_code == 409


def test_a_refused_step_does_not_keep_its_key(agent: httpx.Client) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert agent.post("/v1/handoffs/h1/accept", headers=headers).status_code == 409
    agent.post("/v1/handoffs/h1/claim")
    assert agent.post("/v1/handoffs/h1/accept", headers=headers).status_code == 200


def test_a_body_that_cannot_be_read_is_named_by_field(agent: httpx.Client) -> None:
    agent.post("/v1/handoffs/h1/claim")
    assert agent.post("/v1/handoffs/h1/decline", json={}).json()["field"] == "reason"
    answer = agent.post("/v1/handoffs/h1/decline", json={"reason": "a\u0000b"})
    assert (answer.status_code, "a\\u0000b" in answer.text) == (422, False)
    assert agent.get("/v1/handoffs", params={"cursor": "nonsense"}).status_code == 422
    assert agent.post("/v1/handoffs/none/claim").status_code == 404


def test_the_stream_tells_what_is_open_and_then_each_change_at_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.desk_feed.HEARTBEAT_S", 600.0)  # only the bell tells of a change
    heard: list[tuple[str, dict[str, object]]] = []
    opened, ended = threading.Event(), threading.Event()

    def listen() -> None:
        with served.client("agent") as client, client.stream("GET", "/v1/handoffs/stream") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            name = ""
            for line in answer.iter_lines():
                opened.set()
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    heard.append((name, json.loads(line.removeprefix("data: "))))
                    if name == "withdrawn":
                        ended.set()
                        return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert opened.wait(60)
    served.tell(*calls.story())
    served.tell(*calls.story(call_id="call-9", tenant="other", handoff="h9"))
    with served.client("agent") as client:
        client.post("/v1/handoffs/h1/claim")
    served.tell(calls.event(40, HandoffWithdrawn(handoff="h1", reason="hangup"), at=calls.FAR))
    assert ended.wait(60)
    assert [name for name, _ in heard][-1] == "withdrawn"
    assert "offered" in [name for name, _ in heard] or "claimed" in [name for name, _ in heard]
    assert {each["handoff"] for _, each in heard} == {"h1"}


def test_reading_a_packet_or_a_transcript_is_recorded_once_a_minute(agent: httpx.Client, served: Served) -> None:
    for _ in range(3):
        agent.get("/v1/handoffs/h1")
        agent.get("/v1/calls/call-1/transcript")
    query = text("SELECT actor_label, call, type FROM audit_index ORDER BY idx")
    with served.pool.connect() as connection:
        looks = [tuple(row) for row in connection.execute(query)]
    assert set(looks) == {("ann", "call-1", "read")}
    assert 2 <= len(looks) <= 4  # a minute may pass meanwhile


def test_before_she_claims_it_an_agent_sees_the_summary_where_the_policy_says_so(served: Served) -> None:
    own = "layer: tenant\nid: acme\nversion: 1\ntitle: Own\nhandoff: {before_claim: summary}\n"
    with served.client("compliance") as compliance:
        published = compliance.post("/v1/policies", json={"documents": [{"name": "acme.yaml", "text": own}]})
    assert published.status_code == 201, published.text
    served.tell(*calls.story())
    with served.client("agent", subject="ann") as ann, served.client("agent", subject="ben") as ben:
        seen = ann.get("/v1/handoffs/h1").json()
        assert (seen["partly"], seen["packet"]["transcript"], seen["packet"]["pseudonyms"]) == (True, [], [])
        assert seen["packet"]["reason"]["text"]
        assert seen["revealable"] == []
        assert ann.post("/v1/handoffs/h1/claim").status_code == 200
        seen = ann.get("/v1/handoffs/h1").json()
        assert (seen["partly"], seen["packet"]["pseudonyms"]) == (False, ["<CARD_1>"])
        assert ben.get("/v1/handoffs/h1").json()["partly"]
    with served.client("supervisor") as supervisor:
        assert not supervisor.get("/v1/handoffs/h1").json()["partly"]
