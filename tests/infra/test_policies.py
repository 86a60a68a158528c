"""Errors of a policy document point at the file, the line and the key."""

from importlib.resources import files
from pathlib import Path

import pytest

from governance.errors import InputError
from infra.policies import load, parse

pytestmark = pytest.mark.pure

DOCUMENT = files("governance").joinpath("policies/default.yaml").read_bytes()


def line_with(text: bytes) -> int:
    """The line number of the first line that holds `text`."""
    return next(n for n, line in enumerate(DOCUMENT.splitlines(), 1) if text in line)


def test_the_version_follows_from_the_document() -> None:
    first, again = parse(DOCUMENT, name="a"), parse(DOCUMENT, name="b")
    other = parse(DOCUMENT + b"# a remark\n", name="a")
    assert first.label == again.label
    assert first.label != other.label
    assert first.label.startswith("default@1+sha256:")


@pytest.mark.parametrize(
    ("before", "after", "at", "key"),
    [
        (b"threshold: 0.5", b"threshold: 5", b"threshold: 0.5", "escalation.explicit_request.threshold"),
        (b"  ai:", b"  ia:", b"  ai:", "disclosure.ia"),
        (b"  claim_within_ms: 20000", b"  claim_within_ms: soon", b"claim_within_ms", "handoff.claim_within_ms"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_key(before: bytes, after: bytes, at: bytes, key: str) -> None:
    with pytest.raises(InputError) as raised:
        parse(DOCUMENT.replace(before, after, 1), name="mine.yaml")
    assert f"mine.yaml:{line_with(at)}: {key}:" in str(raised.value)


def test_a_key_written_twice_is_refused() -> None:
    with pytest.raises(InputError, match="written twice"):
        parse(DOCUMENT + b"id: other\n", name="mine.yaml")


def test_a_queue_must_exist() -> None:
    with pytest.raises(InputError, match="nowhere"):
        parse(DOCUMENT.replace(b"queue: general", b"queue: nowhere", 1), name="mine.yaml")


@pytest.mark.parametrize("document", [b"id: [", b"- a\n", b"", b"\xff\xfe\x00", b"&a [*a]", b"id: !!python/none x"])
def test_what_is_no_policy_is_refused_in_words(document: bytes) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml:\d+:"):
        parse(document, name="mine.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml"):
        load(tmp_path / "none.yaml")
