"""Finds people in French: by the words that introduce a name, by given names, by a spelling and the word it spells."""

import re

from governance.recognizers.french_cues import french_asked_for
from governance.recognizers.french_given_names import AMBIGUOUS, GIVEN_NAMES
from governance.recognizers.french_talk import NO_NAME, NOBODY
from governance.recognizers.given_names import GIVEN_NAMES as FOREIGN
from governance.spoken.french_glyphs import french_runs, french_tokens, plain
from schemas.redaction import PiiSpan

NAME = "spoken_name_fr"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PARTICLES = frozenset({"de", "du", "da", "di", "la", "le", "des", "ben", "bel", "el", "al", "von", "van", "der",
                       "dos", "d",
                       "saint", "mac", "o"})  # fmt: skip
# What introduces a name for certain, with or without capitals.
SURE = re.compile(
    r"(?:\b(?:m'appelle|m’appelle|s'appelle|s’appelle|m'appelait|prénomme|me nomme|"
    r"(?:mon|son|le|votre|notre) (?:pré)?nom(?: de famille| de jeune fille| complet| d'usage)?(?: c'est| est|"
    r" c’est| :|,)?|"
    r"au nom d[eu](?: madame| monsieur)?|à l'attention de|de la part de|je me présente|m'appeler|me présente,)\s+)"
    r"(?!à\b)(?P<name>.+)", re.IGNORECASE,
)  # fmt: skip
TITLE = re.compile(
    r"\b(?P<title>monsieur|madame|mademoiselle|messieurs|mme|mlle|docteur|dr|maître|m\.)\s+(?P<name>.+)", re.IGNORECASE
)
# What may introduce a name: a given name or a capital must follow.
MAYBE = re.compile(
    r"\b(?:je suis|c'est|c’est|ici|moi c'est|bonjour|bonsoir|allô|salut|merci|mari|femme|épouse|époux|fils|fille|frère|"
    r"sœur|soeur|mère|père|maman|papa|compagnon|compagne|collègue|ami|amie|parler à|rendez-vous de|avec|pour|"
    r"conseillère?|"
    r"eu|voir|client|cliente|titulaire|oui|patient|patiente)\s*,?\s+(?P<name>.+)", re.IGNORECASE,
)  # fmt: skip
SPEAKING = re.compile(
    r"(?P<name>[^\W\d_]+(?:[ -][^\W\d_]+)?)\s*,?\s*(?:à l'appareil|à l’appareil|au téléphone|qui parle|qui vous parle|"
    r"à votre écoute|à votre service)", re.IGNORECASE,
)  # fmt: skip
HERE = re.compile(r"^\W*(?:(?:allô|oui|bonjour|euh)\W+)*ici\s+(?P<name>.+)", re.IGNORECASE)
SHORTEST_SPELLED = 3
MOST_WORDS = 3


def french_names(text: str, context: str | None = None) -> list[PiiSpan]:
    """Names after the words that introduce them, given names anywhere, spellings."""
    found = [_span(*place, 0.75) for pattern in (SURE, HERE) for place in _named(pattern, text, most=MOST_WORDS)]
    found += [_span(*place, 0.75) for place in _named(TITLE, text, most=2)]
    found += [_span(*place, 0.6) for place in _named(MAYBE, text, most=MOST_WORDS, surely=False)]
    for match in SPEAKING.finditer(text):
        words = list(WORD.finditer(match.group("name")))
        kept = [one for one in words if _nameable(one.group())]
        if kept and kept[-1] is words[-1]:
            at = match.start("name")
            found.append(_span(at + kept[0].start(), at + kept[-1].end(), 0.7))
    return [*found, *_given(text), *french_spellings(text, context)]


def _named(
    pattern: re.Pattern[str], text: str, *, most: int, surely: bool = True
) -> list[tuple[int, int]]:
    """The names that follow each place where a pattern begins."""
    found: list[tuple[int, int]] = []
    at = 0
    while (match := pattern.search(text, at)) is not None:
        at = match.start("name")
        place = _name_at(text, at, most=most, surely=surely)
        if place is not None:
            found.append(place)
    return found


def _name_at(text: str, start: int, *, most: int, surely: bool) -> tuple[int, int] | None:
    """The words from a place on that make a name."""
    first = end = None
    count = 0
    for match in WORD.finditer(text, start):
        said = match.group()
        gap = text[end if end is not None else start : match.start()]
        if gap.strip() or count >= most or (text[match.end() : match.end() + 1] in "'’" and match.end() < len(text)):
            break
        if said.lower() in PARTICLES and count < most and (first is None or _particle_leads(text, match.end())):
            first = match.start() if first is None else first
            if not _particle_leads(text, match.end()):
                break
            end = match.end()
            continue
        if not _nameable(said) or (count == 0 and not surely and not _looks_given(said)):
            break
        if count and not (said[0].isupper() or surely or _looks_given(said) or count == 1):
            break
        first = match.start() if first is None else first
        end, count = match.end(), count + 1
    return (first, end) if first is not None and end is not None and count else None


def _particle_leads(text: str, at: int) -> bool:
    """Whether a name follows a particle."""
    after = WORD.match(text, at + 1) if at < len(text) and text[at] in " '’" else None
    return after is not None and (_nameable(after.group()) or after.group().lower() in PARTICLES)


def _nameable(said: str) -> bool:
    low = said.lower()
    return len(said) > 1 and low not in NOBODY and low.split("-")[0] not in NO_NAME


def _looks_given(said: str) -> bool:
    parts = said.lower().split("-")
    return parts[0] in GIVEN_NAMES or plain(parts[0]) in FOREIGN or (said[0].isupper() and not said.isupper())


def _given(text: str) -> list[PiiSpan]:
    """Given names anywhere, with the family name after them."""
    found: list[PiiSpan] = []
    for match in WORD.finditer(text):
        said = match.group()
        first = said.lower().split("-")[0]
        sure = first in GIVEN_NAMES - AMBIGUOUS or (said[0].isupper() and match.start() and first in GIVEN_NAMES)
        if not sure or (found and match.start() < found[-1].end):
            continue
        if text[: match.start()].lower().rstrip().endswith(("rue", "avenue", "place", "boulevard", "saint", "carte")):
            continue
        place = _name_at(text, match.start(), most=2, surely=False)
        if place is not None:
            found.append(_span(*place, 0.6))
    return found


def french_spellings(text: str, context: str | None = None) -> list[PiiSpan]:
    """Letters read out one by one, and a word of the text that they spell."""
    found: list[PiiSpan] = []
    asked = french_asked_for(context)
    for run in french_runs(text):
        if run.digits or run.tokens < SHORTEST_SPELLED:
            continue
        kind = asked if asked in ("BOOKING_REF", "USERNAME", "PASSWORD", "POLICY_NUMBER") else "PERSON"
        found.append(PiiSpan(start=run.start, end=run.end, type=kind, score=0.7, recognizer=NAME))
        value = plain(run.value)
        for token in french_tokens(text):
            said = plain(token.text)
            alike = said == value or (said[:3] == value[:3] and abs(len(said) - len(value)) <= 2)
            if len(said) >= SHORTEST_SPELLED and alike and not run.start <= token.start < run.end:
                found.append(_span(token.start, token.end, 0.7))
    return found


def _span(start: int, end: int, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type="PERSON", score=score, recognizer=NAME)
