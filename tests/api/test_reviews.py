"""What people who read calls say of them: checked, theirs, replaced by their later word, an event and an entry."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from infra.clock import now
from infra.database import transaction
from infra.outbox import unsent
from infra.tokens import Role
from schemas.audit import Source
from schemas.base import Event
from schemas.calls import CallEnded
from schemas.reviews import CallReviewed
from streams.entries import draft
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
PATH = "/v1/calls/call-1/reviews"
TEXT, ANSWER, ALARM = (f"acme/call-1/{number}" for number in (2, 6, 8))  # of calls.story


@pytest.fixture
def cora(served: Served) -> Iterator[httpx.Client]:
    served.tell(*calls.story(), calls.event(40, CallEnded(reason="hangup")))
    with served.client("compliance", subject="cora") as client:
        yield client


def said(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post(PATH, json=body)


def sent(served: Served) -> list[Event]:
    with transaction(served.pool) as connection:
        return [event for _, event in unsent(connection)]


def tell_ended(served: Served, number: int, *, at: datetime) -> str:
    call_id = f"call-{number}"
    facts = [*calls.story(call_id=call_id, handoff=f"h{number}"), calls.event(40, CallEnded(reason="hangup"))]
    served.tell(*(
        calls.event(place, one.data, call_id=call_id, at=at + timedelta(seconds=place))
        for place, one in enumerate(facts, start=1)
    ))
    return call_id


def test_a_label_is_an_event_and_an_entry_of_who_said_it_and_her_later_word_replaces_it(
    cora: httpx.Client, served: Served
) -> None:
    leak = said(cora, label="leak", about=TEXT, kind="PERSON", places=[{"start": 14, "length": 6}])
    assert (leak.status_code, leak.json()["label"], leak.json()["agent"]) == (200, "leak", "cora")
    again = said(cora, label="leak", about=TEXT, kind="PERSON", places=[{"start": 14, "length": 6}])
    assert again.json() == leak.json()
    with served.client("supervisor", subject="sue") as sue:
        said(sue, label="clean", about=TEXT)
    assert said(cora, label="clean", about=TEXT).json()["event_id"] != leak.json()["event_id"]
    assert {(one["agent"], one["label"]) for one in cora.get(PATH).json()["reviews"]} == {
        ("cora", "clean"), ("sue", "clean"),
    }
    told = sent(served)
    assert [(one.data.agent, one.data.label) for one in told if isinstance(one.data, CallReviewed)] == [
        ("cora", "leak"), ("sue", "clean"), ("cora", "clean"),
    ]
    assert told[0].id == leak.json()["event_id"]
    entry = draft(told[0], src=Source(cluster="c", topic_id="t", partition=0, offset=0), keyring=served.keyring)
    assert (entry.type, entry.actor_label, entry.cause, entry.call) == ("call_reviewed", "cora", TEXT, "call-1")
    assert entry.policy_version == "baseline-1"


def test_the_event_makes_the_same_row_again_and_an_older_one_changes_nothing(
    cora: httpx.Client, served: Served
) -> None:
    said(cora, label="leak", about=TEXT)
    said(cora, label="clean", about=TEXT)
    stands = cora.get(PATH).json()
    older, newer = sent(served)
    served.tell(older)
    assert cora.get(PATH).json() == stands
    with transaction(served.pool) as connection:
        connection.execute(text("DELETE FROM review"))
    served.tell(newer)
    assert cora.get(PATH).json() == stands


def test_an_alarm_is_its_rule_whichever_of_its_events_was_looked_at_and_a_label_is_taken_back(
    cora: httpx.Client
) -> None:
    alarm = said(cora, label="false_alarm", about=ALARM).json()
    assert (alarm["label"], alarm["rule"]) == ("false_alarm", "explicit_request")
    assert said(cora, label="right", about=ALARM).json()["rule"] == "explicit_request"
    said(cora, label="missed", kind="emergency")
    assert [one["label"] for one in cora.get(PATH).json()["reviews"]] == ["right", "missed"]
    said(cora, label="retracted", kind="emergency")
    said(cora, label="retracted", about=ALARM)
    assert cora.get(PATH).json()["reviews"] == []
    assert said(cora, label="retracted", about=TEXT).status_code == 404


@pytest.mark.parametrize(("body", "status"), [
    ({"label": "leak"}, 422), ({"label": "leak", "about": "nothing"}, 404), ({"label": "leak", "about": ALARM}, 404),
    ({"label": "right", "about": TEXT}, 404), ({"label": "right", "about": TEXT, "kind": "PERSON"}, 422),
    ({"label": "leak", "about": TEXT, "kind": "Carla Jones"}, 422),
    ({"label": "leak", "about": TEXT, "kind": "handoff"}, 422), ({"label": "missed", "kind": "PERSON"}, 422),
    ({"label": "leak", "about": TEXT, "places": [{"start": 900, "length": 2}]}, 422),
    ({"label": "clean", "about": TEXT, "places": [{"start": 0, "length": 2}]}, 422),
    ({"label": "complete", "about": TEXT}, 422), ({"label": "complete", "sample": "0/9/x/y"}, 422),
    ({"label": "clean", "about": TEXT, "text": "it is 4111"}, 422), ({"label": "fine", "about": TEXT}, 422),
])
def test_a_label_that_does_not_fit_the_thing_is_refused(cora: httpx.Client, body: Any, status: int) -> None:
    answer = cora.post(PATH, json=body)
    assert (answer.status_code, "4111" in answer.text, "Carla" in answer.text) == (status, False, False)


def test_a_call_that_goes_on_is_not_read_whole_and_another_tenants_is_not_there(served: Served) -> None:
    served.tell(*calls.story())
    with served.client("supervisor") as client:
        assert said(client, label="complete").status_code == 422
        assert said(client, label="clean", about=TEXT).status_code == 200
    with served.client("supervisor", tenant="other") as client:
        assert said(client, label="clean", about=TEXT).status_code == 404
        assert client.get(PATH).status_code == 404
    roles: tuple[Role, ...] = ("agent", "dpo", "admin", "channel")
    for role in roles:
        with served.client(role) as client:
            assert said(client, label="clean", about=TEXT).status_code == 403


def test_a_draw_names_the_same_calls_again_others_with_another_seed_and_is_written_down(served: Served) -> None:
    at = now() - timedelta(days=2)
    names = {tell_ended(served, number, at=at) for number in range(20, 32)}
    with served.client("compliance", subject="cora") as client:
        asked = {"size": 5, "seed": 7}
        first = client.get("/v1/reviews/sample", params=asked).json()
        drawn = [one["call_id"] for one in first["calls"]]
        assert (len(set(drawn)), set(drawn) < names, first["population"]) == (5, True, 12)
        assert client.get("/v1/reviews/sample", params=asked).json() == first
        others = set()
        for seed in range(8):
            again = client.get("/v1/reviews/sample", params={**asked, "seed": seed}).json()["calls"]
            others.add(tuple(one["call_id"] for one in again))
        assert len(others) > 4
        left = next(iter(names - set(drawn)))
        body = {"label": "complete", "sample": first["sample"]}
        assert client.post(f"/v1/calls/{left}/reviews", json=body).status_code == 422
        assert client.post(f"/v1/calls/{drawn[0]}/reviews", json=body).json()["texts"] == 2
        now_read = client.get("/v1/reviews/sample", params=asked).json()["calls"]
        assert [one["complete"] for one in now_read] == [True, False, False, False, False]
        tomorrow = {"to": (now() + timedelta(days=1)).isoformat()}
        assert client.get("/v1/reviews/sample", params=tomorrow).status_code == 422
    query = text("SELECT count(*) FROM audit_index WHERE actor_label = 'cora' AND type = 'read'")
    with transaction(served.pool) as connection:
        assert connection.execute(query).scalar_one() >= 10


def test_rates_come_of_drawn_calls_that_were_read_whole_by_day_and_policy(served: Served) -> None:
    at = (now() - timedelta(days=2)).replace(hour=12)
    names = [tell_ended(served, number, at=at) for number in range(50, 54)]
    with served.client("compliance", subject="cora") as client:
        sample = client.get("/v1/reviews/sample", params={"size": 4}).json()["sample"]
        for name in names[:3]:
            client.post(f"/v1/calls/{name}/reviews", json={"label": "complete", "sample": sample})
        client.post(f"/v1/calls/{names[0]}/reviews", json={"label": "leak", "about": f"acme/{names[0]}/2"})
        client.post(f"/v1/calls/{names[1]}/reviews", json={"label": "false_alarm", "about": f"acme/{names[1]}/8"})
        client.post(f"/v1/calls/{names[3]}/reviews", json={"label": "leak", "about": f"acme/{names[3]}/2"})
        report = client.get("/v1/reports/reviews").json()
    chosen, drawn = report["days"]
    assert (drawn["day"], drawn["policy_version"], drawn["basis"]) == (at.date().isoformat(), "baseline-1", "sample")
    assert (drawn["texts"]["of"], drawn["texts"]["found"]) == (6, 1)
    assert drawn["texts"]["rate"] == pytest.approx(1 / 6)
    assert drawn["texts"]["low"] < 1 / 6 < drawn["texts"]["high"] < 0.6
    assert (drawn["calls"]["of"], drawn["calls"]["found"], drawn["alarms"]["of"]) == (3, 1, 3)
    assert (drawn["alarms"]["found"], drawn["missed"]["found"]) == (1, 0)
    assert (chosen["basis"], chosen["texts"]["found"], chosen["texts"]["rate"]) == ("chosen", 1, None)
    assert [one["basis"] for one in report["whole"]] == ["chosen", "sample"]
    with served.client("agent") as client:
        assert client.get("/v1/reports/reviews").json() == report  # counts, no name and no word
        early = {"to": "2020-01-01T00:00:00Z"}
        assert client.get("/v1/reports/reviews", params=early).json() == {"days": [], "whole": []}
        assert client.get("/v1/reports/reviews", params={"to": "0001-01-01T00:00:00Z"}).status_code == 422
