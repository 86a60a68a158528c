"""Events survive the wire byte for byte, and what is no event of ours is named by field, never by content."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import codec
from schemas.base import Data, Event
from schemas.codec import Unreadable
from schemas.topics import EVENT_TYPES
from schemas.turns import UtteranceFinalized
from tests.support.event_strategies import events

pytestmark = pytest.mark.pure

SPOKEN = Event(
    id="e1", source="/twilio", call_id="c1", tenant="acme", occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    sequence=7, cause="e0", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
    data=UtteranceFinalized(participant="caller", utterance="u1", text="my card is 4111"),
)


def wire(event: Event) -> tuple[dict[str, str], bytes]:
    """Give an event as a reader finds it."""
    return codec.header_map(codec.headers_of(event)), codec.value_of(event)


@pytest.mark.parametrize("shape", EVENT_TYPES.values(), ids=EVENT_TYPES)
@settings(max_examples=10, deadline=None)
@given(drawn=st.data())
def test_an_event_is_the_same_after_the_wire(shape: type[Data], drawn: st.DataObject) -> None:
    event = drawn.draw(events(shape))
    headers, value = wire(event)
    read = codec.read(headers, value)
    assert read == event
    assert type(read.data) is type(event.data)
    assert wire(read) == (headers, value)


@settings(max_examples=200, deadline=None)
@given(ce_type=st.sampled_from(sorted(EVENT_TYPES)), value=st.binary(max_size=200))
def test_any_bytes_are_an_event_or_unreadable_and_nothing_else(ce_type: str, value: bytes) -> None:
    with suppress(Unreadable):
        codec.read_data(ce_type, value)


def test_the_attributes_are_headers_of_the_binary_mode() -> None:
    assert dict(codec.headers_of(SPOKEN)) == {
        "ce_specversion": b"1.0", "ce_id": b"e1", "ce_source": b"/twilio",
        "ce_type": b"callwarden.utterance_finalized.v1", "ce_time": b"2026-03-01T12:00:00Z", "ce_subject": b"c1",
        "ce_tenant": b"acme", "ce_sequence": b"00000000000000000007", "ce_causationid": b"e0",
        "traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
        "content-type": b"application/json",
    }


def test_a_sealed_event_names_its_key_and_is_no_json() -> None:
    headers = dict(codec.headers_of(SPOKEN, key_id="k-1"))
    assert headers["ce_keyid"] == b"k-1"
    assert headers["content-type"] == b"application/octet-stream"


def test_of_a_repeated_header_the_last_wins() -> None:
    assert codec.header_map([("a", b"1"), ("a", b"2")]) == {"a": "2"}
    assert codec.header_map({"a": b"1"}) == {"a": "1"}
    assert codec.header_map(None) == {}


def test_a_header_that_is_no_text_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        codec.header_map([("ce_id", b"\xff")])


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_tenant"])
def test_a_missing_attribute_is_named(name: str) -> None:
    headers, value = wire(SPOKEN)
    del headers[name]
    with pytest.raises(Unreadable) as wrong:
        codec.read(headers, value)
    assert wrong.value.field == name


@pytest.mark.parametrize(
    ("name", "spoiled"),
    [
        ("ce_time", "yesterday"), ("ce_time", "2026-03-01T12:00:00"), ("ce_time", "9999-12-31T23:59:59Z"),
        ("ce_sequence", "many"), ("ce_sequence", "-1"),
        ("ce_sequence", "9" * 30), ("ce_id", "a\u0007b"), ("ce_id", "x" * 201), ("ce_source", "a\nb"),
        ("ce_causationid", "\u0000"), ("ce_subject", "a call"), ("ce_tenant", "ACME"),
        ("ce_type", "callwarden.unheard_of.v1"),
        ("ce_type", "callwarden.utterance_finalized.v2"),
    ],
)
def test_a_spoiled_attribute_is_unreadable(name: str, spoiled: str) -> None:
    headers, value = wire(SPOKEN)
    with pytest.raises(Unreadable) as wrong:
        codec.read({**headers, name: spoiled}, value)
    assert wrong.value.field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", None), ("participant", "my card is 4111"), ("confidence", 3), ("surprise", "my card is 4111"),
        ("words", [{"text": "my card is 4111", "start_ms": -1, "end_ms": 0}]), ("turn", "my card is 4111"),
        ("turn", 1 << 31), ("end_ms", 10**30),
    ],
)
def test_a_spoiled_field_is_named_without_what_it_held(field: str, value: object) -> None:
    headers, written = wire(SPOKEN)
    content = {**json.loads(written), field: value}
    with pytest.raises(Unreadable) as wrong:
        codec.read(headers, json.dumps(content).encode())
    assert wrong.value.told is not None
    assert wrong.value.told.startswith(field)
    assert wrong.value.field is not None
    assert wrong.value.field.startswith(field if field != "surprise" else codec.UNKNOWN)
    assert "4111" not in str(wrong.value) + wrong.value.reason
    assert wrong.value.__cause__ is None
    assert wrong.value.__suppress_context__


def test_a_name_the_sender_made_up_is_told_to_the_sender_alone() -> None:
    headers, written = wire(SPOKEN)
    with pytest.raises(Unreadable) as wrong:
        codec.read(headers, json.dumps({**json.loads(written), "card 4111": 1}).encode())
    assert wrong.value.told == "card 4111"
    assert "4111" not in f"{wrong.value} {wrong.value.reason} {wrong.value.field}"


def test_a_broken_trace_context_is_left_out() -> None:
    headers, written = wire(SPOKEN)
    assert codec.read({**headers, "traceparent": "00-my card is 4111"}, written).traceparent is None


def test_fields_that_are_optional_may_be_absent() -> None:
    headers, _ = wire(SPOKEN)
    read = codec.read(headers, b'{"participant":"caller","utterance":"u1","text":"hello"}')
    assert isinstance(read.data, UtteranceFinalized)
    assert read.data.words == ()
