"""What a detector found never stays in the text; one value has one pseudonym, however it was said."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction import Pseudonyms, redact, to_hide, without_overlaps
from schemas.policies import RedactionRules
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure

TYPES = st.sampled_from(["PERSON", "CREDIT_CARD", "NUMERIC_ID"])


def digest(value: str) -> str:
    """A digest for tests."""
    return hashlib.sha256(value.encode()).hexdigest()


def span(start: int, end: int, kind: str = "NUMERIC_ID", score: float = 0.8) -> PiiSpan:
    """A span of a test."""
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer="test")


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[PiiSpan]]:
    """A text with any spans, overlapping ones too."""
    letters = st.characters(exclude_characters="<>", exclude_categories=["Cs"])
    text = draw(st.text(letters, min_size=1, max_size=60))
    spans = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text) - 1))
        spans.append(span(start, draw(st.integers(start + 1, len(text))), draw(TYPES), draw(st.floats(0.1, 1))))
    return text, spans


@given(texts_with_spans())
def test_the_rest_of_the_text_is_kept_and_nothing_of_a_span(made: tuple[str, list[PiiSpan]]) -> None:
    text, spans = made
    done = redact(text, spans, Pseudonyms(), digest=digest)
    hidden = {at for one in spans for at in range(one.start, one.end)}
    shown = {at for one in done.spans for at in range(one.redacted_start, one.redacted_end)}
    kept = "".join(char for at, char in enumerate(text) if at not in hidden)
    assert "".join(char for at, char in enumerate(done.text) if at not in shown) == kept


@given(texts_with_spans())
def test_every_pseudonym_stands_where_its_span_says(made: tuple[str, list[PiiSpan]]) -> None:
    done = redact(made[0], made[1], Pseudonyms(), digest=digest)
    for one in done.spans:
        assert done.text[one.redacted_start : one.redacted_end] == one.pseudonym
    assert all(a.end <= b.start for a, b in zip(done.spans, done.spans[1:], strict=False))


def test_one_value_has_one_pseudonym_in_a_call() -> None:
    first = redact("four two four two", [span(0, 17)], Pseudonyms(), digest=digest)
    again = redact("so 4242, not 77", [span(3, 7), span(13, 15)], first.pseudonyms, digest=digest)
    assert first.text == "<NUMERIC_ID_1>"
    assert again.text == "so <NUMERIC_ID_1>, not <NUMERIC_ID_2>"


def test_the_state_holds_digests_and_no_values() -> None:
    done = redact("my name is Ada", [span(11, 14, "PERSON")], Pseudonyms(), digest=digest)
    assert "ada" not in done.pseudonyms.model_dump_json().lower()
    assert Pseudonyms.model_validate_json(done.pseudonyms.model_dump_json()) == done.pseudonyms


def test_of_two_overlapping_spans_all_is_hidden_under_the_surer_type() -> None:
    [one] = without_overlaps([span(0, 8, "NUMERIC_ID", 0.5), span(4, 12, "CREDIT_CARD", 1.0)])
    assert (one.start, one.end, one.type) == (0, 12, "CREDIT_CARD")


def test_the_policy_says_what_is_hidden() -> None:
    found = [span(0, 3, "LOCATION", 0.9), span(4, 6, "PERSON", 0.3), span(7, 9, "PERSON", 0.6)]
    assert to_hide(found, RedactionRules(threshold=0.4, readable=("LOCATION",))) == [found[2]]
