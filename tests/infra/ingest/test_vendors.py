"""What vendors tell of a call becomes the same events as a channel's own."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.ingest.vendors import Told, read
from schemas.calls import CallEnded, CallStarted, ParticipantJoined
from schemas.codec import Unreadable
from schemas.turns import AssistantHeard, UtteranceFinalized
from tests.support.vendor_hooks import retell_call

pytestmark = pytest.mark.pure
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINES = (("agent", "How can I help?", 0.5, 1.5), ("user", "I want a person", 2.0, 3.2))


def retell(event: str, **more: Any) -> list[Told]:
    body = json.dumps({"event": event, "call": retell_call(*LINES, **more)}).encode()
    return read("retell", body, received_at=AT)


def vapi(**message: Any) -> list[Told]:
    call = {"id": "vapi-1", "customer": {"number": "+12025550123"}}
    body = json.dumps({"message": {"timestamp": 1_790_000_000_000, "call": call, **message}}).encode()
    return read("vapi", body, received_at=AT)


def retell_words(words: str) -> bytes:
    line = f'{{"role": "user", "content": "x", "words": {words}}}'
    return f'{{"event": "call_ended", "call": {{"call_id": "r", "transcript_object": [{line}]}}}}'.encode()


def types(told: list[Told]) -> list[str]:
    return [one.data.type for one in told]


def test_a_retell_call_is_told_from_start_to_end() -> None:
    (started,) = retell("call_started")
    assert isinstance(started.data, CallStarted)
    assert started.data.caller == "+12025550123"
    told = retell("call_ended")
    assert types(told) == ["assistant_generated", "assistant_heard", "utterance_finalized", "call_ended"]
    said = told[2].data
    assert isinstance(said, UtteranceFinalized)
    assert (said.text, said.start_ms, said.end_ms) == ("I want a person", 2000, 3200)
    heard = told[1].data
    assert isinstance(heard, AssistantHeard)
    assert (heard.method, heard.played_ms) == ("vendor_report", 1000)
    assert told[2].occurred_at > told[1].occurred_at > started.occurred_at


def test_a_line_that_may_still_grow_is_not_told_yet_and_then_once() -> None:
    running = retell("transcript_updated")
    assert types(running) == ["assistant_generated", "assistant_heard"]
    ended = retell("call_ended")
    assert {one.source_id for one in running} < {one.source_id for one in ended}


def test_a_transferred_call_ends_as_transferred() -> None:
    last = retell("call_ended", disconnection_reason="call_transfer")[-1].data
    assert last == CallEnded(reason="transferred")


def test_vapi_tells_status_and_final_lines_only() -> None:
    assert types(vapi(type="status-update", status="in-progress")) == ["call_started"]
    assert types(vapi(type="status-update", status="ringing")) == []
    assert types(vapi(type="transcript", role="user", transcriptType="partial", transcript="I wa")) == []
    assert types(vapi(type="transcript", role="user", transcriptType="final", transcript="I want it")) == [
        "utterance_finalized"
    ]
    ended = vapi(type="status-update", status="ended") + vapi(type="end-of-call-report")
    assert len({one.source_id for one in ended}) == 1
    assert vapi(type="speech-update") == []


@pytest.mark.parametrize(
    ("status", "reason"), [("completed", "hangup"), ("busy", "refused"), ("no-answer", "refused"), ("failed", "error")]
)
def test_twilio_tells_how_a_call_ended(status: str, reason: str) -> None:
    body = urlencode({"CallSid": "CA1", "CallStatus": status, "From": "+12025550123"}).encode()
    (told,) = read("twilio", body, received_at=AT)
    assert isinstance(told.data, CallEnded)
    assert (told.call_id, told.data.reason) == ("CA1", reason)


def test_livekit_tells_rooms_and_who_joined() -> None:
    def told(**content: Any) -> list[Told]:
        body = {"id": "EV1", "createdAt": "1790000000", "room": {"sid": "RM1", "name": "Ada's room"}, **content}
        return read("livekit", json.dumps(body).encode(), received_at=AT)

    (started,) = told(event="room_started")
    assert (started.call_id, started.occurred_at.year) == ("RM1", 2026)
    (joined,) = told(event="participant_joined", participant={"kind": "SIP", "identity": "+12025550123"})
    assert joined.data == ParticipantJoined(participant="caller")
    (agent,) = told(event="participant_joined", participant={"kind": "AGENT"})
    assert agent.data == ParticipantJoined(participant="assistant")
    assert types(told(event="room_finished")) == ["call_ended"]
    assert told(event="track_published") == []


@pytest.mark.parametrize(
    ("vendor", "body", "field"),
    [
        ("retell", b"{", "body"),
        ("retell", b'{"event": "call_ended"}', "call"),
        ("vapi", b'{"message": {"type": "status-update", "call": {}}}', "message.call.id"),
        ("twilio", b"CallStatus=completed", "CallSid"),
        ("livekit", b'{"event": "room_started", "id": "e"}', "room.sid"),
        ("livekit", b'{"event": "room_started", "id": "e", "room": {"sid": "r"}, "participant": {"kind": []}}', "body"),
        ("retell", retell_words('[{"start": "x"}]'), "body"),
        ("retell", retell_words('[{"start": 1e300}]'), "body"),
        ("retell", retell_words("5"), "body"),
        ("vapi", b"[" * 100_000, "body"),
    ],
)
def test_what_is_missing_is_named(vendor: Any, body: bytes, field: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        read(vendor, body, received_at=AT)
    assert wrong.value.field == field
