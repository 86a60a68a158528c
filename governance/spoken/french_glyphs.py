"""Reads a French transcript as the characters it stands for: "soixante et onze" is 71, "b comme Bernard" is b."""

import re

from governance.spoken.french_words import (
    COUNTED,
    CURRENCY,
    FILLERS,
    HUNDREDS,
    LETTERS,
    MONTHS,
    REPEATS,
    TEENS,
    TENS,
    THOUSANDS,
    UNITS,
)
from governance.spoken.glyphs import Glyph, Kind, Token, as_word
from governance.spoken.runs import Run, join_glyphs

TOKEN = re.compile(r"(?<![\d.])\d+,\d{1,2}(?![\d,.])|\d+|[^\W\d_]+|[^\w\s]|_")
QUATRE_VINGT = 80
ELIDED = "'\u2019"


def french_tokens(text: str) -> list[Token]:
    """The tokens of a text in order, lower-case; an apostrophe is a token of its own."""
    found: list[Token] = []
    end = -1
    for match in TOKEN.finditer(text):
        found.append(Token(match.group().lower(), match.start(), match.end(), match.start() == end))
        end = match.end()
    return found


def french_glyphs(words: list[Token]) -> list[Glyph]:
    """Every token read as what it stands for; quantities, times and dates stay words."""
    read = numbers_as_glyphs(words)
    return [as_word(glyph) if counted(read, n) else glyph for n, glyph in enumerate(read)]


def numbers_as_glyphs(words: list[Token]) -> list[Glyph]:
    """Every token read as what it stands for, quantities and dates too."""
    read: list[Glyph] = []
    at = 0
    while at < len(words):
        glyph, used = french_glyph(words, at)
        read.append(glyph)
        at += used
    return read


def french_runs(text: str) -> list[Run]:
    """Every run of a French text, also short ones; who reads them decides what they are."""
    return join_glyphs(french_glyphs(french_tokens(text)))


def french_glyph(words: list[Token], at: int) -> tuple[Glyph, int]:
    """The glyph that starts at a token, and how many tokens it takes."""
    token = words[at]
    if token.text.isdecimal() and token.text.isascii():
        return Glyph("digits", token.text, token.start, token.end, single=len(token.text) == 1), 1
    doubled = repeated(words, at)
    if doubled is not None:
        return doubled
    number = spoken_number(words, at)
    if number is not None:
        value, used = number
        end = words[at + used - 1].end
        return Glyph("digits", value, token.start, end, spoken=True, single=len(value) == 1), used
    if token.text == "i" and at + 1 < len(words) and words[at + 1].text == "grec":
        return Glyph("letter", "y", token.start, words[at + 1].end, spoken=True, single=True), 2
    if letter(words, at):
        used = explained(words, at)
        return Glyph("letter", token.text, token.start, words[at + used - 1].end, spoken=True, single=True), used
    if token.text in LETTERS:
        return Glyph("letter", LETTERS[token.text], token.start, token.end, spoken=True), 1
    kind: Kind = "filler" if token.text in FILLERS else "word"
    return Glyph(kind, token.text, token.start, token.end), 1


def letter(words: list[Token], at: int) -> bool:
    """Whether a token is a letter said by itself: no elision and no "à"."""
    if len(words[at].text) != 1 or not words[at].text.isalpha() or words[at].text == "à":
        return False
    elided = at + 1 < len(words) and words[at + 1].text in ELIDED and words[at + 1].glued
    return not elided and not (words[at].glued and words[at - 1].text in ELIDED)


def repeated(words: list[Token], at: int) -> tuple[Glyph, int] | None:
    """What "double deux", "double v" or, within a spelling, "deux f" stand for."""
    if at + 1 >= len(words):
        return None
    times = REPEATS.get(words[at].text)
    if times is None and words[at].text == "deux" and at and letter(words, at - 1) and letter(words, at + 1):
        times = 2
    if times is None:
        return None
    if words[at].text == "double" and words[at + 1].text in ("v", "vé"):
        return Glyph("letter", "w", words[at].start, words[at + 1].end, spoken=True, single=True), 2
    inner, used = french_glyph(words, at + 1)
    if inner.kind not in ("digits", "letter") or len(inner.value) > 2:
        return None
    return Glyph(inner.kind, inner.value * times, words[at].start, inner.end, spoken=True, single=True), used + 1


