"""Leaves: one spelling, nothing in clear, small."""

import json
from datetime import timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from governance.audit.errors import VerificationError
from governance.audit.leaf import instant, parse_leaf, pseudonym, same_content, write_leaf
from governance.errors import InputError
from schemas.audit import Draft, Source
from tests.support.audit_log import NOON, draft

pytestmark = pytest.mark.pure

names = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(names, names, st.integers(0, 2**53 - 1), st.none() | names)
def test_a_leaf_is_written_as_rfc_8785_says(stream: str, kind: str, seq: int, cause: str | None) -> None:
    said = draft(1).model_copy(update={"stream": stream, "type": kind, "cause": cause})
    entry = write_leaf(said, seq=seq, prev=b"\x01" * 32, recorded_at=instant(NOON))
    assert entry == rfc8785.dumps(json.loads(entry))
    leaf = parse_leaf(entry)
    assert (leaf.stream, leaf.type, leaf.seq, leaf.cause, leaf.payload) == (stream, kind, seq, cause, said.payload)


def test_a_leaf_holds_the_fields_of_the_specification_and_nothing_in_clear() -> None:
    entry = write_leaf(draft(3), seq=0, prev=None, recorded_at=instant(NOON))
    leaf = json.loads(entry)
    assert sorted(leaf) == [
        "actor", "cause", "event_id", "occurred_at", "payload", "policy_version", "prev", "recorded_at", "seq",
        "src", "stream", "subject", "tenant", "type", "v",
    ]  # fmt: skip
    assert sorted(leaf["payload"]) == ["alg", "ct_sha256", "kid", "pt_hmac", "size"]
    assert sorted(leaf["src"]) == ["cluster", "offset", "partition", "topic_id"]
    assert b"call-3" not in entry
    assert b"sealed" not in entry


@pytest.mark.parametrize(
    "change",
    [(b'"v":1', b'"v":2'), (b'"v":1', b'"v": 1'), (b'{"actor"', b'{"zz":1,"actor"'), (b'"seq":0', b'"seq":0.0')],
)
def test_another_spelling_of_a_leaf_is_refused(change: tuple[bytes, bytes]) -> None:
    entry = write_leaf(draft(3), seq=0, prev=None, recorded_at=instant(NOON))
    with pytest.raises(VerificationError):
        parse_leaf(entry.replace(*change))


@pytest.mark.parametrize("entry", [b"", b"null", b"{}", b"\xff", b"[" * 4000, b"{" + b" " * 5000 + b"}"])
def test_what_is_not_a_leaf_is_refused(entry: bytes) -> None:
    with pytest.raises(VerificationError):
        parse_leaf(entry)


def test_a_leaf_over_four_kibibytes_is_an_input_error() -> None:
    wide = "\U0001f4de" * 200
    said = draft(1).model_copy(update=dict.fromkeys(("stream", "event_id", "actor", "subject", "cause"), wide))
    with pytest.raises(InputError):
        write_leaf(said, seq=0, prev=None, recorded_at=instant(NOON))


def test_instants_sort_as_times_do() -> None:
    assert instant(NOON) == "2026-03-01T12:00:00.000000Z"
    assert instant(NOON.astimezone(timezone(timedelta(hours=5)))) == instant(NOON)
    assert instant(NOON) < instant(NOON + timedelta(microseconds=1)) < instant(NOON + timedelta(seconds=1))


def test_a_pseudonym_depends_on_key_kind_and_value() -> None:
    base = pseudonym(b"k" * 32, kind="actor", value="ann")
    others = {
        pseudonym(b"j" * 32, kind="actor", value="ann"),
        pseudonym(b"k" * 32, kind="subject", value="ann"),
        pseudonym(b"k" * 32, kind="actor", value="bob"),
    }
    assert base == pseudonym(b"k" * 32, kind="actor", value="ann")
    assert len({base, *others}) == 4


def test_a_redelivery_says_the_same_and_other_words_do_not() -> None:
    leaf = parse_leaf(write_leaf(draft(1), seq=4, prev=None, recorded_at=instant(NOON)))
    moved = Source(cluster="c2", topic_id="other", partition=3, offset=9)
    assert same_content(leaf, draft(1))
    assert same_content(leaf, draft(1).model_copy(update={"src": moved, "call": None}))
    assert not same_content(leaf, draft(1, says="goodbye"))
    assert not same_content(leaf, draft(1, stream="elsewhere"))
    assert not same_content(leaf, draft(1).model_copy(update={"payload": None}))


@pytest.mark.parametrize("name", ["", "a\x00b", "line\nbreak", "x" * 201])
def test_a_name_without_end_or_with_control_characters_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="event_id"):
        Draft.model_validate({**draft(1).model_dump(), "event_id": name})
