"""Finds codes that are written with letters and figures in one word: number plates, and whatever its cue names."""

import re

from governance.recognizers.cues import asked_for, cue_after, cue_before
from schemas.redaction import PiiSpan

NAME = "written_code"
# United Kingdom since 2001 (two letters, two figures, three letters): in capitals nothing else is written so.
PLATE = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")
MIXED = re.compile(r"\b(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{4,}(?:[ -](?:[a-z]*\d[a-z\d]*|"
                   r"(?-i:[A-Z]{1,4})\b))*", re.IGNORECASE)
# What a maker numbers, not a person.
MADE = re.compile(r"\b(?:model|version|device|error|part|size|channel|gate|flight|room|software|code "
                  r"word)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|am|pm|k|gb|mb|kg|cm|mm|g|p|x|m|l|d)?", re.IGNORECASE)
NO_CODE = frozenset({"PERSON", "LOCATION", "DATE_OF_BIRTH", "ADDRESS"})


def codes(text: str, context: str | None = None) -> list[PiiSpan]:
    """Plates, and mixed codes after their cue or as the answer to a question for one."""
    if not any(char.isdigit() for char in text):
        return []
    found = [_span(match.start(), match.end(), "US_DRIVER_LICENSE", 0.5) for match in PLATE.finditer(text)]
    asked = asked_for(context)
    for match in MIXED.finditer(text):
        if ORDINAL.fullmatch(match.group()) or MADE.search(text, 0, match.start()):
            continue
        kind = cue_before(text, match.start()) or cue_after(text, match.end()) or asked
        if kind is not None and kind not in NO_CODE:
            found.append(_span(match.start(), match.end(), kind, 0.6))
    return found


def _span(start: int, end: int, kind: str, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer=NAME)
