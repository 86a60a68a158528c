"""Finds dates of birth: by their cue, by the question, and full dates that lie a generation back."""

import re

from governance.recognizers.cues import asked_for
from schemas.redaction import PiiSpan

NAME = "spoken_date"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
ORDINAL = (
    r"(?:\d{1,2}(?:\s?(?:st|nd|rd|th))?|(?:twenty|thirty)[\s-]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|"
    r"ninth|one|two|three|four|five|six|seven|eight|nine)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
    r"tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
    r"thirtieth|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen)"
)
TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine)"
TEEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
YEAR = (
    rf"(?:(?:19|20)\d\d|nineteen[\s-]+(?:hundred(?: and)?\s+)?(?:{TENS}(?:[\s-]+{SMALL})?|{TEEN}|(?:oh|"
    rf"o)[\s-]+{SMALL})|"
    rf"(?:two thousand|twenty)(?:\s+and)?(?:[\s-]+(?:{TENS}(?:[\s-]+{SMALL})?|{TEEN}|(?:oh[\s-]+)?{SMALL}))?|"
    rf"{TENS}[\s-]+{SMALL}|'\d\d|\d\d)"
)
GAP = r"[\s,.]*(?:of|the|in|on|um|uh|and)?[\s,]*(?:the\s+)?"
DAY_MONTH = rf"(?:the\s+)?{ORDINAL}{GAP}{MONTH}(?:{GAP}{YEAR})?"
MONTH_DAY = rf"{MONTH}{GAP}{ORDINAL}(?![\w]){GAP}{YEAR}|{MONTH}{GAP}{ORDINAL}|{MONTH}{GAP}(?:19|20)\d\d"
FIGURES = (
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d{2})|(?:19|20)\d\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{1,2}|"
    r"\d{1,2} \d{1,2} (?:19|20)?\d\d"
)
ORDINALS = rf"(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?{GAP}\d{{1,2}}(?:st|nd|rd|th){GAP}{YEAR}"
DATE = re.compile(rf"(?<![\w/])(?:{ORDINALS}|{DAY_MONTH}|{MONTH_DAY}|{FIGURES})(?![\w/])", re.IGNORECASE)
BIRTH = re.compile(
    r"(?:\bborn\b|birth|\bd\.?\s?o\.?\s?b\b|\bbday\b)[^.?!]{0,45}$|(?:\bborn\b|birth|\bdob\b)[^?!]{0,12}$",
    re.IGNORECASE
)
BIRTH_AFTER = re.compile(r"^[\s,]*(?:is|was)\s+(?:my|his|her)\s+(?:birth|d\s?o\s?b)", re.IGNORECASE)
LAST_BIRTH_YEAR = 2015  # a full date after it is more likely an appointment
FULL_YEAR = re.compile(r"(?:19|20)\d\d|nineteen", re.IGNORECASE)


def dates(text: str, context: str | None = None) -> list[PiiSpan]:
    """Dates that tell when somebody was born."""
    asked = asked_for(context) == "DATE_OF_BIRTH"
    found: list[PiiSpan] = []
    for match in DATE.finditer(text):
        cued = BIRTH.search(text[: match.start()]) or BIRTH_AFTER.search(text[match.end() :])
        if asked or cued or old(match.group()):
            score = 0.9 if cued else 0.8 if asked else 0.5
            found.append(
                PiiSpan(start=match.start(), end=match.end(), type="DATE_OF_BIRTH", score=score, recognizer=NAME)
            )
    return found


def old(date: str) -> bool:
    """A full date whose year lies far enough back to be a birthday."""
    year = FULL_YEAR.findall(date)
    if not year or not re.search(r"[\s/.,-]", date) or len(date) < 8:
        return False
    last = str(year[-1]).lower()
    return re.search(ORDINAL, date.replace(last, ""), re.IGNORECASE) is not None and (
        last == "nineteen" or int(last) <= LAST_BIRTH_YEAR
    )
