"""Matches a phrase table on plain speech, and takes a match back where its surroundings speak against it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from governance.phrases.plain import Plain

WORDS_BEFORE = 9  # how far a guard looks to the left, in words of the same sentence
WORDS_AFTER = 9
SINCE_NOW = re.compile(
    r"\b(?:now|but|today|listen|sorry|hold on|oh god|my god|because|"
    r"and(?= (?:now|the|a|he|she|my|our|i|we|they|it|there|someone|somebody)\b)|"
    r"when(?= (?:someone|somebody|a)\b)) "
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say something: a pattern with `{slots}`, how sure it makes us, and the guards that undo it."""

    pattern: str
    score: float
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """What, said before or after a phrase in the same sentence, shows that it was not meant.

    It is silent where `unless` is said too; with `since_now` what lies before the last "now",
    "but" or "and he" does not count.
    """

    before: str = ""
    after: str = ""
    whole: str = ""
    unless: str = ""
    since_now: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that stood against its guards; offsets are of the plain text."""

    score: float
    start: int
    end: int


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern between word borders; verbose spaces are not used, a space is a space."""
    return re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])")


def filled(phrases: Iterable[Phrase], slots: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Phrases with their `{slots}` written out."""
    return tuple(Phrase(fill(phrase.pattern, slots), phrase.score, phrase.guards) for phrase in phrases)


def fill(pattern: str, slots: Mapping[str, str]) -> str:
    """Writes out slots, also those inside slots."""
    for _ in range(3):
        for name, value in slots.items():
            pattern = pattern.replace("{" + name + "}", f"(?:{value})")
    return pattern


def any_of(phrases: Iterable[Phrase]) -> str:
    """One pattern that is heard exactly where one of the phrases is: most speech is done with after a single look."""
    return "|".join(phrase.pattern for phrase in phrases)


def matches(plain: Plain, phrases: Iterable[Phrase], guards: Mapping[str, Guard]) -> Iterator[Match]:
    """Every phrase heard that no guard takes back."""
    for phrase in phrases:
        for found in compiled(phrase.pattern).finditer(plain.text):
            if not any(guarded(plain.text, found.start(), found.end(), guards[name]) for name in phrase.guards):
                yield Match(phrase.score, found.start(), found.end())


def guarded(text: str, start: int, end: int, guard: Guard) -> bool:
    """Whether the surroundings of a match in its own sentence speak against it."""
    before, after = surroundings(text, start, end)
    if guard.since_now:
        turns = [turn.end() for turn in SINCE_NOW.finditer(f"{before} {text[start:end]} ")]
        before = before[max((turn for turn in turns if turn <= len(before) + 1), default=0) :]
    if guard.unless and compiled(guard.unless).search(f"{before} {text[start:end]} {after}"):
        return False
    if guard.before and compiled(guard.before).search(before):
        return True
    if guard.after and compiled(guard.after).search(after):
        return True
    return bool(guard.whole and compiled(guard.whole).search(f"{before} {text[start:end]} {after}"))


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the same sentence before and after, at most as many as a guard looks at."""
    before = re.split(r"[.?](?: |$)", text[:start])[-1]
    after = re.split(r"(?:^| )[.]", text[end:])[0]
    return " ".join(before.split()[-WORDS_BEFORE:]), " ".join(after.split()[:WORDS_AFTER])
