"""Knows the sentences by which a caller is told that an AI speaks (EU AI Act, Article 50) and that she is recorded."""

import re
from collections.abc import Sequence

from schemas.base import Frozen
from schemas.disclosure_rules import AI, RECORDING, Statement
from schemas.policies import Place, Signal

RULE = "disclosure.ai"
MACHINE = (
    r"(?:an?|the|your|our)\s+(?:\w+[\s-]+){0,3}?"
    r"(?:AI|A\.I\.|artificial intelligence|virtual|automated|digital|robotic|"
    r"computer|machine|chat\s?bot|voice\s?bot|bot|robot|synthetic)\b(?:[\s-]+\w+){0,3}"
)
SAYS_SO = re.compile(
    rf"(?:\bI\s?['\u2019]?\s?a?m|\bthis is|\bmy name is \w+,?|\byou(?:\s?['\u2019]re| are) (?:now )?"
    rf"(?:speaking|talking|chatting|connected) (?:with|to)|\byou(?:\s?['\u2019]ve| have) reached)\s+"
    rf"(?:\w+,\s+)?{MACHINE}"
    r"|\bI['\u2019 ]?\s?a?m not (?:a |an )?(?:human|real person|person)\b",
    re.IGNORECASE,
)
MACHINE_FR = (
    r"(?:une?|l['\u2019]|notre|votre)\s*(?:\w+\s+){0,2}?"
    r"(?:IA|I\.A\.|intelligence artificielle|virtuel(?:le)?|automatique|automatis\u00e9e?|num\u00e9rique|"
    r"robot|machine|chatbot|voicebot|synth\u00e9tique)\b"
)
SAYS_SO_FR = re.compile(
    rf"(?:\bje suis|\bici|\bc['\u2019]est|\bvous (?:parlez|\u00eates en (?:ligne|communication|relation))"
    rf"(?: maintenant)? (?:avec|\u00e0))\s+{MACHINE_FR}|\bje ne suis pas (?:une? )?(?:humaine?|personne r\u00e9elle)\b",
    re.IGNORECASE,
)
DENIES = re.compile(r"\bnot\s+(?:an?|the)\s*$", re.IGNORECASE)
IS_RECORDED = re.compile(
    r"\b(?:calls?|conversations?|line)\s+(?:\w+\s+){0,3}?"
    r"(?:is|are|'?s|may be|might be|will be|can be|could be|gets?)\s+(?:(?:being|now|also|always|monitored (?:and|or))"
    r"\s+)*recorded\b"
    r"|\b(?:we|I)(?:\s?['\u2019](?:m|re)| am| are| will| may)?\s+(?:now |always |also )?record(?:ing)?\s+"
    r"(?:this|the|all|our|your|every)\s+(?:\w+\s+)?(?:calls?|conversations?)\b"
    r"|\b(?:on|this is) a recorded line\b"
    r"|\b(?:appels?|conversations?|\u00e9changes?|communications?)\s+(?:\w+\s+){0,3}?"
    r"(?:est|sont|sera|seront|peut \u00eatre|peuvent \u00eatre|pourra \u00eatre)\s+(?:\w+\s+)?enregistr\u00e9e?s?\b"
    r"|\bnous enregistrons\s+(?:cet|cette|l['\u2019]|les|tous les|vos)\s*(?:appels?|conversations?)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"<[A-Z][A-Z0-9_]*>|[^\W_]+(?:['\u2019][^\W_]+)*")
HIDDEN_WORDS = 4  # of a statement that one pseudonym may stand for: a name that redaction found in it
ENDED = re.compile(r"\s*[.!?;:,\u2026]")


class Told(Frozen):
    """Where a text holds a statement, how many words come before it, and how many it has."""

    place: Place
    before: int
    words: int


def discloses_ai(text: str) -> Signal | None:
    """The place where the assistant says that it is a machine, or None."""
    found = SAYS_SO.search(text) or SAYS_SO_FR.search(text)
    if found is None or DENIES.search(text[: found.start()]):
        return None
    place = Place(start=found.start(), end=found.end())
    return Signal(rule=RULE, kind="disclosure", score=1.0, evidence=(place,))


def told(kind: str, statement: Statement, language: str, text: str, *, cut: bool = False) -> Told | None:
    """Where the whole of a statement is in a text; of a text that was `cut` off, only what ended before."""
    texts = statement.said_in(language)
    for one in texts:
        found = _within(tokens(one), text)
        if found is not None:
            return found
    place = None if texts else _in_own_words(kind, text)
    if place is None or (cut and not _ended(text, place.end)):
        return None
    return Told(place=place, before=len(WORD.findall(text[: place.start])),
                words=len(WORD.findall(text[place.start : place.end])))


def begun(statement: Statement, language: str, text: str) -> int:
    """How many words of a statement a text ends with that was cut off in it; 0 where it was not begun."""
    heard = tokens(text)
    return max((
        _follow(tokens(one), heard, 0, at)[1] for one in statement.said_in(language) for at in range(len(heard))
        if _plain(heard[at:])
    ), default=0)


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared."""
    return tuple(one.casefold().replace("\u2019", "'") for one in WORD.findall(text))


def holds(sentence: str, text: str) -> Place | None:
    """Where all words of a sentence follow each other in a text."""
    found = _within(tokens(sentence), text)
    return None if found is None else found.place


def _within(wanted: tuple[str, ...], text: str) -> Told | None:
    found = list(WORD.finditer(text))
    heard = tokens(text)
    for at in range(len(heard)):
        end, _ = _follow(wanted, heard, 0, at)
        if end is not None and 2 * _plain(heard[at:end]) >= len(wanted):
            return Told(place=Place(start=found[at].start(), end=found[end - 1].end()), before=at, words=end - at)
    return None


def _follow(wanted: Sequence[str], heard: Sequence[str], n: int, at: int) -> tuple[int | None, int]:
    """Where `wanted` from its n-th word ends in `heard`, or None and how many words of it the text ends with."""
    while n < len(wanted):
        if at == len(heard):
            return None, n
        if heard[at].startswith("<"):
            tries = [_follow(wanted, heard, n + skipped, at + 1) for skipped in range(1, HIDDEN_WORDS + 1)]
            whole = [one for one in tries if one[0] is not None]
            return whole[0] if whole else (None, max(reached for _, reached in tries))
        if heard[at] != wanted[n]:
            return None, 0
        n, at = n + 1, at + 1
    return (at, n) if n == len(wanted) else (None, 0)


def _plain(heard: Sequence[str]) -> int:
    """How many words are no pseudonyms: a statement is not recognised by what redaction hid of it."""
    return sum(not one.startswith("<") for one in heard)


def _in_own_words(kind: str, text: str) -> Place | None:
    if kind == AI:
        signal = discloses_ai(text)
        return signal.evidence[0] if signal is not None else None
    found = IS_RECORDED.search(text) if kind == RECORDING else None
    return Place(start=found.start(), end=found.end()) if found is not None else None


def _ended(text: str, end: int) -> bool:
    """Tell whether a clause ends there with words or a mark after it; the end of what was heard proves nothing."""
    return end < len(text.rstrip()) and ENDED.match(text, end) is not None
