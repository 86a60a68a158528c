"""Calls, turns and transcripts over HTTP."""

import pytest

from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow


def test_a_call_is_read_with_its_turns_and_words(served: Served) -> None:
    served.tell(*calls.story())
    with served.client("supervisor") as client:
        assert [each["call_id"] for each in client.get("/v1/calls").json()["calls"]] == ["call-1"]
        call = client.get("/v1/calls/call-1").json()
        turns = client.get("/v1/calls/call-1/turns").json()["turns"]
        lines = client.get("/v1/calls/call-1/transcript").json()["lines"]
    assert (call["state"], call["verdicts"][0]["because"][0]["event_id"]) == ("live", "acme/call-1/2")
    assert sum(part["ms"] for part in turns[0]["waterfall"]) == turns[0]["ttfa_ms"]
    assert [line["text"] for line in lines] == ["it is <CARD_1> thanks", "Thank you."]
    assert list(lines[1]["stages"]) == ["generated", "synthesised", "heard"]


def test_pages_follow_each_other_by_an_opaque_cursor(served: Served) -> None:
    served.tell(*(calls.event(1, calls.admitted(), call_id=f"call-{number}") for number in range(3)))
    with served.client("compliance") as client:
        first = client.get("/v1/calls", params={"limit": 2}).json()
        second = client.get("/v1/calls", params={"limit": 2, "cursor": first["cursor"]}).json()
        assert len({each["call_id"] for page in (first, second) for each in page["calls"]}) == 3
        assert second["cursor"] is None
        assert client.get("/v1/calls", params={"cursor": "x"}).status_code == 422
        assert client.get("/v1/calls", params={"limit": 0}).json()["field"] == "limit"


def test_an_unknown_call_is_a_problem_document(served: Served) -> None:
    with served.client("agent") as client:
        for path in ("", "/turns", "/transcript"):
            answer = client.get(f"/v1/calls/none{path}")
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_list_tells_how_far_calls_are_and_what_was_found_where_that_is_asked_for(served: Served) -> None:
    served.tell(*calls.story(), calls.event(1, calls.admitted(), call_id="call-2"))
    with served.client("supervisor") as client:
        plain = client.get("/v1/calls", params={"state": "live"}).json()
        told = client.get("/v1/calls", params={"state": "live", "signals": True}).json()
        found = client.get("/v1/calls/call-1").json()
    assert "signals" not in plain
    assert told["signals"]["call-2"] == {"turns": 0, "verdicts": []}
    assert told["signals"]["call-1"] == {
        "turns": found["turns"], "verdicts": list(dict.fromkeys(one["type"] for one in found["verdicts"])),
    }
