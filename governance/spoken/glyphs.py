"""Reads a transcript as tokens, each as the characters it stands for: a digit-string grammar, no arithmetic."""

import re
from dataclasses import dataclass
from typing import Literal

from governance.spoken.words import CURRENCY, DIGITS, FILLERS, MONTHS, NATO, REPEATS, TEENS, TENS, UNITS

# A number with thousands commas or two decimals is an amount and stays one token.
TOKEN = re.compile(
    r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|(?<![\d.])\d+\.\d{1,2}(?![\d.])|"
    r"(?<!\w)[AaPp]\.[Mm]\b|\d+|[^\W\d_]+(?:['\u2019][^\W\d_]+)?|[^\w\s]|_"
)
MOST_COUNTED = 7  # digits in one: nobody has sixteen digits of transactions, and "card 4111… transactions" is a card
Kind = Literal["digits", "letter", "filler", "word"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, numeral or sign of the transcript; `glued` when no space stands before it."""

    text: str
    start: int
    end: int
    glued: bool


@dataclass(frozen=True, slots=True)
class Glyph:
    """What one or several tokens stand for; `single` when it was one digit, or one letter, said by itself."""

    kind: Kind
    value: str
    start: int
    end: int
    spoken: bool = False
    single: bool = False


def tokens(text: str) -> list[Token]:
    """The tokens of a text in order, lower-case."""
    found: list[Token] = []
    end = -1
    for match in TOKEN.finditer(text):
        found.append(Token(match.group().lower(), match.start(), match.end(), match.start() == end))
        end = match.end()
    return found


def glyphs(words: list[Token]) -> list[Glyph]:
    """Every token read as what it stands for; counted quantities, times and dates stay words."""
    read: list[Glyph] = []
    at = 0
    while at < len(words):
        glyph, used = one_glyph(words, at)
        read.append(glyph)
        at += used
    return [as_word(glyph) if counted(read, n) else glyph for n, glyph in enumerate(read)]


def one_glyph(words: list[Token], at: int) -> tuple[Glyph, int]:
    """The glyph that starts at a token, and how many tokens it takes."""
    token = words[at]
    if token.text.isdecimal() and token.text.isascii():
        return Glyph("digits", token.text, token.start, token.end, single=len(token.text) == 1), 1
    if token.text in REPEATS and at + 1 < len(words):
        inner, used = one_glyph(words, at + 1)
        if inner.kind in ("digits", "letter") and len(inner.value) == 1:
            value = inner.value * REPEATS[token.text]
            return Glyph(inner.kind, value, token.start, inner.end, spoken=True, single=True), used + 1
    number = spoken_number(words, at)
    if number is not None:
        value, used = number
        end = words[at + used - 1].end
        return Glyph("digits", value, token.start, end, spoken=True, single=token.text in DIGITS and used == 1), used
    if len(token.text) == 1 and token.text.isalpha():
        used = explained(words, at)
        return Glyph("letter", token.text, token.start, words[at + used - 1].end, spoken=True, single=True), used
    if token.text in NATO:
        return Glyph("letter", NATO[token.text], token.start, token.end, spoken=True), 1
    kind: Kind = "filler" if token.text in FILLERS else "word"
    return Glyph(kind, token.text, token.start, token.end), 1


def spoken_number(words: list[Token], at: int) -> tuple[str, int] | None:
    """Digits of a number word ("four", "forty-one", "eight hundred") and the tokens it takes."""
    text = words[at].text
    value, used = "", 1
    if text in DIGITS:
        value = DIGITS[text]
    elif text in TEENS:
        value = TEENS[text]
    elif text in TENS:
        unit = at + 1
        if unit + 1 < len(words) and words[unit].text == "-" and words[unit].glued:
            unit += 1
        value = TENS[text] + "0"
        if unit < len(words) and words[unit].text in DIGITS and words[unit].text not in ("o", "oh", "zero"):
            value, used = TENS[text] + DIGITS[words[unit].text], unit - at + 1
    else:
        return None
    if value != "0" and at + used < len(words) and words[at + used].text == "hundred":
        found = hundreds(value, words, at + used + 1)
        return None if found is None else (found[0], found[1] + used)
    return value, used


def hundreds(value: str, words: list[Token], at: int) -> tuple[str, int] | None:
    """"eight hundred", and "two hundred and seven" as the digits it reads out; thousands are counted, not read out."""
    joint = words[at].text if at < len(words) else ""
    if joint == "thousand":
        return None
    rest = spoken_number(words, at + 1) if joint == "and" and at + 1 < len(words) else None
    if rest is None or len(rest[0]) > 2 or rest[0] == "0":
        return value + "00", 1
    return value + rest[0].zfill(2), 2 + rest[1]


def explained(words: list[Token], at: int) -> int:
    """How many tokens "t", "t for tommy" or "t as in tommy" takes."""
    if words[at].text == "x" and at + 1 < len(words) and words[at + 1].text == "ray":
        return 2
    for joint in (("for",), ("as", "in"), ("like",), ("as",), ("is", "for"), ("in",)):
        said = tuple(word.text for word in words[at + 1 : at + 1 + len(joint)])
        last = at + 1 + len(joint)
        if said == joint and last < len(words) and len(words[last].text) > 1 and words[last].text[0] == words[at].text:
            return len(joint) + 2
    return 1


def counted(read: list[Glyph], at: int) -> bool:
    """Whether a number counts something, tells a time, or belongs to a date."""
    glyph = read[at]
    if glyph.kind != "digits" or len(glyph.value) > MOST_COUNTED:
        return False
    before = read[at - 1] if at else None
    after = read[at + 1] if at + 1 < len(read) else None
    touching = after is not None and after.start == glyph.end
    if before is not None and (before.value in CURRENCY or before.value in MONTHS):
        return True
    if clock(before, glyph) or clock(glyph, after):
        return True
    if after is None:
        return False
    if after.value == "k" and touching:
        return True
    if after.value in MONTHS and not touching:
        return True
    if after.value in UNITS and not glyph.single:
        return not grouped(read, at)
    return after.value in UNITS and (at == 0 or read[at - 1].kind != "digits")


def grouped(read: list[Glyph], at: int) -> bool:
    """Whether a numeral is a later group of a long number: "4111 1111 1111 1111 or cash"."""
    before = [glyph for glyph in read[max(0, at - 4) : at] if glyph.kind != "filler"]
    last = before[-1] if before else None
    size = 3
    return last is not None and last.kind == "digits" and not last.spoken and min(
        len(last.value), len(read[at].value)
    ) >= size and read[at].value.isdecimal() and not read[at].spoken


def clock(first: Glyph | None, second: Glyph | None) -> bool:
    """Whether a colon stands between figures without a space, as in 9:30."""
    if first is None or second is None or ":" not in (first.value, second.value):
        return False
    return first.end == second.start


def as_word(glyph: Glyph) -> Glyph:
    """The same place as a word, so that it takes no part in a read-out."""
    return Glyph("word", glyph.value, glyph.start, glyph.end)
