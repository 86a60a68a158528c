"""Second look at the names a small entity recognizer gives: brands, greetings and verbs are no callers."""

from governance.recognizers.names import NO_NAME
from schemas.redaction import PiiSpan

NOBODY = frozenset(
    {"visa", "mastercard", "amex", "paypal", "google", "apple", "amazon", "siri", "alexa", "cortana", "uber", "netflix",
     "facebook", "mortgage", "savings", "checking", "atm", "pin", "ok", "ma'am", "sir", "god", "jesus", "christmas",
     "internet", "wifi", "top", "topup", "gbp", "usd", "swift", "app", "bye", "oh", "ugh", "wow", "cancel", "fuck",
     "shit",
     "gmail", "yahoo", "bank", "lol", "thx", "whats", "wanna", "gonna", "lemme", "need", "pls", "cheque", "debit"}
)  # fmt: skip


def plausible_name(text: str, span: PiiSpan) -> bool:
    """Whether a span of type PERSON can be a name: it has a capital letter and no everyday word."""
    said = text[span.start : span.end]
    words = said.lower().replace(".", " ").split()
    if not words or any(char.isdigit() for char in said):
        return False
    return any(char.isupper() for char in said) and not set(words) & NOBODY and words[0] not in NO_NAME
