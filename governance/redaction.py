"""Replaces what a detector found by pseudonyms that stay the same within a call."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from pydantic import Field

from governance.identities import Person, person, plain_value, same_person
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

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """Spans in order that do not overlap; `context` is what was asked just before.

        `growing`: the text is an interim, of which the beginning was asked for already.
        """
        ...


class Pseudonyms(Frozen):
    """The pseudonyms of one call: a keyed digest of each value -> its number within the type; no clear value.

    `people` holds, by number, the digests of the words that a person was named with, and a title's gender.
    """

    numbers: dict[str, dict[str, int]] = Field(default_factory=dict)
    people: dict[int, tuple[tuple[str, ...], str | None]] = Field(default_factory=dict)
    language: str = "en"

    def named(self, text: str, span: PiiSpan, *, digest: Callable[[str], str]) -> tuple[int, "Pseudonyms"]:
        """The number of a value within its type, a new one where it has none, and the pseudonyms with it in them."""
        known = self.numbers.get(span.type, {})
        key = digest(plain_value(text[span.start : span.end], kind=span.type, language=self.language))
        number = known.get(key)
        fresh = max(known.values(), default=0) + 1
        people = self.people
        if span.type == "PERSON":
            before = text[: span.start]
            one = person(text[span.start : span.end], before=before, digest=digest, language=self.language)
            every = {n: Person(frozenset(words), title) for n, (words, title) in people.items()}
            number = same_person(one, every, told=number)
            other = every.get(number or fresh, one)
            words = tuple(sorted(one.words | other.words))
            people = {**people, number or fresh: (words, other.title or one.title)}
        numbers = {**self.numbers, span.type: {**known, key: number or fresh}}
        return number or fresh, self.model_copy(update={"numbers": numbers, "people": people})

    def knows(self, kind: str, number: int) -> bool:
        """Whether a number of a type is given already."""
        return number in self.numbers.get(kind, {}).values()


class Redacted(NamedTuple):
    """A text without personal data, what was replaced, and the pseudonyms as they are now."""

    text: str
    spans: tuple[RedactedSpan, ...]
    pseudonyms: Pseudonyms


def redact(
    text: str, spans: Iterable[PiiSpan], pseudonyms: Pseudonyms, *, digest: Callable[[str], str],
    numbering: bool = True,
) -> Redacted:
    """Replaces spans by `<TYPE_n>`; one value has one pseudonym in a call, however it was said.

    Without `numbering` nothing is remembered, and what has no number yet is `<TYPE>`: an interim decides nothing.
    """
    pieces: list[str] = []
    replaced: list[RedactedSpan] = []
    at, length = 0, 0
    for span in without_overlaps(spans):
        number, after = pseudonyms.named(text, span, digest=digest)
        numbered = numbering or pseudonyms.knows(span.type, number)
        pseudonym = f"<{span.type}_{number}>" if numbered else f"<{span.type}>"
        pseudonyms = after if numbering else pseudonyms
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
    return Redacted(text="".join([*pieces, text[at:]]), spans=tuple(replaced), pseudonyms=pseudonyms)


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
