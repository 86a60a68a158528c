"""Bytes <-> events: CloudEvents 1.0 Kafka protocol binding, binary mode (attributes as ce_ headers, data as value)."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pydantic import ValidationError

from schemas.base import Data, Event
from schemas.topics import EVENT_TYPES

Headers = list[tuple[str, bytes]]
UNKNOWN = "unknown_field"  # in place of a name that its sender made up


class Unreadable(ValueError):
    """The record is no event of ours; `field` names what is wrong, the message never holds content.

    `told` is the field as the sender wrote it, which may be anything: it goes into her answer and nowhere else.
    """

    def __init__(self, reason: str, field: str | None = None, *, told: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.told = told or field


def headers_of(event: Event, *, key_id: str | None = None) -> Headers:
    """Give the Kafka headers of an event; `key_id` names the key the value is sealed under."""
    pairs = {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": event.source,
        "ce_type": event.data.ce_type(),
        "ce_time": event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": event.call_id,
        "ce_tenant": event.tenant,
        "ce_sequence": f"{event.sequence:020d}",
        "content-type": "application/json",
    }
    if event.cause:
        pairs["ce_causationid"] = event.cause
    if event.traceparent:
        pairs["traceparent"] = event.traceparent
    if key_id:
        pairs["ce_keyid"] = key_id
        pairs["content-type"] = "application/octet-stream"
    return [(name, value.encode()) for name, value in pairs.items()]


def value_of(event: Event) -> bytes:
    """Give the data of an event as JSON bytes."""
    return event.data.model_dump_json().encode()


def structured(event: Event) -> bytes:
    """Give a whole event as JSON (CloudEvents 1.0, JSON format), as it leaves the house."""
    attributes = {name.removeprefix("ce_"): value.decode() for name, value in headers_of(event)}
    kind = attributes.pop("content-type")
    content = {**attributes, "datacontenttype": kind, "data": event.data.model_dump(mode="json")}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def header_map(headers: Mapping[str, bytes] | Iterable[tuple[str, bytes]] | None) -> dict[str, str]:
    """Give headers as text; of a repeated name the last wins, because forwarding appends."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    try:
        return {name: value.decode() for name, value in pairs if value is not None}
    except UnicodeDecodeError:
        raise Unreadable("a header is not UTF-8") from None


def read(headers: Mapping[str, str], value: bytes) -> Event:
    """Give the event in opened (unsealed) bytes; raises Unreadable naming the field."""
    data = read_data(_need(headers, "ce_type"), value)
    try:
        return Event(
            id=_need(headers, "ce_id"),
            source=_need(headers, "ce_source"),
            call_id=_need(headers, "ce_subject"),
            tenant=_need(headers, "ce_tenant"),
            occurred_at=datetime.fromisoformat(_need(headers, "ce_time")),
            sequence=int(headers.get("ce_sequence", "0")),
            cause=headers.get("ce_causationid"),
            traceparent=headers.get("traceparent"),
            data=data,
        )
    except ValidationError as wrong:
        raise _named(wrong) from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("ce_time or ce_sequence cannot be read", "ce_time") from None


def read_data(ce_type: str, value: bytes) -> Data:
    """Give typed data from JSON bytes."""
    shape = EVENT_TYPES.get(ce_type)
    if shape is None:
        raise Unreadable("unknown event type; docs/asyncapi.json lists them", "type")
    try:
        return shape.model_validate_json(value)
    except ValidationError as wrong:
        raise _named(wrong) from None


def _need(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise Unreadable(f"header {name} is missing", name)
    return value


def _named(wrong: ValidationError) -> Unreadable:
    # Only place and kind of the first error: pydantic's own message repeats the input.
    first = wrong.errors(include_input=False, include_url=False)[0]
    steps = [str(step) for step in first["loc"]]
    told = ".".join(steps) or "data"
    if first["type"] == "extra_forbidden":
        steps[-1] = UNKNOWN
    field = ".".join(steps) or "data"
    return Unreadable(f"{field}: {first['type']}", field, told=told)
