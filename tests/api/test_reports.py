"""GET /v1/reports/disclosures: who was not told, why, page by page, for compliance of one tenant, and on record."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from governance.verdicts import VerdictsState, decide
from infra.cli_report import report_app
from infra.clock import now
from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.base import Data, Event
from schemas.calls import CallAdmitted, DeadlinePassed
from schemas.redacted import AssistantRedacted
from schemas.verdicts import DisclosureGiven
from tests.support.api import Served
from tests.support.calls import START, TENANT, because, event
from tests.support.consent_calls import CONSENT, RECORDED

pytestmark = pytest.mark.contract
POLICY = bundle([Document("acme.yaml", CONSENT)])
AI = "You are speaking with an AI assistant."
PATH = "/v1/reports/disclosures"


def admitted(place: str | None = "US-TX") -> CallAdmitted:
    return CallAdmitted(
        channel="phone", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
        policy_version=POLICY.label, jurisdiction=place,
    )


def spoken(text: str, heard: str | None = None) -> list[Data]:
    return [
        AssistantRedacted(stage="synthesised", utterance="a1", turn=0, text=text, detector="d"),
        AssistantRedacted(
            stage="heard", utterance="a1", turn=0, text=text if heard is None else heard, detector="d",
            method="playback_mark", interrupted=heard is not None,
        ),
    ]


def passed() -> list[Data]:
    return [DeadlinePassed(deadline="x", why=f"disclosure.{kind}") for kind in ("ai", "recording")]


def governed(call_id: str, minute: int, *facts: Data, late_s: int = 0, tenant: str = TENANT) -> list[Event]:
    """A call as it lies on call.governed: its facts, each with what the stair says to it."""
    state, found = VerdictsState(), list[Event]()
    for number, data in enumerate(facts):
        heard = isinstance(data, AssistantRedacted) and data.stage == "heard"
        at = START + timedelta(minutes=minute, seconds=number + (late_s if heard else 0))
        fact = event(number, data, call_id=call_id, tenant=tenant, at=at)
        state, said = decide(state, fact, POLICY)
        found += [fact, *(fact.follow(one, room="policy", n=n) for n, one in enumerate(said))]
    return found


@pytest.fixture
def told(served: Served) -> Served:
    served.tell(
        *governed("told", 0, admitted(), *spoken(f"{AI} {RECORDED}"), *passed()),
        *governed("silent", 1, admitted(), *spoken(AI), *passed()),
        *governed("cut", 2, admitted(), *spoken(f"{AI} {RECORDED}", f"{AI} This call"), *passed()),
        *governed("late", 3, admitted(), *passed(), *spoken(f"{AI} {RECORDED}"), late_s=30),
        *governed("other", 4, admitted(), *passed(), tenant="globex"),
        event(1, DisclosureGiven(disclosure="ai", rule="disclosure.ai", policy_version="p", because=because()),
              call_id="of-an-older-log", at=START + timedelta(minutes=5)),
    )
    return served


def reasons(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["call_id"], one["disclosure"], one["explained"]) for one in report["unheard"]]


def test_every_statement_that_was_not_heard_is_listed_with_its_reason_and_all_are_counted(told: Served) -> None:
    with told.client("compliance", subject="cora") as client:
        answer = client.get(PATH)
        assert answer.status_code == 200, answer.text
        report = answer.json()
        [entry, *_] = client.get("/v1/audit/entries", params={"type": "read", "actor": "cora"}).json()["entries"]
    assert reasons(report) == [
        ("late", "recording", "heard 14000 ms after it was due"),
        ("late", "ai", "heard 19000 ms after it was due"),
        ("cut", "recording", "interrupted at word 2 of 4"),
        ("silent", "recording", "never said"),
    ]
    counts = {one["disclosure"]: one for one in report["counts"]}
    assert [counts["ai"][what] for what in ("required", "heard", "late")] == [5, 4, 1]
    assert [counts["recording"][what] for what in ("required", "heard", "late", "interrupted", "never_said")] == [
        4, 1, 1, 1, 1,
    ]
    assert entry["actor_label"] == "cora"


def test_pages_follow_each_other_and_filters_narrow_them(told: Served) -> None:
    with told.client("compliance") as client:
        first = client.get(PATH, params={"limit": 3})
        second = client.get(first.headers["link"].split(">")[0][1:])
        assert [len(one.json()["unheard"]) for one in (first, second)] == [3, 1]
        assert second.json()["cursor"] is None
        only = client.get(PATH, params={"kind": "ai", "from": START.isoformat(), "to": now().isoformat()}).json()
        assert reasons(only) == [("late", "ai", "heard 19000 ms after it was due")]
        none = client.get(PATH, params={"from": now().isoformat()}).json()
        assert (none["unheard"], none["counts"]) == ([], [])
        assert client.get(PATH, params={"cursor": "never"}).status_code == 422


def test_csv_has_the_same_rows(told: Served) -> None:
    with told.client("compliance") as client:
        answer = client.get(PATH, params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(one["call_id"], one["reason"]) for one in rows] == [
        ("late", "late"), ("late", "late"), ("cut", "interrupted"), ("silent", "never_said"),
    ]


def test_others_see_nothing_of_it(told: Served) -> None:
    with told.client("agent") as client:
        assert client.get(PATH).status_code == 403
    with told.client("compliance", tenant="globex") as client:
        assert {one["call_id"] for one in client.get(PATH).json()["unheard"]} == {"other"}


def test_the_command_prints_the_same(told: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(told.settings.data))
    app = report_app(lambda _: str(told.settings.database_url))
    printed = CliRunner().invoke(app, ["disclosures", "--tenant", TENANT, "--from", "2026-03-01"])
    assert printed.exit_code == 0, printed.output
    assert "cut  recording: interrupted at word 2 of 4" in printed.output
    assert "recording: 1 of 4 heard in time, 1 late, 1 interrupted, 1 never said" in printed.output
