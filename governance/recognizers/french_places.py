"""Finds French addresses: a street with its number, post code and town as written and as said, and where one lives."""

import re

from governance.recognizers.french_cues import french_asked_for
from governance.recognizers.french_talk import NO_NAME
from governance.spoken.french_glyphs import french_tokens, numbers_as_glyphs
from governance.spoken.glyphs import Glyph
from schemas.redaction import PiiSpan

NAME = "spoken_address_fr"
STREETS = frozenset(
    {"rue", "avenue", "av", "boulevard", "bd", "bld", "place", "chemin", "allée", "allées", "impasse", "quai", "cours",
     "route", "square", "passage", "villa", "sentier", "résidence", "faubourg", "esplanade", "voie", "montée", "hameau",
     "lotissement", "cité", "traverse", "ruelle", "chaussée", "promenade", "clos", "venelle", "lieu", "rond", "domaine"}
)  # fmt: skip
PARTS = frozenset({"bâtiment", "bat", "bât", "appartement", "appt", "apt", "étage", "escalier", "porte", "boîte",
                   "lot"})
REPEAT = frozenset({"bis", "ter", "quater"})
JOINTS = frozenset({"de", "du", "des", "la", "le", "les", "l", "d", "'", "’", "-", "saint", "sainte", "et", "sur", "en",
                    "aux", "à", "lès", "général", "président", "grand", "grande", "petit", "petite", "docteur",
                    "maître",
                    "belle", "beau", "colonel", "commandant", "capitaine", "maire", "professeur", "poste",
                    "gare"})  # fmt: skip
LIVES = re.compile(
    r"\b(?:habite|habitons|vis|vivons|réside|résidons|domicilié|domiciliée|loge|déménagé|installée?)(?:\s+(?:à|"
    r"en|sur|au|"
    r"aux|dans|près de|du côté de))?\s+(?P<place>[^\W\d_][\w’'-]+(?:[ -](?:sur|sous|les|lès|en|la|le|de|"
    r"du)[ -][\w’'-]+|"
    r"\s(?-i:[A-ZÉÈ][\w-]+))*)|\bje (?:suis|viens) de\s+(?P<from>[A-ZÉÈ][\w-]+)\b",
    re.IGNORECASE,
)
CUED = re.compile(r"\b(?:habit\w+|adresse|domicil\w+|livr\w+|réside|déménag\w+|au)\b[^.?!]{0,20}$", re.IGNORECASE)
MOST_GLYPHS = 14
LONGEST_NAME = 5  # words of a street's name in small letters


def french_places(text: str, context: str | None = None) -> list[PiiSpan]:
    """Addresses and the places where somebody lives."""
    read = numbers_as_glyphs(french_tokens(text))
    asked = french_asked_for(context) == "ADDRESS"
    found: list[PiiSpan] = []
    for n, glyph in enumerate(read):
        if glyph.value not in STREETS or (found and glyph.start < found[-1].end):
            continue
        first = _number_before(read, n)
        last = _last(text, read, n)
        numbered = first < n or any(one.kind == "digits" for one in read[n + 1 : last + 1])
        if last > n and (numbered or asked or CUED.search(text[: glyph.start])):
            found.append(_span(read[first].start, read[last].end, "ADDRESS", 0.8))
    for match in LIVES.finditer(text):
        name = "place" if match.group("place") else "from"
        if match.group(name).split()[0].split("'")[0].lower() not in NO_NAME | STREETS:
            found.append(_span(match.start(name), match.end(name), "LOCATION", 0.6))
    return found


def _number_before(read: list[Glyph], n: int) -> int:
    """The first glyph of the house number before a street."""
    first = n
    if first and read[first - 1].value == ",":
        first -= 1
    if first and read[first - 1].value in REPEAT | {"b"}:
        first -= 1
    if not first or read[first - 1].kind != "digits":
        return n
    first -= 1
    while first and read[first - 1].kind == "digits" and n - first < LONGEST_NAME:
        first -= 1
    return first


def _last(text: str, read: list[Glyph], n: int) -> int:
    """The last glyph of an address that begins with a street."""
    last, names = n, 0
    for at in range(n + 1, min(len(read), n + 1 + MOST_GLYPHS)):
        glyph = read[at]
        capital = text[glyph.start].isupper()
        if glyph.kind == "digits" or glyph.value in PARTS or (glyph.kind == "letter" and last != n):
            last, names = at, LONGEST_NAME - 2 if glyph.kind == "digits" else names
        elif glyph.value in JOINTS or glyph.value in (",", "numéro", "n", "°"):
            continue
        elif glyph.value not in NO_NAME and glyph.value not in ".?!;:" and (capital or names < LONGEST_NAME):
            if glyph.kind == "letter" or glyph.value in ("bis", "ter"):
                continue
            last, names = at, names + (not capital)
        else:
            break
    return last


def _span(start: int, end: int, kind: str, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer=NAME)
