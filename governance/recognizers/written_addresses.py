"""Finds addresses as they are written: a street with its number, its flat, and the parts that follow it.

Orders of all countries: a number before the street or after it, parts divided by commas, lines or blanks.
"""

import re

from schemas.redaction import PiiSpan

NAME = "written_address"
CAPITALS = "".join(filter(str.isupper, map(chr, range(0x530))))
WORD = rf"[{CAPITALS}][\w'\u2019.\u2206()/-]*"
JOINT = (
    r"(?:de|la|le|les|du|des|del|della|da|do|dos|das|di|van|der|den|von|und|zum|zur|am|an|auf|of|the|ul\.|u\.|str\.?|"
    r"[dl]['\u2019]\w+|[^\W\d_A-Z]{2,12}\.?(?=\s\d))"
)
HOUSE = r"\d{1,6}[a-zA-Z]?\b\.?"
STREET = rf"(?:{JOINT}\s)?{WORD}(?:\s(?:{WORD}|{JOINT})){{0,6}}"
LINE = rf"(?:(?:{HOUSE}\s){{1,2}}{STREET}(?:\s{HOUSE})?|{STREET}\s{HOUSE})"
BREAK = r"(?:[ \t]*,[ \t]*|[ \t]*,?[ \t]*\n[ \t>]*(?:,[ \t]*)?)"
FLAT = rf"(?:(?:{BREAK}|\s)(?:Apt|Apartment|Suite|Ste|Unit|Flat)\.?\s?#?\s?\d+[A-Z]?\b)"
LABEL = r"(?!(?:Mobile|Phone|Tel|Fax|E-?mail|Web\w*|Name|Address|Date|Please|Thanks?|I|My|We|And|Kind|Best)\b)"
PLACE = (
    rf"{LABEL}{WORD}(?:\s(?:{WORD}|de|la|le|du|do|da|nad|an|am|l['\u2019]\w+)){{0,4}}"
    r"(?:\s\d{3,6}(?:-\d{3,4})?\b)?(?!\w*:)"
)
PART = rf"(?:{PLACE}|\d{{4,6}}(?:-\d{{3,4}})?\b)"
FLATTED = re.compile(rf"{LINE}{FLAT}{{1,2}}(?:(?:{BREAK}|[ ]){PART})?(?:{BREAK}{PART}){{0,4}}")
POSTED = re.compile(rf"{LINE}(?:{BREAK}{PART}){{1,4}}")
ENDS_WITH_A_CODE = re.compile(r"\D\d{4,6}(?:-\d{3,4})?$")
# What asks for a place after it: there a street and its number are enough.
TOLD = re.compile(
    r"(?:(?i:\baddress(?:\s+(?:is|to|was))?|\b(?:located|arrived|lives?|living|stay(?:ing)?|meet (?:me|you|us)|"
    r"office is) (?:at|on|in)|\b(?:return|send|deliver|ship|sent|one|moved?) to|\bit is))\s*:?\s*"
    rf"(?P<place>{LINE}{FLAT}{{0,2}}(?:(?:{BREAK}){PART}){{0,4}})"
)
CORNER = re.compile(
    rf"\b(?i:the\s)?corner of (?:(?:{HOUSE}\s)?{STREET}(?:\s{HOUSE})?) and (?:{HOUSE}\s)?{STREET}"
    rf"(?:{BREAK}{PART}){{0,3}}"
)


def written_addresses(text: str, context: str | None = None) -> list[PiiSpan]:
    """Addresses with a flat, with a post code, after words that ask for one, and corners of streets."""
    del context
    if not any(char.isdigit() for char in text) and "corner of" not in text:
        return []
    found = [_span(match.start(), match.end(), 0.8) for match in FLATTED.finditer(text)]
    found += [
        _span(match.start(), match.end(), 0.7)
        for match in POSTED.finditer(text)
        if ENDS_WITH_A_CODE.search(match.group())
    ]
    found += [_span(match.start("place"), match.end("place"), 0.6) for match in TOLD.finditer(text)]
    return found + [_span(match.start(), match.end(), 0.7) for match in CORNER.finditer(text)]


def _span(start: int, end: int, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type="ADDRESS", score=score, recognizer=NAME)
