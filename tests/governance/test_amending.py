"""What a later line completes is hidden in the lines that were passed on, by new events and never twice."""

import pytest

from governance.amending import Published, amend, amended_packet
from governance.redaction import Pseudonyms, redact
from schemas.redaction import PiiSpan
from tests.governance.test_redaction import digest, span
from tests.support.packets import packet

pytestmark = pytest.mark.pure


def published(text: str, *spans: PiiSpan, line: int = 1) -> tuple[Published, Pseudonyms]:
    """A line as it was passed on."""
    done = redact(text, spans, Pseudonyms(), digest=digest)
    one = Published(
        line=line, event_id=f"e{line}", participant="caller", utterance="u", turn=1, text=done.text, spans=done.spans
    )
    return one, done.pseudonyms


def test_the_amended_text_is_what_hiding_at_once_would_have_given() -> None:
    said = "Ann here, it's four two and then 7"
    before, known = published(said, span(0, 3, "PERSON"))
    late = [(1, span(15, 23)), (1, span(33, 34))]
    done = amend([before], late, known, digest=digest, detector="d", policy_version="p")
    at_once = redact(said, [span(0, 3, "PERSON"), span(15, 23), span(33, 34)], Pseudonyms(), digest=digest)
    [event] = done.events
    assert (event.text, event.amends) == (at_once.text, "e1")
    assert [(one.start, one.end, one.redacted_start) for one in event.spans] == [
        (one.start, one.end, one.redacted_start) for one in at_once.spans
    ]
    assert [value for _, _, value in done.originals] == ["four two", "7"]


def test_a_line_in_which_nothing_is_readable_is_not_amended_and_no_line_twice() -> None:
    before, known = published("four two four two", span(0, 17))
    done = amend([before], [(1, span(0, 17, "CREDIT_CARD", 1.0))], known, digest=digest, detector="d",
                 policy_version="p")  # fmt: skip
    assert done.events == ()
    other, known = published("it's nine")
    once = amend([other], [(1, span(5, 9))], known, digest=digest, detector="d", policy_version="p")
    again = amend(once.published, [(1, span(5, 9))], once.pseudonyms, digest=digest, detector="d", policy_version="p")
    assert (len(once.events), again.events) == (1, ())


def test_only_the_readable_part_of_a_longer_span_is_hidden_anew() -> None:
    before, known = published("six one two", span(4, 7))
    done = amend([before], [(1, span(0, 11))], known, digest=digest, detector="d", policy_version="p")
    [event] = done.events
    assert event.text == "<NUMERIC_ID_2> <NUMERIC_ID_1> <NUMERIC_ID_3>"
    for one in event.spans:
        assert event.text[one.redacted_start : one.redacted_end] == one.pseudonym


def test_a_packet_shows_the_amended_text_also_where_it_quotes_it() -> None:
    made = packet("it is nine nine and two", event_id="e1")
    now = amended_packet(made, {"e1": "it is <US_SSN_1>"})
    assert "nine" not in now.model_dump_json()
    assert amended_packet(now, {"e2": "other"}) == now
