"""Renders schemas/topics.py as AsyncAPI 3.0, and every event type as a JSON Schema (draft 2020-12), into docs/."""

import json
from pathlib import Path
from typing import Any

from schemas.audio import AudioRecord
from schemas.base import Data
from schemas.policy_documents import policy_documents
from schemas.topics import EVENT_TYPES, TOPICS, Topic

DOCS = Path("docs")
PAGE = "asyncapi.json"
FOLDER = "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
BINDING = "0.5.0"
AUDIO = "audio_record"
Json = dict[str, Any]

HEADERS: Json = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": {"type": "string", "description": "derived, so that the same fact has the same id"},
    "ce_source": {"type": "string"},
    "ce_time": {"type": "string", "format": "date-time", "description": "when it happened, as its source says"},
    "ce_subject": {"type": "string", "description": "the call id, also the record's key"},
    "ce_tenant": {"type": "string"},
    "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "place within the call on this topic"},
    "ce_causationid": {"type": "string", "description": "id of the event that this one answers"},
    "traceparent": {"type": "string", "description": "W3C Trace Context; of a repeated header the last counts"},
}
REQUIRED = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_tenant"]


def render() -> dict[Path, str]:
    """Give each file below docs/ with its text."""
    files = {Path(PAGE): _text(_document())}
    for ce_type, shape in EVENT_TYPES.items():
        files[Path(FOLDER) / _file(shape)] = _text(_schema(ce_type, shape))
    for name, schema in policy_documents().items():
        head = {"$schema": DIALECT, "$id": f"urn:callwarden:{name}:v1"}
        files[Path(FOLDER) / f"{name}.v1.json"] = _text({**head, **schema})
    return files


def write(docs: Path) -> None:
    """Write every file, and drop schemas of types that are no more."""
    files = render()
    (docs / FOLDER).mkdir(parents=True, exist_ok=True)
    for old in (docs / FOLDER).glob("*.json"):
        if Path(FOLDER) / old.name not in files:
            old.unlink()
    for path, text in files.items():
        (docs / path).write_text(text, encoding="utf-8")


def _schema(ce_type: str, shape: type[Data]) -> Json:
    return {"$schema": DIALECT, "$id": f"urn:{ce_type.replace('.', ':')}", **shape.model_json_schema()}


def _document() -> Json:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Callwarden",
            "version": "1.0.0",
            "license": {"name": "Apache-2.0"},
            "description": "The events of live calls, CloudEvents 1.0 in Kafka's binary mode; key of every record is "
            "the call id. Delivery is at least once: drop ids that are known. What is sealed is encrypted under the "
            "call's own key, named by ce_keyid; channels publish through POST /v1/events, which seals it.",
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka"}},
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"send.{topic.name}": _operation(topic) for topic in TOPICS},
        "components": {"messages": _messages()},
    }


def _channel(topic: Topic) -> Json:
    names = [AUDIO] if topic.audio else [_name(shape, sealed=topic.sealed) for shape in topic.carries]
    settings = {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms}
    kafka = {"topic": topic.name, "topicConfiguration": settings, "bindingVersion": BINDING}
    return {
        "address": topic.name,
        "description": topic.about + ("; sealed" if topic.sealed else ""),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": kafka},
    }


def _operation(topic: Topic) -> Json:
    return {"action": "send", "channel": {"$ref": f"#/channels/{topic.name}"}}


def _messages() -> Json:
    messages: Json = {AUDIO: _audio()}
    for topic in TOPICS:
        for shape in topic.carries:
            messages[_name(shape, sealed=topic.sealed)] = _message(shape, sealed=topic.sealed)
    return dict(sorted(messages.items()))


def _message(shape: type[Data], *, sealed: bool) -> Json:
    ce_type = shape.ce_type()
    required, headers = list(REQUIRED), {**HEADERS, "ce_type": {"const": ce_type}}
    if sealed:
        headers["ce_keyid"] = {"type": "string", "description": "the key that the value is sealed under"}
        required.append("ce_keyid")
    summary = (shape.__doc__ or "").strip()
    return {
        "name": ce_type,
        "summary": f"{summary} The value is sealed; this is what it opens to." if sealed else summary,
        "contentType": "application/octet-stream" if sealed else "application/json",
        "headers": {"type": "object", "required": required, "properties": headers},
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./{FOLDER}/{_file(shape)}"}},
        "correlationId": {"location": "$message.header#/ce_subject"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": BINDING}},
    }


def _audio() -> Json:
    fields = AudioRecord.model_json_schema()["properties"]
    said = {"call": fields["call_id"], "ce_keyid": {"type": "string"}}
    said |= {name: fields[name] for name in ("kind", "tenant", "number", "offset_ms", "encoding", "sample_rate")}
    # Headers are text on the wire, numbers too.
    headers = {name: {"type": "string", **_about(field)} for name, field in sorted(said.items())}
    return {
        "name": AUDIO,
        "summary": "One frame of audio or one control of a live call; the value is sealed.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "required": list(headers), "properties": headers},
        "payload": {"type": "string", "format": "binary"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": BINDING}},
    }


def _about(field: Json) -> Json:
    return {name: field[name] for name in ("description", "enum", "pattern") if name in field}


def _name(shape: type[Data], *, sealed: bool) -> str:
    return f"{shape.type}.sealed" if sealed else shape.type


def _file(shape: type[Data]) -> str:
    return f"{shape.type}.v{shape.version}.json"


def _text(content: Json) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(DOCS)
