"""What a vendor's webhook says of a call, as our own events; of a kind that says nothing of one, none.

Unknown kinds and fields are passed over (vendors add them at any time); what is needed and missing is Unreadable.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from pydantic import ValidationError

from infra.ingest.sources import Vendor
from schemas.base import EARLIEST, LATEST, Data, Participant
from schemas.calls import CallEnded, CallStarted, ParticipantJoined, ParticipantLeft
from schemas.codec import Unreadable
from schemas.turns import AssistantGenerated, AssistantHeard, UtteranceFinalized

MOST_TEXT = 8_000
Ending = Literal["hangup", "transferred", "lost", "error", "refused"]
TWILIO: Mapping[str, Ending] = {
    "completed": "hangup", "busy": "refused", "no-answer": "refused", "canceled": "refused", "failed": "error",
}
LIVEKIT_KINDS: Mapping[object, Participant] = {"AGENT": "assistant", 4: "assistant", "SIP": "caller", 3: "caller"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a call; `source_id` is the same when the webhook comes again."""

    data: Data
    call_id: str
    source_id: str
    occurred_at: datetime


def read(vendor: Vendor, body: bytes, *, received_at: datetime) -> list[Told]:
    """Give the events of a webhook in their order; raises Unreadable naming the field."""
    try:
        return READERS[vendor](body, received_at)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise Unreadable(f"{field}: {first['type']}", field) from None
    except Unreadable:
        raise
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(f"the body is not as {vendor} writes it", "body") from None


def _livekit(body: bytes, received_at: datetime) -> list[Told]:
    content = _json(body)
    kind, room = _text(content, "event"), _object(content, "room", needed=False)
    if not kind.startswith(("room_", "participant_")):
        return []
    call_id, name = _text(room, "sid", "room.sid"), _text(content, "id")
    at = _instant(content.get("createdAt"), seconds=True) or received_at

    def told(data: Data) -> list[Told]:
        return [Told(data, call_id, name, at)]

    who = LIVEKIT_KINDS.get(_object(content, "participant", needed=False).get("kind"), "human")
    match kind:
        case "room_started":
            return told(CallStarted(channel="livekit"))
        case "room_finished":
            return told(CallEnded(reason="hangup"))
        case "participant_joined":
            return told(ParticipantJoined(participant=who))
        case "participant_left" | "participant_connection_aborted":
            return told(ParticipantLeft(participant=who))
    return []


def _twilio(body: bytes, received_at: datetime) -> list[Told]:
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise Unreadable("the body is no form in UTF-8", "body") from None
    call_id, status = _text(fields, "CallSid"), _text(fields, "CallStatus")
    data: Data
    if status == "in-progress":
        data = CallStarted(channel="phone", caller=fields.get("From") or None)
    elif status in TWILIO:
        data = CallEnded(reason=TWILIO[status])
    else:
        return []
    return [Told(data, call_id, f"{call_id}/{status}", received_at)]


def _retell(body: bytes, received_at: datetime) -> list[Told]:
    content = _json(body)
    kind, call = _text(content, "event"), _object(content, "call")
    call_id = _text(call, "call_id", "call.call_id")
    began = _instant(call.get("start_timestamp")) or received_at
    ended = _instant(call.get("end_timestamp")) or received_at
    if kind == "call_started":
        started = CallStarted(channel="retell", caller=call.get("from_number"))
        return [Told(started, call_id, f"{call_id}/start", began)]
    lines = call.get("transcript_object") or []
    if kind not in {"call_ended", "transcript_updated"} or not isinstance(lines, list):
        return []
    # The newest line of a running call may still grow.
    sure = lines if kind == "call_ended" else lines[:-1]
    told = [one for n, line in enumerate(sure) if isinstance(line, dict) for one in _line(call_id, n, line, began)]
    if kind == "call_ended":
        moved = call.get("disconnection_reason") == "call_transfer"
        told.append(Told(CallEnded(reason="transferred" if moved else "hangup"), call_id, f"{call_id}/end", ended))
    return told


def _line(call_id: str, n: int, line: Mapping[str, Any], began: datetime) -> list[Told]:
    words = [one for one in line.get("words") or [] if isinstance(one, dict)]
    start_ms, end_ms = (round(1000 * float(one or 0)) for one in (
        (words[0].get("start"), words[-1].get("end")) if words else (0, 0)
    ))
    at = datetime.fromtimestamp(began.timestamp() + start_ms / 1000, UTC)
    said = _said(f"line-{n}", line.get("role") == "agent", str(line.get("content", "")), start_ms, end_ms)
    return [Told(one, call_id, f"{call_id}/{n}/{one.type}", at) for one in said]


def _vapi(body: bytes, received_at: datetime) -> list[Told]:
    message = _object(_json(body), "message")
    kind = _text(message, "type", "message.type")
    if kind not in {"status-update", "transcript", "end-of-call-report"}:
        return []
    call = _object(message, "call")
    call_id, at = _text(call, "id", "message.call.id"), _instant(message.get("timestamp")) or received_at
    if kind == "transcript" and message.get("transcriptType") == "final":
        name = f"{int(1000 * at.timestamp())}-{message.get('role')}"
        said = _said(name, message.get("role") == "assistant", _text(message, "transcript", "message.transcript"), 0, 0)
        return [Told(one, call_id, f"{call_id}/{name}/{one.type}", at) for one in said]
    status = message.get("status") if kind == "status-update" else "ended" if kind == "end-of-call-report" else None
    if status == "in-progress":
        caller = _object(call, "customer", needed=False).get("number")
        return [Told(CallStarted(channel="vapi", caller=caller), call_id, f"{call_id}/start", at)]
    if status == "ended":
        return [Told(CallEnded(reason="hangup"), call_id, f"{call_id}/end", at)]
    return []


def _said(utterance: str, by_assistant: bool, text: str, start_ms: int, end_ms: int) -> list[Data]:
    text = text.strip()[:MOST_TEXT]
    if not text:
        return []
    if not by_assistant:
        return [UtteranceFinalized(
            participant="caller", utterance=utterance, text=text, start_ms=start_ms, end_ms=max(start_ms, end_ms)
        )]
    return [
        AssistantGenerated(utterance=utterance, turn=0, text=text),
        AssistantHeard(
            utterance=utterance, turn=0, text=text, played_ms=max(0, end_ms - start_ms), method="vendor_report",
            interrupted=False, mismatch=False,
        ),
    ]


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON", "body") from None
    if not isinstance(content, dict):
        raise Unreadable("the body is no JSON object", "body")
    return content


def _object(content: Mapping[str, Any], name: str, *, needed: bool = True) -> Mapping[str, Any]:
    value = content.get(name)
    if isinstance(value, dict):
        return value
    if needed or value is not None:
        raise Unreadable(f"{name}: must be a JSON object", name)
    return {}


def _text(content: Mapping[str, Any], name: str, place: str = "") -> str:
    value = content.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_TEXT:
        raise Unreadable(f"{place or name}: must be text", place or name)
    return value


def _instant(value: object, *, seconds: bool = False) -> datetime | None:
    """Read a number or a string of digits (int64 in protobuf's JSON); milliseconds unless told."""
    try:
        at = datetime.fromtimestamp(float(str(value)) / (1 if seconds else 1000), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at < LATEST else None


READERS: Mapping[Vendor, Callable[[bytes, datetime], list[Told]]] = {
    "livekit": _livekit, "retell": _retell, "twilio": _twilio, "vapi": _vapi,
}
