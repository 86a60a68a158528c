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
GAP = r"[\s,.-]*(?:of|the|in|on|um|uh|and)?[\s,]*(?:the\s+)?"
DAY_MONTH = rf"(?:the\s+)?{ORDINAL}{GAP}{MONTH}(?:{GAP}{YEAR})?"
MONTH_DAY = rf"{MONTH}{GAP}{ORDINAL}(?![\w]){GAP}{YEAR}|{MONTH}{GAP}{ORDINAL}|{MONTH}{GAP}(?:19|20)\d\d"
FIGURES = (
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d{2})|(?:19|20)\d\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{1,2}|"
    r"\d{1,2} \d{1,2} (?:19|20)?\d\d"
)
ORDINALS = rf"(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?{GAP}\d{{1,2}}(?:st|nd|rd|th){GAP}{YEAR}"
# "the third of the fourth eighty-eight": the month said by its number.
COUNTED_MONTH = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)"
)
SAID_ORDINALS = rf"(?:the\s+)?{ORDINAL}\s+of\s+(?:the\s+)?{COUNTED_MONTH}{GAP}(?:{YEAR}|{TENS})"
YEAR_FIRST = rf"(?:(?:19|20)\d\d|nineteen[\s-]+{TENS}(?:[\s-]+{SMALL})?){GAP}{MONTH}{GAP}{ORDINAL}"
DATE = re.compile(rf"(?<![\w/])(?:{ORDINALS}|{SAID_ORDINALS}|{YEAR_FIRST}|{DAY_MONTH}|{MONTH_DAY}|"
                  rf"{FIGURES})(?![\w/])", re.IGNORECASE)
BIRTH = re.compile(
    r"(?:\bborn\b|birth|\bd\.?\s?o\.?\s?b\b|\bbday\b)[^.?!]{0,45}$|(?:\bborn\b|birth|\bdob\b)[^?!]{0,12}$",
    re.IGNORECASE
)
EXPIRY = re.compile(
    r"(?:\bexpir(?:y|es|ation|ing)|\bexp\b|\bvalid (?:until|thru|through|till|to))[^.?!]{0,20}$", re.IGNORECASE
)
OF_A_CARD = re.compile(
    r"\b(?:card|visa|master ?card|amex|expiry|expiration|cvv|cvc|security code|valid (?:thru|through))\b", re.IGNORECASE
)
MONTH_YEAR = re.compile(rf"\b{MONTH}{GAP}(?:{YEAR}|{TENS})(?!\w)", re.IGNORECASE)
# Half a date: enough only where a birthday is told or was asked for.
PART = re.compile(rf"{MONTH_YEAR.pattern}|(?<![\d/.-])\d{{1,2}}[/.-]\d{{1,2}}(?![\d/.-])", re.IGNORECASE)
BIRTH_AFTER = re.compile(r"^[\s,]*(?:is|was|that's|that is|that was)\s+(?:my|his|her)\s+(?:date of birth|birth|"
                         r"d\s?o\s?b)", re.IGNORECASE)
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
    found += [
        PiiSpan(start=match.start(), end=match.end(), type="DATE_OF_BIRTH", score=0.6, recognizer=NAME)
        for match in PART.finditer(text)
        if asked or BIRTH.search(text[: match.start()]) or BIRTH_AFTER.search(text[match.end() :])
    ]
    return found + expiries(text, context)


def expiries(text: str, context: str | None) -> list[PiiSpan]:
    """When a card runs out, told with its month."""
    asked = asked_for(context) == "CVV"
    if not asked and OF_A_CARD.search(text) is None:
        return []
    return [
        PiiSpan(start=match.start(), end=match.end(), type="CVV", score=0.7, recognizer=NAME)
        for match in MONTH_YEAR.finditer(text) if asked or EXPIRY.search(text[: match.start()])
    ]


def old(date: str) -> bool:
    """A full date whose year lies far enough back to be a birthday."""
    year = FULL_YEAR.findall(date)
    if not year or not re.search(r"[\s/.,-]", date) or len(date) < 8:
        return False
    last = str(year[-1]).lower()
    return re.search(ORDINAL, date.replace(last, ""), re.IGNORECASE) is not None and (
        last == "nineteen" or int(last) <= LAST_BIRTH_YEAR
    )
