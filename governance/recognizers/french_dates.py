"""Finds dates of birth, written and said in French, where a word or the question tells that they are."""

import re

from governance.recognizers.french_cues import french_asked_for
from governance.spoken.french_glyphs import french_tokens, numbers_as_glyphs
from governance.spoken.french_words import MONTHS
from governance.spoken.glyphs import Glyph
from schemas.redaction import PiiSpan

NAME = "spoken_date_fr"
BORN = re.compile(
    r"\b(?:née?s?|naissance|anniversaire|vu le jour)\b[\w\s:,'’]{0,25}$|\bje suis (?:du|de)\s*$|"
    r"\bdu signe\b", re.IGNORECASE
)
BORN_AFTER = re.compile(r"^[\s,]*c.est (?:ma|sa|la|votre) (?:date de )?naissance", re.IGNORECASE)
NUMERIC = re.compile(r"(?<!\d)\d{1,2}\s?[/.\- ]\s?\d{1,2}\s?[/.\- ]\s?(?:19|20)?\d{2}(?!\d)")
FIRST = frozenset({"premier", "1er"})
MOST_YEAR_PARTS = 3  # "dix-neuf cent soixante-seize", "mille neuf cent septante"


def french_dates(text: str, context: str | None = None) -> list[PiiSpan]:
    """Dates that tell when somebody was born."""
    asked = french_asked_for(context) == "DATE_OF_BIRTH"
    places = [match.span() for match in NUMERIC.finditer(text)] + spoken_dates(text)
    return [
        PiiSpan(start=start, end=end, type="DATE_OF_BIRTH", score=0.85, recognizer=NAME)
        for start, end in places
        if asked or BORN.search(text[:start]) or BORN_AFTER.search(text[end:])
    ]


def spoken_dates(text: str) -> list[tuple[int, int]]:
    """Where a month stands with its day, its year, or both."""
    read = numbers_as_glyphs(french_tokens(text))
    found: list[tuple[int, int]] = []
    for n, glyph in enumerate(read):
        if glyph.value not in MONTHS:
            continue
        first = n - 1 if n and (_number(read[n - 1]) or read[n - 1].value in FIRST) else n
        if first and read[first].value == "er":
            first -= 1
        if n > 1 and read[n - 1].value == "er" and _number(read[n - 2]):
            first = n - 2
        last = n
        while last + 1 < len(read) and last - n < MOST_YEAR_PARTS and _number(read[last + 1]):
            last += 1
        if first < n or last > n:
            found.append((read[first].start, read[last].end))
    return found


def _number(glyph: Glyph) -> bool:
    return glyph.kind == "digits"
