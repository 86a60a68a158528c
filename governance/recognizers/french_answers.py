"""Reads a French utterance as the answer to the question just asked: what the carrier words leave is the answer."""

import re

from governance.recognizers.french_cues import french_asked_for
from governance.recognizers.french_places import JOINTS, PARTS, STREETS
from governance.recognizers.french_talk import NO_NAME, NUMBER_WORDS
from governance.spoken.french_words import FILLERS, MONTHS
from schemas.redaction import PiiSpan

NAME = "asked_answer_fr"
CARRIER = re.compile(
    r"^(?:[\W_]|\b(?:oui|ouais|bien sûr|alors|euh|heu|ben|bah|donc|d'accord|ok|c'est|c’est|ça s'écrit|"
    r"je m'appelle|je suis|"
    r"je suis née?|née?|mon|ma|le|la|l|au nom d[eu]|prénom|nom|de famille|est|voilà|bonjour|j'habite|on habite|"
    r"nous habitons|"
    r"habite|je vis|à|au|dans|ici|enfin|attendez|identifiant|mot de passe|adresse|date de naissance|code|ville|"
    r"monsieur|"
    r"madame|mademoiselle|voici|merci|numéro|ce sera|ça sera|pour|du|il s'agit de|simplement|tout simplement|"
    r"moi)\b)+", re.IGNORECASE,
)  # fmt: skip
AFTERWORDS = re.compile(
    r"(?:[\W_]|\b(?:s'il vous plaît|s’il vous plaît|merci|voilà|à l'appareil|d'accord|c'est ça|madame|monsieur|"
    r"depuis toujours|euh|tout attaché)\b)+$", re.IGNORECASE,
)  # fmt: skip
ALLOWED = JOINTS | PARTS | STREETS | NUMBER_WORDS | frozenset(MONTHS) | FILLERS | {
    "premier", "comme", "ville", "petit", "petite", "chez", "mille", "cent",
}  # fmt: skip
KINDS = {
    "PERSON": ("PERSON", 4), "DATE_OF_BIRTH": ("DATE_OF_BIRTH", 10), "ADDRESS": ("ADDRESS", 14),
    "LOCATION": ("LOCATION", 5), "USERNAME": ("USERNAME", 5), "PASSWORD": ("PASSWORD", 4),
    "EMAIL_ADDRESS": ("EMAIL_ADDRESS", 14), "BOOKING_REF": ("BOOKING_REF", 8), "POLICY_NUMBER": ("POLICY_NUMBER", 8),
}  # fmt: skip
# What is told without a question.
TOLD = re.compile(
    r"\b(?P<what>mots? de passe|identifiants?|login|pseudo|nom d'utilisateur)(?: de connexion| wi-?fi| actuel| client)?"
    r"\s*(?:,|:|c'est|c’est|est|serait|était)+\s+(?P<value>[\w@.!#$*+-]*[^\W_][\w@.!#$*+-]*)", re.IGNORECASE,
)  # fmt: skip
WITH_FIGURES = frozenset({"BOOKING_REF", "POLICY_NUMBER"})
WORD = re.compile(r"[^\W_]+")


def french_answers(text: str, context: str | None = None) -> list[PiiSpan]:
    """What was answered to a question for personal data, or told as a word that opens something."""
    return [*_told(text), *_answered(text, context)]


def _told(text: str) -> list[PiiSpan]:
    found: list[PiiSpan] = []
    for match in TOLD.finditer(text):
        kind = "PASSWORD" if match.group("what").lower().startswith("mot") else "USERNAME"
        if match.group("value").lower() not in NO_NAME:
            start, end = match.span("value")
            found.append(PiiSpan(start=start, end=end, type=kind, score=0.7, recognizer=NAME))
    return found


def _answered(text: str, context: str | None) -> list[PiiSpan]:
    asked = KINDS.get(french_asked_for(context) or "")
    if asked is None:
        return []
    kind, longest = asked
    carrier = CARRIER.match(text)
    start = carrier.end() if carrier is not None else 0
    after = AFTERWORDS.search(text, start)
    end = after.start() if after is not None else len(text)
    words = [word.lower() for word in WORD.findall(text[start:end])]
    letters = sum(len(word) == 1 for word in words) * 2 >= len(words)
    talk = any(word in NO_NAME and word not in ALLOWED and len(word) > 1 for word in words)
    if not words or (talk and not letters) or len(words) > (40 if letters else longest):
        return []
    figures = any(word.isdecimal() or word in NUMBER_WORDS for word in words)
    if kind in WITH_FIGURES and not letters and not figures:
        return []
    return [PiiSpan(start=start, end=end, type=kind, score=0.65, recognizer=NAME)]
