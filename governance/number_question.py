"""Hears in the assistant's own words that a number was asked for, so that the ear expects digits."""

import re

QUESTION_OR_REQUEST = re.compile(r"\?|\b(?:please|need|say|tell|give|enter|key in|type)\b", re.IGNORECASE)
NUMBER = re.compile(
    r"\b(?:(?:card|account|phone|telephone|order|policy|claim|booking|reference|social security|routing|customer|"
    r"mobile|call-?back|serial|tracking|zip|postal)\s+(?:number|code)|digits?|PIN|security code|expiry date|"
    r"number\s+(?:of|on)\s+(?:your|the)|what(?:'s| is) (?:your|the) number)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.?!]+[.?!]?")
SPOKEN_DIGITS = 4


def asks_for_number(text: str) -> bool:
    """Tell whether the last thing asked is a number; only the last two sentences count."""
    last = " ".join(SENTENCE.findall(text.strip())[-2:])
    return bool(NUMBER.search(last)) and bool(QUESTION_OR_REQUEST.search(last))


def last_digits(keys: str) -> str:
    """Give the digits that may be read back of keys pressed: the last four of a longer number, none of a short one."""
    digits = "".join(one for one in keys if one.isdigit())
    return " ".join(digits[-SPOKEN_DIGITS:]) if len(digits) > SPOKEN_DIGITS else ""
