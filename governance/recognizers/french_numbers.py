"""Decides which runs of a French text identify somebody: by length, check digits, the words around, the question."""

import re

from governance.recognizers.checksums import iban, luhn
from governance.recognizers.french_cues import CODES, french_asked_for, french_cue_after, french_cue_before
from governance.spoken.french_glyphs import french_runs
from governance.spoken.french_words import HARMLESS_NUMBERS
from governance.spoken.runs import Run
from schemas.redaction import PiiSpan

NAME = "spoken_number_fr"
SHORTEST_READ_OUT = 4  # digits said one by one, with no word that tells what they are
SHORTEST_NUMERAL = 5  # digits written together
SHORTEST_CUED = 3
SHORTEST_CODE = 4
PLUS = re.compile(r"(?:\bplus|\+)[\s,]*$", re.IGNORECASE)
LEADING_LETTER = re.compile(r"(?<![\w'’])[AI][\s-]+$")  # "A 45 78": small letters there are a verb
# A number plate, a passport, a driving licence, a code: letters and figures written without a word between.
CODE = re.compile(r"(?<!\w)(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[A-Z])[A-Z\d]+(?:[ -][A-Z\d]{1,7}){0,8}(?!\w)")
# The same in small letters, where a word or the question tells what it is: "ab-123-cd", never "10h30" or "2ème".
SMALL_CODE = re.compile(
    r"(?<![\w-])(?!\d+(?:h\d*|e|è?me|er|go|mo|km|kg|m|g|k|ans?)(?![\w-]))(?=[a-z-]*\d)(?=[\d-]*[a-z])"
    r"[a-z\d]+(?:-[a-z\d]+)*(?![\w-])"
)
NIR = re.compile(r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[ab])\d{6}(\d{2})?")
NIR_BASE = 97  # the key is 97 less the rest of the number by 97


def french_numbers(text: str, context: str | None = None) -> list[PiiSpan]:
    """Every run of digits and letters of a French text that identifies somebody."""
    asked = french_asked_for(context)
    found: list[PiiSpan] = []
    last: PiiSpan | None = None
    for run in french_runs(text):
        span = _identifying(text, run, asked) if run.digits else None
        if span is None and run.digits and last is not None and _goes_on(text[last.end : run.start]):
            span = last.model_copy(update={"start": run.start, "end": run.end})
        if span is not None:
            found.append(span)
        last = span
    return [*found, *_codes(text, asked)]


def _goes_on(between: str) -> bool:
    """Whether a number is said again or corrected after another."""
    return re.fullmatch(
        r"(?:\W|\b(?:non|pardon|excusez|moi|enfin|plutôt|attendez|je|veux|dire|c|est|euh|rectifie|désolée?|oups)\b)+",
        between, re.IGNORECASE,
    ) is not None  # fmt: skip


def _identifying(text: str, run: Run, asked: str | None) -> PiiSpan | None:
    plus = PLUS.search(text[: run.start])
    start = plus.start() if plus is not None else run.start
    cue = french_cue_before(text, start) or french_cue_after(text, run.end)
    expected = cue or (asked if asked != "PERSON" else None)
    lead = LEADING_LETTER.search(text[:start]) if cue is not None else None
    start = lead.start() if lead is not None else start
    if expected is not None and len(run.value) >= SHORTEST_CUED and not (expected == "ADDRESS" and run.digits < 3):
        return _span(start, run.end, typed(run, expected), 0.85 if cue else 0.75)
    if not _read_out(run):
        return None
    kind = typed(run, None)
    return _span(start, run.end, kind, 0.6 if kind in ("NUMERIC_ID", "PHONE_NUMBER") else 1.0)


def _read_out(run: Run) -> bool:
    """Whether a run without a cue is long enough to identify somebody."""
    if run.value in HARMLESS_NUMBERS:
        return False
    if run.letters:
        return run.digits >= 2 and len(run.value) >= 5 and run.tokens >= 3
    if run.singles >= SHORTEST_READ_OUT:
        return True
    if run.tokens == 1 and run.spoken:
        return False  # one number in words is an amount or a year
    return run.digits >= SHORTEST_NUMERAL


def _codes(text: str, asked: str | None) -> list[PiiSpan]:
    """Codes written in capitals and figures, where a word or the question tells what they are, or long ones."""
    found: list[PiiSpan] = []
    for match in CODE.finditer(text):
        cue = french_cue_before(text, match.start()) or asked
        known = "IBAN_CODE" if iban(re.sub(r"\W", "", match.group()).lower()) else cue
        if known is not None or sum(char.isdecimal() for char in match.group()) >= SHORTEST_NUMERAL:
            kind = known if known not in (None, "PERSON", "LOCATION", "EMAIL_ADDRESS") else "NUMERIC_ID"
            found.append(_span(match.start(), match.end(), str(kind), 0.8))
    for match in SMALL_CODE.finditer(text):
        cue = french_cue_before(text, match.start()) or asked
        if cue in CODES and len(match.group()) >= SHORTEST_CODE:
            found.append(_span(match.start(), match.end(), cue, 0.7))
    return found


def typed(run: Run, expected: str | None) -> str:
    """The type of a run: a check digit says more than a word, a word more than a length."""
    if iban(run.value):
        return "IBAN_CODE"
    if nir(run.value):
        return "FR_NIR"
    digits = run.value
    if digits.isdecimal():
        if 13 <= len(digits) <= 19 and luhn(digits):
            return "CREDIT_CARD"
        if expected in (None, "NUMERIC_ID", "CREDIT_CARD") and _telephone(digits):
            return "PHONE_NUMBER"
        if expected is None and 15 <= len(digits) <= 16 and digits[0] in "3456":
            return "CREDIT_CARD"
    return "NUMERIC_ID" if expected in (None, "LOCATION", "PERSON", "EMAIL_ADDRESS") else str(expected)


def _telephone(digits: str) -> bool:
    national = len(digits) in (9, 10) and digits[0] == "0"
    return national or (digits.removeprefix("00")[:2] in ("33", "32", "41") and 11 <= len(digits) <= 13)


def nir(value: str) -> bool:
    """Whether it is a social security number of France: its form, and its key where it was told."""
    found = NIR.fullmatch(value)
    if found is None:
        return False
    digits = value[:13].replace("2a", "19").replace("2b", "18")
    if not digits.isdecimal():
        return False
    return found.group(1) is None or int(found.group(1)) == NIR_BASE - int(digits) % NIR_BASE


def _span(start: int, end: int, kind: str, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer=NAME)
