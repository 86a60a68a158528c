"""Decides which runs identify somebody: by length, checksum, grouping, the words around it, the question asked."""

import re

from governance.recognizers.checksums import iban, luhn, routing, social_security
from governance.recognizers.corrections import chains
from governance.recognizers.cues import asked_for, cue_after, cue_before
from governance.spoken.runs import Run, runs
from governance.spoken.words import HARMLESS_NUMBERS
from schemas.redaction import PiiSpan

NAME = "spoken_number"
SHORTEST_READ_OUT = 4  # digits said one by one, with no word that tells what they are
SHORTEST_NUMERAL = 5  # digits written together
SHORTEST_CUED = 3
PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")
CODE_BEFORE = re.compile(r"(?<![\w'])([a-z]{1,5})[\s-]*$", re.IGNORECASE)
PLUS = re.compile(r"(?:\bplus|\+)[\s,]*$", re.IGNORECASE)
NO_CODE = frozenset(
    {"card", "a", "about", "am", "an", "and", "apt", "are", "as", "at", "be", "but", "by", "code",
     "digit", "digits", "dob", "dr", "end", "ends", "for", "four", "from", "has", "have", "i", "id", "in", "is",
     "it", "its", "last", "like", "may", "me", "mr", "mrs", "ms", "my", "name", "nd", "new", "no", "num",
     "number", "of", "ok", "on", "one", "or", "over", "pin", "pm", "so", "ssn", "st", "th", "than", "that",
     "the", "to", "two", "was", "with", "yes", "zip"}
)  # fmt: skip


def numbers(text: str, context: str | None = None) -> list[PiiSpan]:
    """Every run of digits and letters of a text that identifies somebody, with what she corrected in it."""
    asked = asked_for(context)
    found: list[PiiSpan] = []
    for chain in chains(text, [run for run in runs(text) if run.digits]):
        spans = [identifying(text, run, asked) for run in chain]
        known = joined(chain) or next((span for span in spans if span is not None), None)
        for run, span in zip(chain, spans, strict=True):
            if known is not None and (span is None or known.score > span.score):
                found.append(known.model_copy(update={"start": run.start, "end": run.end}))
            if span is not None:
                found.append(span)
    return found


def joined(chain: list[Run]) -> PiiSpan | None:
    """What the parts of one number are together, where she corrected herself between them."""
    value = "".join(run.value for run in chain)
    if len(chain) == 1 or sum(run.singles for run in chain) < SHORTEST_READ_OUT:
        return None
    card = value.isdecimal() and 13 <= len(value) <= 19 and luhn(value)
    kind, score = ("CREDIT_CARD", 1.0) if card else ("NUMERIC_ID", 0.55)
    return PiiSpan(start=chain[0].start, end=chain[-1].end, type=kind, score=score, recognizer=NAME)


def identifying(text: str, run: Run, asked: str | None) -> PiiSpan | None:
    """A run as a span, or None where it is an ordinary number."""
    if run.digits == 0:
        return None
    start = plus_start(text, code_start(text, run.start))
    cue = cue_before(text, start) or cue_before(text, run.start) or cue_after(text, run.end)
    expected = cue or (asked if asked != "PERSON" else None)
    if expected is not None and len(run.value) + run.start - start >= SHORTEST_CUED and not plain_year(run, expected):
        return PiiSpan(start=start, end=run.end, type=typed(run, expected), score=0.85 if cue else 0.75,
        recognizer=NAME)
    if not read_out(text, run):
        return None
    kind = typed(run, None)
    start = plus_start(text, run.start)
    return PiiSpan(start=start, end=run.end, type=kind, score=1.0 if kind == "CREDIT_CARD" else 0.6,
    recognizer=NAME)


def read_out(text: str, run: Run) -> bool:
    """Whether a run without a cue is long enough to identify somebody."""
    if run.value in HARMLESS_NUMBERS:
        return False
    alone = not re.search(r"[^\W\d_]{2}", text[: run.start] + text[run.end :])
    if run.letters:
        return run.digits >= 2 and len(run.value) >= (SHORTEST_READ_OUT if alone else 5) and run.tokens >= 3
    if run.tokens == 1 and len(run.value) == 4:
        return alone and PLAIN_YEAR.fullmatch(run.value) is None
    if run.singles >= (SHORTEST_CUED if alone and run.spoken else SHORTEST_READ_OUT):
        return True
    return run.digits >= SHORTEST_NUMERAL and (run.spoken or run.tokens > 1 or text[run.start : run.end].isdecimal())


def plain_year(run: Run, expected: str) -> bool:
    """A year stays readable unless it can be the answer itself."""
    return expected in ("CREDIT_CARD", "ACCOUNT_NUMBER", "BOOKING_REF", "POLICY_NUMBER", "CLAIM_NUMBER",
    "NUMERIC_ID") and (
        PLAIN_YEAR.fullmatch(run.value) is not None and run.singles < len(run.value) and run.spoken
    )


def typed(run: Run, expected: str | None) -> str:
    """The type of a run: a checksum says more than a word, a word more than a length."""
    digits = run.value
    if iban(digits):
        return "IBAN_CODE"
    if digits.isdecimal():
        if 13 <= len(digits) <= 19 and luhn(digits):
            return "CREDIT_CARD"
        if expected is None and 13 <= len(digits) <= 19 and digits[0] in "3456":
            return "CREDIT_CARD"
        if expected in (None, "NUMERIC_ID", "CREDIT_CARD") and grouped_as_ssn(run):
            return "US_SSN"
        if expected in (None, "NUMERIC_ID") and routing(digits):
            return "ROUTING_NUMBER"
        if expected in (None, "NUMERIC_ID") and (len(digits) == 10 or (len(digits) == 11 and digits[0] in "01")):
            return "PHONE_NUMBER"
    if expected in ("LOCATION", "PERSON", "EMAIL_ADDRESS"):
        return "NUMERIC_ID"
    if expected == "MEDICAL_RECORD":
        return "NUMERIC_ID"
    return expected or "NUMERIC_ID"


def grouped_as_ssn(run: Run) -> bool:
    """Written as 3-2-4, in ranges that are given out."""
    sizes = [sum(place == other for other in run.places) for place in dict.fromkeys(run.places)]
    return sizes == [3, 2, 4] and social_security(run.value)


def plus_start(text: str, start: int) -> int:
    """Takes in the "plus" of an international number."""
    before = PLUS.search(text[:start])
    return before.start() if before is not None else start


def code_start(text: str, start: int) -> int:
    """Takes in letters that belong to a code ("erq 857") when its cue was heard, or when nobody can pronounce them."""
    before = CODE_BEFORE.search(text[:start])
    if before is None or before.group(1).lower() in NO_CODE:
        return start
    word = before.group(1).lower()
    cued = len(word) <= 4 and cue_before(text, before.start(1)) is not None
    unpronounceable = 1 < len(word) <= 4 and not re.search(r"[aeiouy]", word)
    return before.start(1) if cued or unpronounceable else start
