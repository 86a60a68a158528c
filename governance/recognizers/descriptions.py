"""Finds what describes a person in writing: age, title, employer, a time stamp, a place in another script."""

import re

from governance.recognizers.written_addresses import WORD
from schemas.redaction import PiiSpan

NAME = "written_description"
AGE = re.compile(
    r"\b(?P<age>\d{1,3})(?=[\s-]?(?:y/o|y\.o\.|years?[\s-]old|yr[\s-]old)\b)|"
    r"\b(?:turn(?:s|ed|ing)?|aged?(?: is|:)?|(?:he|she|i) (?:was|am)|i'm)\s(?P<told>\d{2})(?=[.,!?]|$)",
    re.IGNORECASE,
)
TITLE = re.compile(rf"\b(?P<title>(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?)(?=\s{WORD})")
STAMP = re.compile(r"\b(?:19|20)\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-5]\d)?\b")
COMPANY = re.compile(
    rf"{WORD}(?:,?\s(?:and\s|&\s)?{WORD}){{0,4}}?,?\s(?:Inc|Ltd|LLC|L\.L\.C|GmbH|Corp|Corporation|PLC|plc|Holdings|Technologies|"
    r"Consulting|Software|Associates)\b\.?"
)
EMPLOYER = re.compile(
    rf"\b(?:[Ww]orks? (?:for|at)|[Ww]orking (?:for|at)|[Ee]mployed (?:by|at)|[Ee]mployer is|CEO of)\s"
    rf"(?P<company>(?:\d+\s)?{WORD}(?:\s{WORD}){{0,3}})"
)
# Greek and Cyrillic; the signs for ohm and increment are used as letters.
SCRIPT = r"\u0370-\u03ff\u1f00-\u1fff\u0400-\u04ff\u2126\u2206"
FOREIGN = re.compile(rf"[{SCRIPT}](?:[{SCRIPT} ()-]*[{SCRIPT}])?")


def descriptions(text: str, context: str | None = None) -> list[PiiSpan]:
    """What tells of a person without naming her."""
    del context
    found = [_span(match, match.lastgroup or 0, "AGE", 0.6) for match in AGE.finditer(text)]
    found += [_span(match, "title", "TITLE", 0.5) for match in TITLE.finditer(text)]
    found += [_span(match, "company", "ORGANIZATION", 0.5) for match in EMPLOYER.finditer(text)]
    found += [_span(match, 0, "DATE_TIME", 0.7) for match in STAMP.finditer(text)]
    found += [_span(match, 0, "ORGANIZATION", 0.6) for match in COMPANY.finditer(text)]
    if not text.isascii() and any(char.isascii() and char.isalpha() for char in text):
        found += [_span(match, 0, "LOCATION", 0.5) for match in FOREIGN.finditer(text)]
    return found


def _span(match: re.Match[str], group: str | int, kind: str, score: float) -> PiiSpan:
    return PiiSpan(start=match.start(group), end=match.end(group), type=kind, score=score, recognizer=NAME)
