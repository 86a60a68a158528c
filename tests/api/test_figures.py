"""Figures by day: percentiles of what was measured, counts of what went wrong, of one tenant."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from infra.clock import now
from infra.database import transaction
from schemas.redacted import RedactionFailed
from schemas.turns import LatencyMeasured, TurnEnded
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
PATH = "/v1/reports/figures"


def test_a_day_has_its_percentiles_and_counts(served: Served) -> None:
    at = now() - timedelta(days=1)
    facts = [calls.admitted(), calls.utterance("hello")]
    for turn, ms in enumerate((400.0, 500.0, 900.0), start=1):
        facts += [TurnEnded(turn=turn, utterances=(f"u{turn}",)), LatencyMeasured(turn=turn, ttfa_ms=ms, parts=())]
    facts.append(RedactionFailed(participant="caller", utterance="u9", turn=3, error="Timeout", detector="d"))
    served.tell(*(calls.event(number, data, at=at) for number, data in enumerate(facts, start=1)))
    served.tell(calls.event(1, calls.admitted(), call_id="elsewhere", tenant="other", at=at))
    with served.client("supervisor") as client:
        [day] = client.get(PATH, params={"days": 7}).json()["days"]
        assert client.get(PATH, params={"days": 0}).status_code == 422
    assert (day["day"], day["calls"], day["turns"]) == (at.date().isoformat(), 1, 3)
    assert (day["ttfa_p50_ms"], day["ttfa_p99_ms"]) == (500.0, pytest.approx(892.0))
    assert (day["utterances"], day["withheld"], day["hidden_later"], day["emergencies"]) == (2, 1, 0, 0)
    with served.client("channel") as client:
        assert client.get(PATH).status_code == 403


def test_a_day_gone_by_is_counted_once_and_keeps_its_figures_when_its_rows_are_gone(served: Served) -> None:
    today = now()  # once: a midnight may come meanwhile
    at, long_ago = today - timedelta(days=1), today - timedelta(days=9)
    for number, when in enumerate((at, long_ago), start=1):
        served.tell(calls.event(number, calls.admitted(), call_id=f"call-{number}", at=when))
    with served.client("supervisor") as client:
        first = client.get(PATH, params={"days": 30}).json()["days"]
        assert [(day["day"], day["calls"]) for day in first] == [
            (long_ago.date().isoformat(), 1), (at.date().isoformat(), 1),
        ]
        with transaction(served.pool) as connection:
            connection.execute(text("DELETE FROM call"))
            connection.execute(text("UPDATE day_figures SET made_at = made_at - interval '1 hour'"))
        served.tell(calls.event(3, calls.admitted(), call_id="call-3", at=today))
        days = {day["day"]: day["calls"] for day in client.get(PATH, params={"days": 30}).json()["days"]}
        assert long_ago.date().isoformat() in days  # settled: nothing is asked of it any more
        assert at.date().isoformat() not in days  # not yet settled: counted again
        assert days[today.date().isoformat()] == 1
        assert long_ago.date().isoformat() not in str(client.get(PATH, params={"days": 3}).json())
