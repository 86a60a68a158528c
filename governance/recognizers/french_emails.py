"""Finds e-mail addresses that are written or said in French ("camille point lefevre arobase orange point fr")."""

import re

from governance.recognizers.french_cues import french_asked_for
from governance.spoken.french_glyphs import french_tokens
from governance.spoken.glyphs import Token
from schemas.redaction import PiiSpan

NAME = "spoken_email_fr"
WRITTEN = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
DOT = r"\s*(?:\.|\bpoint\b)\s*"
TLD = r"(?:fr|com|net|org|be|ch|eu|info|io|lu|ca|re|gouv|f r|c o m|b e|c h|n e t|o r g)"
SURE_AT = re.compile(r"@|\b(?:arr?obas?e?|a robase|arr?o base)\b", re.IGNORECASE)
MAYBE_AT = re.compile(r"\b(?:chez|at|à commercial|a commercial|signe at)\b", re.IGNORECASE)
DOMAIN = re.compile(rf"\s*(?:[\w-]+{DOT}|[\w'’-]+(?:\s+|-)){{0,5}}?[\w-]+{DOT}{TLD}(?:{DOT}{TLD})?\b", re.IGNORECASE)
BARE_DOMAIN = re.compile(
    r"\s*(?:gmail|hotmail|yahoo|outlook|orange|wanadoo|free|sfr|la ?poste|icloud|live|bouygues|protonmail)\b"
    r"(?:\s+[\w]+)?", re.IGNORECASE,
)  # fmt: skip
CONNECTORS = frozenset(
    {"point", "tiret", "bas", "underscore", "trait", "union", "d", "'", "’", ".", "-", "_", "+", "plus", "haut", "du",
     "souligné", "moins", "slash"}
)  # fmt: skip
STOPS = frozenset(
    {"est", "mail", "email", "courriel", "adresse", "alors", "à", "a", "oui", "mon", "ma", "électronique", "sur",
     "voilà", "euh", "ça", "moi", "ai", "suis", "je", "donc", "et", "mails", "écrire", "écrivez", "envoyez", "au",
     "serait", "votre", "notre", "son", "sa", "bonjour", "attendez", "bah", "ben", "note", "notez", "voici", ":",
     "?", "!", ";", ","}
)  # fmt: skip
MOST_TOKENS = 16


def french_emails(text: str, context: str | None = None) -> list[PiiSpan]:
    """Written addresses, and everything around an "arobase" that belongs to one."""
    found = [_span(match.start(), match.end(), 0.95) for match in WRITTEN.finditer(text)]
    asked = french_asked_for(context) == "EMAIL_ADDRESS"
    words = french_tokens(text)
    for pattern, sure in ((SURE_AT, True), (MAYBE_AT, False)):
        for at in pattern.finditer(text):
            domain = DOMAIN.match(text, at.end())
            if domain is None and (sure or asked):
                domain = BARE_DOMAIN.match(text, at.end())
            if domain is None and not sure:
                continue
            start = _local_start([word for word in words if word.end <= at.start()], at.start())
            if domain is not None or start < at.start():
                found.append(_span(start, domain.end() if domain is not None else at.end(), 0.9 if sure else 0.7))
    return found


def _local_start(before: list[Token], end: int) -> int:
    """Where the part before the at begins: back to a word that belongs to the sentence around it."""
    start, joined = end, False
    for n in range(len(before) - 1, max(-1, len(before) - 1 - MOST_TOKENS), -1):
        token = before[n]
        single = len(token.text) == 1 and token.text.isalnum()
        follows = n > 0 and before[n - 1].text in CONNECTORS - {"d", "'", "’", "du"}
        spelled = single and n > 0 and len(before[n - 1].text) == 1 and before[n - 1].text.isalpha()
        if token.text in STOPS and not (joined and token.text == "et") and not follows and not spelled:
            break
        if token.text in ("'", "’") and n > 0 and before[n - 1].text in ("c", "l", "j", "m", "n", "s"):
            break
        start, joined = token.start, token.text in CONNECTORS
        if joined and n > 0 and before[n - 1].text in STOPS and before[n - 1].text not in ("a", "et"):
            break
    return start


def _span(start: int, end: int, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type="EMAIL_ADDRESS", score=score, recognizer=NAME)
