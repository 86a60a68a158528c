"""Second look at the names a small entity recognizer gives: brands, greetings and verbs are nobody and nowhere."""

import re
from collections.abc import Sequence

from governance.recognizers.names import NO_NAME
from schemas.redaction import PiiSpan

# Not after the end of a sentence, and not "I'm".
CAPITALISED = re.compile(r"(?<=[^.!?\s]\s)[A-Z](?!')\w*|(?<=[^\s\w'])[A-Z]\w+")
CAPITAL_WORDS = frozenset(
    {"I", "OK", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February",
     "March", "July", "September", "October", "November", "December"}
)  # fmt: skip
NOBODY = frozenset(
    {"visa", "mastercard", "amex", "paypal", "google", "apple", "amazon", "siri", "alexa", "cortana", "uber", "netflix",
     "facebook", "mortgage", "savings", "checking", "atm", "pin", "ok", "ma'am", "sir", "god", "jesus", "christmas",
     "internet", "wifi", "top", "topup", "gbp", "usd", "swift", "app", "bye", "oh", "ugh", "wow", "cancel", "fuck",
     "shit",
     "gmail", "yahoo", "bank", "lol", "thx", "whats", "wanna", "gonna", "lemme", "need", "pls", "cheque", "debit"}
)  # fmt: skip
# Countries that are said of cards, transfers and languages more than of where somebody lives.
TOO_WIDE = frozenset(
    {"us", "u.s", "u.s.", "usa", "the us", "the usa", "united states", "the united states", "uk", "the uk", "u.k.",
    "america",
     "united kingdom", "the united kingdom", "europe", "eu", "the eu", "england", "britain"}
)  # fmt: skip


def plausible_name(text: str, span: PiiSpan) -> bool:
    """Whether a span can name a person or a place: it has a capital letter and no everyday word."""
    said = text[span.start : span.end]
    if said.lower() in TOO_WIDE:
        return False
    words = said.lower().replace(".", " ").split()
    if not words or any(char.isdigit() for char in said):
        return False
    return any(char.isupper() for char in said) and not set(words) & NOBODY and words[0] not in NO_NAME


def may_hold_a_name(text: str, known: Sequence[PiiSpan]) -> bool:
    """Whether a word begins with a capital that neither a sentence, a day, a month nor a known span explains."""
    return any(
        match.group() not in CAPITAL_WORDS and not any(span.start <= match.start() < span.end for span in known)
        for match in CAPITALISED.finditer(text)
    )
