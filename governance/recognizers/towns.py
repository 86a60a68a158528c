"""Finds a town said with its state before a zip code: "santa barbara california nine three one zero one"."""

import re

from governance.recognizers.names import NO_NAME
from governance.spoken.runs import runs
from schemas.redaction import PiiSpan

NAME = "town_and_state"
STATES = (
    r"(?:alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|"
    r"illinois|"
    r"indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    r"montana|"
    r"nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|"
    r"pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington(?: "
    r"d\.? ?c\.?)?|"
    r"west virginia|wisconsin|wyoming|"
    r"ca|ny|tx|fl|il|nj|ga|nc|va|wa|az|tn|mo|md|wi|mn|sc|ky|ct|ut|ks|nv|nm|wv|nh|ri|d\.? ?c|[a-z]\. ?[a-z]|"
    r"c a|n y|p a|t x|f l|i l|n j|o h|m a|g a|v a)"
)
BEFORE_ZIP = re.compile(rf"(?P<town>(?:[^\W\d_]{{2,}}[\s.,]+){{0,2}})\b(?P<state>{STATES})[\s.,]+(?:zip(?: "
                        rf"code)?(?: is)?[\s.,]+)?$", re.IGNORECASE)
ZIP = frozenset({5, 9})
NO_TOWN = NO_NAME | {
    "in", "street", "road", "avenue", "lane", "drive", "boulevard", "broadway", "floor", "suite", "unit", "apartment",
    "uh", "um", "think", "northwest", "northeast", "southwest", "southeast", "moved", "live", "near", "court", "place",
    "way",
}  # fmt: skip


def towns(text: str, context: str | None = None) -> list[PiiSpan]:
    """The town, the state and the code as one place."""
    del context
    found = []
    for run in runs(text):
        if len(run.value) not in ZIP or not run.value.isdecimal():
            continue
        before = BEFORE_ZIP.search(text, 0, run.start)
        if before is None:
            continue
        start = before.start("state")
        for word in reversed(list(re.finditer(r"[^\W\d_]+", before.group("town")))):
            if word.group().lower() in NO_TOWN:
                break
            start = before.start("town") + word.start()
        found.append(PiiSpan(start=start, end=run.end, type="ADDRESS", score=0.6, recognizer=NAME))
    return found
