"""Replaces what a detector found by pseudonyms that stay the same within a call."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from pydantic import Field

from governance.spoken.runs import runs
from schemas.base import Frozen
from schemas.policies import RedactionRules
from schemas.redacted import RedactedSpan
from schemas.redaction import PiiSpan


class PiiDetector(Protocol):
    """Finds personal data; asked once for each text, and its answer is written down with its version."""

    @property
    def version(self) -> str:
        """What answered, e.g. `presidio 2.2.366, …`."""
        ...

    def detect(self, text: str, *, context: str | None, language: str) -> list[PiiSpan]:
        """Spans in order that do not overlap; `context` is what was asked just before."""
        ...


class Pseudonyms(Frozen):
    """The pseudonyms of one call: a keyed digest of each value -> its number within the type; no clear value."""

    numbers: dict[str, dict[str, int]] = Field(default_factory=dict)


class Redacted(NamedTuple):
    """A text without personal data, what was replaced, and the pseudonyms as they are now."""

    text: str
    spans: tuple[RedactedSpan, ...]
    pseudonyms: Pseudonyms


def redact(
    text: str, spans: Iterable[PiiSpan], pseudonyms: Pseudonyms, *, digest: Callable[[str], str]
) -> Redacted:
    """Replaces spans by `<TYPE_n>`; one value has one pseudonym in a call, however it was said."""
    numbers = {kind: dict(known) for kind, known in pseudonyms.numbers.items()}
    pieces: list[str] = []
    replaced: list[RedactedSpan] = []
    at, length = 0, 0
    for span in without_overlaps(spans):
        known = numbers.setdefault(span.type, {})
        number = known.setdefault(digest(plain_value(text[span.start : span.end])), len(known) + 1)
        pseudonym = f"<{span.type}_{number}>"
        kept = text[at : span.start]
        pieces += [kept, pseudonym]
        start = length + len(kept)
        length = start + len(pseudonym)
        at = span.end
        replaced.append(
            RedactedSpan(
                start=span.start, end=span.end, entity=span.type, pseudonym=pseudonym, score=span.score,
                recognizer=span.recognizer, redacted_start=start, redacted_end=length,
            )
        )  # fmt: skip
    return Redacted(
        text="".join([*pieces, text[at:]]), spans=tuple(replaced), pseudonyms=Pseudonyms(numbers=numbers)
    )


def without_overlaps(spans: Iterable[PiiSpan]) -> list[PiiSpan]:
    """Spans in order; where two overlap they become one that hides both and has the surer one's type."""
    merged: list[PiiSpan] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            continue
        last = merged[-1]
        surer = max(last, span, key=lambda one: (one.score, one.end - one.start))
        merged[-1] = surer.model_copy(update={"start": last.start, "end": max(last.end, span.end)})
    return merged


def to_hide(spans: Iterable[PiiSpan], rules: RedactionRules) -> list[PiiSpan]:
    """What the policy wants replaced of what was found."""
    return [span for span in spans if span.score >= rules.threshold and span.type not in rules.readable]


def plain_value(said: str) -> str:
    """The value behind a way of saying it: "four two" and "42" are the same."""
    read = runs(said)
    if len(read) == 1 and (read[0].start, read[0].end) == (0, len(said)):
        return read[0].value
    return "".join(char for char in said.casefold() if char.isalnum() or char == "@")
