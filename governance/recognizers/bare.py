"""Reads short utterances that are nothing but a code, or a name or town and a number: answers without a sentence."""

import re

from governance.recognizers.names import NO_NAME
from governance.spoken.words import DIGITS, MONTHS, TEENS, TENS, UNITS
from schemas.redaction import PiiSpan

NAME = "bare_answer"
LEAD = re.compile(r"^\W*(?:(?:its|it's|it is|yes|ok|okay|sure|and|the|hi|sir|that's|here is)\W+)*", re.IGNORECASE)
TOWN_AND_NUMBER = re.compile(
    r"(?P<words>[^\W\d_]{2,}(?:\s[^\W\d_]{2,}){0,2})[\s,]+(?:and\s)?(?P<number>\d{3,12})", re.IGNORECASE
)
PIECE = re.compile(r"[^\W\d_]{1,4}|\d{1,12}")
COUNTED = UNITS | MONTHS | frozenset(DIGITS) | frozenset(TEENS) | frozenset(TENS) | {
    "call", "dial", "text", "room", "table", "flight", "gate", "option", "press", "size", "chapter", "route", "area",
    "channel", "page", "line",
    "bus", "top", "over", "about", "almost", "around", "version", "windows", "iphone", "model", "highway", "apartment",
    "less", "than", "between", "under", "above", "below", "near", "up", "only", "total", "balance", "amount",
    "transfer",
    "pay", "send", "cost", "costs", "price", "level", "grade", "class", "year", "since", "by", "until", "before",
    "after",
    "during", "summer", "winter", "spring", "fall", "season", "super", "world", "cup", "act", "section", "article",
    "item", "quantity", "qty", "pack", "floor", "seat", "row", "zone", "deposit", "withdraw", "add", "made",
    "spent", "paid", "owe", "roll", "flip", "timer", "alarm", "maybe", "yep", "covid", "type", "factor", "step",
    "part", "day",
}  # fmt: skip
SHORTEST_NUMBER = 4
SHORTEST_CODE = 5


def bare(text: str, context: str | None = None) -> list[PiiSpan]:
    """The code or the name with its number that an utterance consists of."""
    del context
    lead = LEAD.match(text)
    start = lead.end() if lead is not None else 0
    end = len(text.rstrip(" .,!?"))
    if code(text[start:end]) or town_and_number(text[start:end]):
        return [PiiSpan(start=start, end=end, type="NUMERIC_ID", score=0.45, recognizer=NAME)]
    return []


def code(said: str) -> bool:
    """Letters and figures in short pieces ("gt 87 j 8", "erq 857") and nothing else."""
    pieces = said.lower().split()
    if not 2 <= len(pieces) <= 7 or not all(PIECE.fullmatch(piece) for piece in pieces):
        return False
    letters = [piece for piece in pieces if piece.isalpha()]
    known = {piece for piece in letters if len(piece) > 1} & (NO_NAME | COUNTED)
    figures = sum(len(piece) for piece in pieces if piece.isdecimal())
    return bool(letters) and figures >= 2 and not known and len("".join(pieces)) >= SHORTEST_CODE


def town_and_number(said: str) -> bool:
    """One to three plain words and a long number ("new york 10256", "hema 746985")."""
    found = TOWN_AND_NUMBER.fullmatch(said)
    if found is None or len(found.group("number")) < SHORTEST_NUMBER:
        return False
    if re.fullmatch(r"(?:19|20)\d\d", found.group("number")):
        return False
    return not set(found.group("words").lower().split()) & (NO_NAME | COUNTED)
