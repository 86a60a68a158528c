"""Holds a language model's sentence against the turns it cites: what they do not say, nobody reads.

A strict check and no second opinion: cited turns exist; each clause's words, numbers and names stand together in what
one speaker said there; what was denied, only wished, asked, supposed or announced stays so. It refuses some true
sentences, as other words for the same are other words.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from governance.phrases.claim_words import ASKS, DENIALS, EMPTY, MODALS, NUMBER_WORDS, SUPPOSES, WISHES
from schemas.handoffs import CitedSentence, TranscriptLine

MOST_SENTENCES = 8
MOST_CHARACTERS = 400
MARK = re.compile(r"\[\s*((?:(?:turns?\s*)?\d+\s*[,;]?\s*)+)\]", re.IGNORECASE)
BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
TOKEN = re.compile(r"<[A-Z][A-Z_]*_\d+>|\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
CONTRACTED = (
    (re.compile(r"\bcan't\b|\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"), (re.compile(r"'ll\b", re.IGNORECASE), " will"),
    (re.compile(r"'d like\b", re.IGNORECASE), " would like"),
)
ENDINGS = ("ations", "ation", "ingly", "edly", "ing", "ies", "ied", "ed", "es", "er", "s", "e", "y")
SHORTEST_STEM = 3
# What a sentence of a summary, and what a line of the talk, falls into.
CLAUSES = re.compile(r"[.!?;,]|\b(?:and|but|because|however|et|mais|car)\b", re.IGNORECASE)
# "and I" begins a statement of its own; after another "and" a "not" may still hold.
NEXT = r"(?:but|however|mais|(?:and|et) (?:i|we|you|he|she|it|they|je|nous|vous|il|elle))"
PARTS = re.compile(rf"(?<=[.!?;])\s+|\s+(?={NEXT}\b)", re.IGNORECASE)
INTERJECTION = re.compile(r"^\s*(?:no|non|yes|oui|well|okay|ok)\s*,", re.IGNORECASE)


class Upheld(NamedTuple):
    """Sentences that hold, and how many did not."""

    sentences: tuple[CitedSentence, ...]
    dropped: int


def upheld(written: str, lines: Sequence[TranscriptLine]) -> Upheld:
    """Take a model's answer apart, one sentence a line, each with its turns in brackets; keep what holds."""
    kept: list[CitedSentence] = []
    dropped = 0
    for row in written.splitlines():
        text = BULLET.sub("", row).strip()
        if not text:
            continue
        one = sentence(text, lines) if len(kept) < MOST_SENTENCES else None
        if one is None:
            dropped += 1
        else:
            kept.append(one)
    return Upheld(tuple(kept), dropped)


def sentence(text: str, lines: Sequence[TranscriptLine]) -> CitedSentence | None:
    """Give the sentence with its turns, or None where the turns do not hold it."""
    turns = tuple(dict.fromkeys(
        int(number) for mark in MARK.findall(text) for number in re.findall(r"\d{1,6}", mark)
    ))
    said = " ".join(MARK.sub(" ", text).split()).replace(" .", ".")
    if not turns or not said or len(said) > MOST_CHARACTERS:
        return None
    cited = [line for line in lines if line.turn in turns]
    if {line.turn for line in cited} != set(turns) or not _says(said, cited):
        return None
    at_ms = min((line.at_ms for line in cited if line.at_ms is not None), default=None)
    return CitedSentence(text=said, turns=turns, at_ms=at_ms)


def _says(said: str, cited: Sequence[TranscriptLine]) -> bool:
    who = _speaker(said)
    spoken = [line for line in cited if who is None or line.participant == who]
    clauses = [part for part in CLAUSES.split(_written_out(said)) if _claims(part)]
    # A sentence that says nothing is not worth ten seconds.
    return bool(clauses) and all(any(_line_says(clause, line.text) for line in spoken) for clause in clauses)


def _line_says(clause: str, text: str) -> bool:
    claims = _claims(clause)
    parts = [part for part in PARTS.split(_written_out(INTERJECTION.sub("", text))) if part.strip()]
    if any(_holds(claims, part) and _manner(clause) == _manner_of_part(part, clause) for part in parts):
        return True
    about = [part for part in parts if any(_holds([one], part) for one in claims)]
    plain = all(_manner_of_part(part, clause) == PLAIN for part in about)
    return plain and _manner(clause) == PLAIN and _holds(claims, " ".join(about))


def _holds(claims: Sequence[str], text: str) -> bool:
    there = _tokens(text)
    exact, stems = set(there), {_stem(one) for one in there}
    return all(
        one in exact
        or (not (one[0].isdigit() or one.startswith("<") or one in NUMBER_WORDS) and _stem(one) in stems)
        for one in claims
    )


class _Manner(NamedTuple):
    """How a thing is said: how often denied, with which modals, and whether as a wish, a question or a condition."""

    denials: int = 0
    modals: frozenset[str] = frozenset()
    wished: bool = False
    supposed: bool = False


PLAIN = _Manner()


def _manner(text: str) -> _Manner:
    words = _tokens(text)
    return _Manner(
        denials=sum(one in DENIALS for one in words),
        modals=frozenset(words) & MODALS,
        wished=bool(ASKS & set(words)),
        supposed=bool(SUPPOSES & set(words)) and not ASKS & set(words),
    )


def _manner_of_part(part: str, clause: str) -> _Manner:
    """A line's own manner; that somebody asked may be told of what was said plainly, never the other way round."""
    words = set(_tokens(part))
    one = _manner(part)
    asks = bool(WISHES & words) or part.rstrip().endswith("?")
    told_as_asked = bool(ASKS & set(_tokens(clause)))
    # A polite form ("could you", "I would like") is no modal of what is asked for.
    modals = _manner(clause).modals if asks and told_as_asked else one.modals
    return one._replace(wished=asks, modals=modals, supposed=bool(SUPPOSES & words) and not asks)


def _claims(text: str) -> list[str]:
    skipped = EMPTY | DENIALS | MODALS | WISHES | ASKS | SUPPOSES
    return [one for one in _tokens(text) if one not in skipped]


def _written_out(text: str) -> str:
    text = text.replace("’", "'")
    for short, long in CONTRACTED:
        text = short.sub(long, text)
    return text


def _speaker(said: str) -> str | None:
    words = _tokens(said)[:4]
    if "assistant" in words:
        return "assistant"
    if {"caller", "customer", "client", "cliente", "appelant", "she", "he"} & set(words):
        return "caller"
    return None


def _tokens(text: str) -> list[str]:
    found = TOKEN.findall(text.replace("’", "'"))
    return [one if one.startswith("<") else one.casefold() for one in found]


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
