"""The published description of topics and events is what the code says, and its own standards hold for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas import asyncapi
from schemas.codec import value_of
from schemas.topics import EVENT_TYPES, TOPICS, below_redaction_at_most
from tests.support.event_strategies import events

pytestmark = pytest.mark.pure

DOCS = Path(__file__).parents[2] / asyncapi.DOCS
SCHEMAS = {
    ce_type: json.loads(asyncapi.render()[Path(asyncapi.FOLDER) / f"{shape.type}.v{shape.version}.json"])
    for ce_type, shape in EVENT_TYPES.items()
}


def test_the_files_in_docs_are_what_is_rendered() -> None:
    rendered = asyncapi.render()
    written = {path.relative_to(DOCS) for path in (DOCS / asyncapi.FOLDER).glob("*.json")} | {Path(asyncapi.PAGE)}
    assert written == set(rendered)
    stale = [str(path) for path, text in rendered.items() if (DOCS / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m schemas.asyncapi`"


def test_every_topic_and_every_event_type_is_described() -> None:
    document = json.loads(asyncapi.render()[Path(asyncapi.PAGE)])
    assert set(document["channels"]) == {topic.name for topic in TOPICS}
    named = {message["name"] for message in document["components"]["messages"].values()}
    assert named == set(EVENT_TYPES) | {asyncapi.AUDIO}


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def test_every_reference_leads_somewhere() -> None:
    document = json.loads(asyncapi.render()[Path(asyncapi.PAGE)])
    for reference in set(references(document)):
        if reference.startswith("./"):
            assert (DOCS / reference).is_file(), reference
            continue
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("ce_type", sorted(EVENT_TYPES))
def test_a_schema_is_of_its_dialect_and_takes_nothing_it_does_not_name(ce_type: str) -> None:
    schema = SCHEMAS[ce_type]
    assert schema["$schema"].endswith("2020-12/schema")
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid({"surprise": 1})


@pytest.mark.parametrize("ce_type", sorted(EVENT_TYPES))
@settings(max_examples=5, deadline=None)
@given(drawn=st.data())
def test_a_schema_takes_what_the_codec_writes(ce_type: str, drawn: st.DataObject) -> None:
    event = drawn.draw(events(EVENT_TYPES[ce_type]))
    Draft202012Validator(SCHEMAS[ce_type]).validate(json.loads(value_of(event)))


def test_topics_with_redacted_text_may_be_kept_shorter_and_sealed_ones_stay_as_they_are() -> None:
    shorter = {one.name: one.retention_ms for one in below_redaction_at_most(2)}
    for one in TOPICS:
        assert shorter[one.name] == (one.retention_ms if one.sealed else 2 * 3_600_000)