def spoken_number(words: list[Token], at: int) -> tuple[str, int] | None:
    """Digits of a number in words ("quatre-vingt-dix-sept", "deux cent douze", "soixante-neuf mille sept")."""
    if word(words, at) in ("zéro", "zero"):
        return "0", 1
    head, used = below_thousand(words, at)
    after = beyond_hyphen(words, at + used)
    if word(words, after) in THOUSANDS and (used == 0 or head > 0):
        used = after - at + 1
        after = beyond_hyphen(words, at + used)
        rest, more = (0, 0) if word(words, after) in ("zéro", "zero") else below_thousand(words, after)
        if more:
            used = after - at + more
        return str((head or 1) * 1000 + rest), used
    return (str(head), used) if used else None


def below_thousand(words: list[Token], at: int) -> tuple[int, int]:
    """The number under a thousand that starts at a token, and the tokens it takes; none where there is none."""
    if word(words, at) in HUNDREDS:
        head, used = 1, 0
    else:
        head, used = below_hundred(words, at)
        if not used or head == 0:
            return head, used
        after = beyond_hyphen(words, at + used)
        if word(words, after) not in HUNDREDS or not 1 < head < 10:
            return head, used
        used = after - at
    used += 1
    after = beyond_hyphen(words, at + used)
    rest, more = below_hundred(words, after)
    return (head * 100 + rest, after - at + more) if more and rest else (head * 100, used)


def below_hundred(words: list[Token], at: int) -> tuple[int, int]:
    """The number under a hundred that starts at a token, and the tokens it takes."""
    first = word(words, at)
    after = beyond_hyphen(words, at + 1)
    if first == "quatre" and word(words, after) in ("vingt", "vingts"):
        rest, end = remainder(words, after + 1, seventies=True)
        return QUATRE_VINGT + rest, end - at
    if first in TENS:
        rest, end = remainder(words, at + 1, seventies=first == "soixante")
        return TENS[first] + rest, end - at
    if first == "dix" and word(words, after) in ("sept", "huit", "neuf"):
        return 10 + UNITS[word(words, after)], after - at + 1
    if first in TEENS:
        return TEENS[first], 1
    return (UNITS[first], 1) if first in UNITS else (0, 0)


def remainder(words: list[Token], at: int, *, seventies: bool) -> tuple[int, int]:
    """What follows a ten ("-sept", " et un", "-dix-sept" after 60 and 80), and the token after it."""
    after = beyond_hyphen(words, at)
    if word(words, after) == "et":
        after = beyond_hyphen(words, after + 1)
        one = word(words, after)
        return (UNITS.get(one, 11), after + 1) if one in ("un", "une", "onze") else (0, at)
    unit = UNITS.get(word(words, after), 0)
    if unit:
        vingt = beyond_hyphen(words, after + 1)
        another = unit == 4 and vingt > after + 1 and word(words, vingt) in ("vingt", "vingts")
        return (0, at) if another else (unit, after + 1)
    rest, used = below_hundred(words, after) if seventies and word(words, after) in TEENS else (0, 0)
    return (rest, after + used) if rest else (0, at)


def beyond_hyphen(words: list[Token], at: int) -> int:
    """The place of the next word where a hyphen without spaces stands before it."""
    if at + 1 < len(words) and words[at].text == "-" and words[at].glued and words[at + 1].glued:
        return at + 1
    return at


def word(words: list[Token], at: int) -> str:
    """The token at a place, or nothing past the end."""
    return words[at].text if at < len(words) else ""


def explained(words: list[Token], at: int) -> int:
    """How many tokens "b" or "b comme bernard" takes."""
    last = at + 2
    said = word(words, at + 1) in ("comme", "de") and len(word(words, last)) > 1
    return 3 if said and plain(word(words, last))[0] == plain(words[at].text)[0] else 1


def plain(said: str) -> str:
    """Letters without their accents, as somebody spells them."""
    return said.translate(str.maketrans("àâäéèêëîïôöûùüçœ", "aaaeeeeiioouuuco"))


def counted(read: list[Glyph], at: int) -> bool:
    """Whether a number counts something, tells a time, or belongs to a date."""
    glyph = read[at]
    if glyph.kind != "digits":
        return False
    before = read[at - 1] if at else None
    after = read[at + 1] if at + 1 < len(read) else None
    if before is not None and (before.value in CURRENCY or before.value in MONTHS):
        return True
    if after is None:
        return False
    return after.value in COUNTED or after.value in CURRENCY or (after.value in MONTHS and len(glyph.value) <= 2)
