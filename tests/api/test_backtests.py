"""POST /v1/backtests: another policy over the calls on record, its diff, and who asked stands in the log first."""

import pytest

from infra.policies import load
from schemas.calls import CallEnded
from schemas.redacted import UtteranceRedacted
from schemas.verdicts import Evidence, VerdictReached
from tests.support.api import Served
from tests.support.calls import admitted, event

pytestmark = pytest.mark.contract
OWN = """layer: tenant
id: acme
version: 1
title: Acme's calls
rules:
  own.word:
    reason: Pineapples go to people.
    queue: general
    when: {says: {words: [pineapple]}}
"""
SAID = "the word is pineapple and can I speak to a real person please"


@pytest.fixture
def told(served: Served) -> Served:
    """One call on record in which a person was asked for."""
    words = UtteranceRedacted(participant="caller", utterance="u1", turn=1, text=SAID, detector="d")
    found = VerdictReached(
        rule="escalation.explicit_request", kind="handoff", score=1.0, reason="asked", policy_version="default@1",
        because=(Evidence(event_id="acme/call-1/2", turn=1, start=0, end=4),),
    )
    served.tell(event(1, admitted()), event(2, words), event(3, found), event(4, CallEnded(reason="hangup")))
    return served


def test_documents_are_tried_and_only_what_they_add_differs(told: Served) -> None:
    with told.client("compliance", subject="cora") as client:
        tried = client.post("/v1/backtests", json={"documents": [{"name": "acme.yaml", "text": OWN}]})
        assert tried.status_code == 200, tried.text
        report = tried.json()
        assert [report[what] for what in ("calls", "same", "added", "gone")] == [1, 1, 1, 0]
        assert [one["rule"] for one in report["examples"]] == ["own.word"]
        assert "pineapple and" not in tried.text
        [entry, *_] = client.get("/v1/audit/entries", params={"type": "read", "actor": "cora"}).json()["entries"]
        assert entry["actor_label"] == "cora"


def test_the_shipped_policy_gives_what_is_on_record(told: Served) -> None:
    with told.client("compliance") as client:
        report = client.post("/v1/backtests", json={"policy_version": "shipped"}).json()
        assert report["policy"] == load().label
        assert [report[what] for what in ("same", "added", "gone")] == [1, 0, 0]
        none = client.post("/v1/backtests", json={"policy_version": "shipped", "since": "2999-01-01T00:00:00Z"})
        assert none.json()["calls"] == 0


def test_a_repeated_request_is_answered_with_the_first_answer(told: Served) -> None:
    with told.client("compliance") as client:
        asked = {"json": {"policy_version": "shipped"}, "headers": {"Idempotency-Key": "once"}}
        first = client.post("/v1/backtests", **asked).json()  # type: ignore[arg-type]  # mypy sees one type for all
        told.tell(event(9, admitted(), call_id="call-2"), event(10, CallEnded(reason="hangup"), call_id="call-2"))
        assert client.post("/v1/backtests", **asked).json() == first  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "documents"),
        ({"policy_version": "nobody@1"}, "no such policy version"),
        ({"documents": [{"name": "a.yaml", "text": OWN.replace("general", "nowhere")}]}, "a.yaml:8"),
    ],
)
def test_what_is_wrong_is_named(served: Served, body: dict[str, object], says: str) -> None:
    with served.client("compliance") as client:
        wrong = client.post("/v1/backtests", json=body)
    assert wrong.status_code in (404, 422)
    assert says in wrong.text


def test_only_compliance_may_try_policies(served: Served) -> None:
    for role, status in (("agent", 403), ("channel", 403), (None, 401)):
        with served.client(role) as client:  # type: ignore[arg-type]  # a literal of the tuple
            assert client.post("/v1/backtests", json={"policy_version": "shipped"}).status_code == status
