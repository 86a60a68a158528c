"""Who and what is the same under several ways of saying it: values in one form, and people by the words of names."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

from governance.spoken.french_glyphs import french_tokens, numbers_as_glyphs
from governance.spoken.glyphs import Glyph, glyphs, tokens

Digest = Callable[[str], str]
TITLES = {
    "mr": "m", "mister": "m", "sir": "m", "monsieur": "m", "m": "m", "mrs": "f", "miss": "f", "ms": "f", "missus": "f",
    "madame": "f", "mme": "f", "mademoiselle": "f", "mlle": "f", "maam": "f", "dr": "", "doctor": "", "docteur": "",
}  # fmt: skip
LAST_WORD = re.compile(r"([^\W\d_]+)\.?\s*$")
JOINTS = frozenset(
    {"at", "dot", "point", "arobase", "arrobase", "underscore", "dash", "hyphen", "tiret", "slash", "the", "of", "my",
     "chez", "number", "numéro"}
)  # fmt: skip
FOREIGN_PREFIX = re.compile(r"(?:00)?(?:33|32|41|44)(?=\d{9,10}$)")
US_LENGTH = 11  # with the country's 1


class Person(NamedTuple):
    """A mention of somebody: keyed digests of the name's words, and of the gender that a title gives."""

    words: frozenset[str]
    title: str | None


def plain_value(said: str, *, kind: str = "", language: str = "en") -> str:
    """The value behind a way of saying it: "four two" and "42" are the same, and so are "ada at …" and "ada@…"."""
    value = "".join(
        glyph.value for glyph in _read(said, language) if glyph.value not in JOINTS and glyph.kind != "filler"
    )
    value = "".join(char for char in _unaccented(value) if char.isalnum())
    if not value:  # nothing but fillers and signs: they are the value then
        return said.casefold()
    return _national(value) if kind == "PHONE_NUMBER" and value.isdecimal() else value


def name_words(said: str, *, language: str = "en") -> list[str]:
    """The words of a name without titles; letters read out one by one are the word that they spell."""
    words: list[str] = []
    spelled = ""
    for glyph in _read(re.sub(r"['\u2019]s\b", "", said), language):
        if glyph.kind == "letter" or (glyph.value == "0" and glyph.end - glyph.start == 1):  # "o" is a letter here
            spelled += "o" if glyph.value == "0" else glyph.value
            continue
        words, spelled = ([*words, spelled], "") if glyph.kind == "word" and spelled else (words, spelled)
        if glyph.kind == "word" and glyph.value[0].isalpha():
            words.append(glyph.value)
    every = (_unaccented(word) for word in (*words, spelled) if word)
    return list(dict.fromkeys(word for word in every if word not in TITLES))


def person(said: str, *, before: str, digest: Digest, language: str) -> Person:
    """A mention as keyed digests; `before` is the text in front of it, where a title may stand."""
    called = [word for word in re.split(r"[\W_]+", said.casefold()) if word in TITLES]
    last = LAST_WORD.search(before)
    called += [last.group(1).casefold()] if last is not None else []
    genders = [TITLES[word] for word in called if TITLES.get(word)]
    words = name_words(said, language=language) or [plain_value(said, language=language)]
    return Person(frozenset(digest(word) for word in words), genders[0] if genders else None)


def same_person(one: Person, known: Mapping[int, Person], *, told: int | None = None) -> int | None:
    """The number of the one known person whose words hold these or are held by them; none where two could be meant.

    `told` is who was named by just these words before: of several that could be meant, that one.
    """
    likely = [
        number for number, other in known.items()
        if (one.words <= other.words or other.words <= one.words)
        and not (one.title and other.title and one.title != other.title)
    ]  # fmt: skip
    exact = [number for number in likely if known[number].words == one.words]
    if told is not None and (told in likely or told not in known):
        return told
    if len(exact) == 1:
        return exact[0]
    return likely[0] if len(likely) == 1 else None


def _read(said: str, language: str) -> list[Glyph]:
    return numbers_as_glyphs(french_tokens(said)) if language == "fr" else glyphs(tokens(said))


def _national(digits: str) -> str:
    """A telephone number as it is told at home: +33 6 and 06, +1 415 and 415 are the same."""
    if len(digits) == US_LENGTH and digits[0] == "1":
        return digits[1:]
    prefix = FOREIGN_PREFIX.match(digits)
    return "0" + digits[prefix.end() :].removeprefix("0") if prefix is not None else digits


def _unaccented(said: str) -> str:
    folded = unicodedata.normalize("NFKD", said.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))
