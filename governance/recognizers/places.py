"""Finds addresses: street lines as written and as said, post codes, and places told after "I live in"."""

import re

from governance.spoken.runs import runs
from schemas.redaction import PiiSpan

NAME = "spoken_address"
SUFFIX = (
    r"(?:streets?|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|place|pl|circle|cir|terrace|"
    r"highway|"
    r"hwy|parkway|pkwy|close|crescent|square|trail|nagar|colony|row|loop|turnpike|alley|gardens|mews|mansions|heights|"
    r"grove|villas|parade|quay|wharf|rise|vale|meadows?|cottages?|crossing|expressway|freeway|pike|broadway)"
)
NUMBER = (
    r"(?:no\.?\s+)?(?:(?:\d{1,4}\s?/\s?)?\d{1,6}[a-z]?|(?:(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|"
    r"thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundred|"
    r"thousand|and|dash|double|triple)[\s-]+)*(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)(?:\s[a-d](?=\s))?)"
)
FLAT = rf"(?:(?:apartment|apt|unit|suite|flat|room)\.?\s#?(?:{NUMBER}|\w{{1,3}})(?:\s?[a-z])?,?\s+)?"
COMPASS = r"(?:(?:north|south|east|west|n|s|e|w|nw|ne|sw|se)\.?\s+)?"
NOT_A_STREET = (
    r"(?!(?:and|on|the|of|my|or|for|in|at|days?|weeks?|months?|years?|hours?|minutes?|dollars?|people|more|"
    r"times|other|more|to|percent|pounds?|euros?|point|per|bedrooms?)\b)"
)
STREET = re.compile(
    rf"\b{FLAT}{NUMBER}(?:\s+|,\s?){COMPASS}(?:{NOT_A_STREET}[\w'.-]+\s+){{1,3}}?{SUFFIX}\b\.?(?:\s(?:north|south)?(?:east|west|north|south)\b)?"
    r"(?:,?\s+(?:apartment|apt|unit|suite|ste|flat|#)\.?\s*#?\s*\w+(?:\s+[a-d]\b)?)?"
    r"(?:(?:,?\s+(?!and\b|is\b|my\b|i\b|for\b|the\b|on\b|to\b)[^\W\d]+){1,4}?,?\s+\d{5,6}(?:-\d{4})?|"
    r"(?-i:,?\s[A-Z]\w+(?:\s[A-Z]\w+)?,?\s+[A-Z]{2}\b)|,?\s+\d{5,6}(?:-\d{4})?)?",
    re.IGNORECASE,
)
BOX = re.compile(
    r"\b(?:(?:PSC|Unit|CMR|P\.?\s?O\.?)\s+(?:\d+,?\s+)?Box\s+\d+(?:\s+(?:[AFD]PO)\s+[A-Z]{2}\s+\d{5})?|"
    rf"(?:Apt|Apartment|Suite|Ste|Flat|Unit)\.?\s*#?\s*\d+[A-Z]?|P\.?\s?O\.?\s?Box\s+{NUMBER})\b",
    re.IGNORECASE,
)
# A street that is named before its number, as on the continent, with what follows in the same lines.
NAME_FIRST = re.compile(
    r"\b(?:\d{2,5}\s+)?(?:[A-Z\u00c0-\u017d][\w\u00c0-\u017f'.-]+\s+){1,3}\d{1,3}(?:\s+(?:Apt\.|Suite)\s*\d+|(?=,?\n))"
)
UK_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")
UK_WRITTEN = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
STATE_ZIP = re.compile(
    r"\b(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|"
    r"W[AVIY])[\s,]+\d{5}(?:-\d{4})?\b"
)
LIVES = re.compile(
    r"\b(?:i(?:'m| am)? (?:live|living|reside|stay|staying) (?:in|at|on)|(?:my|the|home|new|current) (?:city|town|"
    r"location|"
    r"hometown|county|village|suburb)(?: name)?(?: is|'s| ?:)?|city(?: name)?(?: is| ?:)|(?:moved|moving) (?:to|from)|"
    r"(?:i'?m|i am|we're|"
    r"we are) (?:from|located in|based in))\s+(?!the\b|a\b|an\b|my\b|your\b|our\b|this\b|that\b|here\b|another\b|to\b)"
    r"(?P<place>[a-z][\w'-]+(?:\s+(?:[A-Z][\w'-]+|city|town|beach|springs))?)",
    re.IGNORECASE,
)
NO_PLACE = frozenset(
    {"i'm", "i", "not", "in", "a", "new", "calling", "looking", "is", "and", "one", "work", "home", "school", "it",
    "there",
    "different",
     "someone", "apartment", "house", "or", "savings", "checking", "near", "with", "on", "at", "what", "where"}
)  # fmt: skip


def places(text: str, context: str | None = None) -> list[PiiSpan]:
    """Addresses and parts of addresses."""
    found = [span(match.start(), match.end(), "ADDRESS", 0.8) for match in STREET.finditer(text)]
    found += [span(match.start(), match.end(), "ADDRESS", 0.7) for match in STATE_ZIP.finditer(text)]
    for pattern in (UK_WRITTEN, BOX, NAME_FIRST):
        found += [span(match.start(), match.end(), "ADDRESS", 0.7) for match in pattern.finditer(text)]
    for run in runs(text):
        if UK_POSTCODE.fullmatch(run.value) and run.tokens >= 3:
            found.append(span(run.start, run.end, "ADDRESS", 0.8))
    for match in LIVES.finditer(text):
        if match.group("place").split()[0].lower() not in NO_PLACE:
            found.append(span(match.start("place"), match.end("place"), "LOCATION", 0.55))
    del context
    return found


def span(start: int, end: int, kind: str, score: float) -> PiiSpan:
    """A span of this recognizer."""
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer=NAME)
