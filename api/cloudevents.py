"""CloudEvents 1.0 in JSON format (structured and batched content) -> events of ours."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from pydantic import ValidationError

from api.problems import Problem
from infra import front_door
from schemas import codec
from schemas.base import EARLIEST, LATEST, Event
from schemas.codec import Unreadable
from schemas.topics import FROM_CHANNELS

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MAX_BODY = 4 * 1024 * 1024
MAX_EVENTS = 1000
MAX_EVENT = 256 * 1024
MAX_NAME = 200  # what an audit entry holds
TAKEN = {one.ce_type() for one in FROM_CHANNELS}


def read_body(content_type: str, body: bytes) -> list[object]:
    """Give what should be events; raises Problem for what is no CloudEvents content at all."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in (ONE, BATCH):
        wanted = f"send {ONE} or {BATCH}"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", wanted, headers={"Accept-Post": ONE})
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON", "body") from None
    if media_type == ONE:
        return [content]
    if not isinstance(content, list):
        raise Unreadable("a batch is a JSON array", "body")
    if len(content) > MAX_EVENTS:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"a batch holds at most {MAX_EVENTS} events")
    return content


def read_event(raw: object, *, tenant: str, received_at: datetime, traceparent: str | None) -> Event:
    """Give one event; raises Unreadable naming the field as it is called in what was sent."""
    if not isinstance(raw, dict):
        raise Unreadable("an event is a JSON object", "event")
    if raw.get("specversion") != "1.0":
        raise Unreadable("specversion: must be 1.0", "specversion")
    ce_type = _text(raw, "type")
    source, source_id, subject = _text(raw, "source"), _text(raw, "id"), _text(raw, "subject")
    if raw.get("tenant", tenant) != tenant:
        raise Unreadable("tenant: is not that of the token", "tenant")
    if ce_type not in TAKEN:
        raise Unreadable("type: is none a channel sends; docs/asyncapi.json lists them", "type")
    data = _data(raw)
    if len(data) > MAX_EVENT:
        raise Unreadable(f"data: longer than {MAX_EVENT} bytes", "data")
    try:
        typed = codec.read_data(ce_type, data)
    except Unreadable as wrong:
        raise Unreadable(f"data.{wrong.reason}", f"data.{wrong.field}", told=f"data.{wrong.told}") from None
    occurred_at = _time(raw) or received_at
    try:
        return front_door.event(
            typed, call_id=subject, tenant=tenant, source=source, source_id=source_id, occurred_at=occurred_at,
            traceparent=_traceparent(raw) or traceparent,
        )
    except ValidationError:
        raise Unreadable("subject: must be a call id of letters, digits and _.:- (1 to 128)", "subject") from None


def call_of(raw: object) -> str:
    """Give the call id an unreadable event claims, for its dead letter; empty where there is none."""
    subject = raw.get("subject") if isinstance(raw, dict) else None
    return subject if isinstance(subject, str) else ""


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if value is None:
        raise Unreadable(f"{name}: missing", name)
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME or not value.isprintable():
        raise Unreadable(f"{name}: must be text of 1 to {MAX_NAME} printable characters", name)
    return value


def _data(raw: Mapping[str, object]) -> bytes:
    if "data_base64" in raw:
        try:
            return base64.b64decode(str(raw["data_base64"]), validate=True)
        except (binascii.Error, ValueError):
            raise Unreadable("data_base64: not base64", "data_base64") from None
    if "data" not in raw:
        raise Unreadable("data: missing", "data")
    try:
        return json.dumps(raw["data"], ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Unreadable("data: not JSON that UTF-8 can carry", "data") from None


def _time(raw: Mapping[str, object]) -> datetime | None:
    value = raw.get("time")
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not EARLIEST <= at < LATEST:
        raise Unreadable("time: must be an RFC 3339 time with its offset, of 1970 to 2199", "time")
    return at


def _traceparent(raw: Mapping[str, object]) -> str | None:
    value = raw.get("traceparent")
    # Of a broken context W3C says: go on without it.
    return value if isinstance(value, str) and len(value) == 55 and value.count("-") == 3 else None
