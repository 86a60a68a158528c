"""Finds what was spelled out, and the name said just before it ("Pearce P E A R C E")."""

import re

from governance.recognizers.names import NO_NAME, WORD, span
from governance.spoken.glyphs import tokens
from governance.spoken.runs import Run, runs
from schemas.redaction import PiiSpan

SHORTEST = 4
SHORTEST_ASKED_OR_ALONE = 3
NOT_SPELLED = frozenset({"usa", "atm", "faq", "url", "ibm", "pin", "ssn", "www", "diy", "cvv", "dob", "abc", "ach",
    "aaa", "sba"})
SPELLED = re.compile(r"\b(?:spell(?:ed|ing|s)?|spelt)\b[\w\s,']{0,14}$", re.IGNORECASE)
CLUMP = re.compile(r"[^\W\d_]{1,2}|[A-Z]{3}|\d")
CLUMPED_SHARE = 0.7  # of the words of a spelled utterance as recognisers write it ("d a ni e l OA OB e RT s o n")
FEWEST_CLUMPS = 4


def spellings(text: str, context: str | None = None) -> list[PiiSpan]:
    """Letters said one by one, and the name they spell."""
    del context
    found = [span(run.start, run.end, 0.75) for run in runs(text) if spelled(text, run)]
    if clumped(text):
        found.append(span(0, len(text.rstrip()), 0.6))
    return found + [before for one in found if (before := name_before(text, one.start)) is not None]


def spelled(text: str, run: Run) -> bool:
    """Letters said one by one, long enough to be no acronym."""
    said = zip(run.value, run.places, strict=True)
    value = "".join("o" if text[start:end].lower() == "o" else char for char, (start, end) in said)
    letters = sum(char.isalpha() for char in value)
    name = name_before(text, run.start)
    if name is not None and text[name.start : name.end].lower() == value:
        return True
    if letters * 2 < len(value) or value in NOT_SPELLED or len(set(value)) < SHORTEST_ASKED_OR_ALONE:
        return False
    if any(word in value for word in ("sba", "atm", "ira")) and letters <= SHORTEST + 1:
        return False
    told = len(text) - (run.end - run.start) < 12 or name is not None or SPELLED.search(text[: run.start]) is not None
    shortest = SHORTEST_ASKED_OR_ALONE if told else SHORTEST
    return letters >= shortest and (run.singles >= shortest or run.tokens > shortest)


def clumped(text: str) -> bool:
    """Whether a whole utterance is a spelling that the recogniser wrote in clumps of letters."""
    words = [word.strip(".,") for word in text.split()]
    singles = sum(len(word) == 1 and word.lower() not in ("a", "i") for word in words)
    clumps = sum(CLUMP.fullmatch(word) is not None and word.lower() not in NO_NAME - {"i", "a"} for word in words)
    return len(words) >= FEWEST_CLUMPS and singles >= 2 and clumps / len(words) >= CLUMPED_SHARE


def name_before(text: str, start: int) -> PiiSpan | None:
    """The name that is spelled right after it was said."""
    before = re.search(
        rf"(?P<word>{WORD})[\s,.]*(?:(?:that's|spelled|spelt|it's|as in|and that's|is)[\s,]*)?$", text[:start]
    )
    if before is None or before.group("word").lower() in NO_NAME or len(before.group("word")) < 2:
        return None
    letters = "".join(token.text for token in tokens(text[start:]) if len(token.text) == 1 and token.text.isalpha())
    if not letters or letters[0] != before.group("word")[0].lower():
        return None
    return span(before.start("word"), before.end("word"), 0.7)
