"""Finds contact cards in a written text: short lines of name, post, company and address under each other."""

import re

from schemas.redaction import PiiSpan

NAME = "contact_card"
LINE = re.compile(r"[ \t>]*(?P<said>[^\n]*)")
LABELLED = re.compile(r"[^\W\d_][\w -]{0,24}:\s*")
FEWEST_LINES = 3
LONGEST_LINE = 60  # characters
MOST_WORDS = 8


def contact_cards(text: str, context: str | None = None) -> list[PiiSpan]:
    """Each line of a card, without its label."""
    del context
    if text.count("\n") < FEWEST_LINES - 1:
        return []
    found: list[PiiSpan] = []
    card: list[tuple[int, int]] = []
    for match in LINE.finditer(text + "\n\n.."):  # the last line ends a card
        said = match.group("said").rstrip()
        if not said:
            continue
        if _short(said, any(char.isupper() for char in text)):
            card.append((match.start("said"), match.start("said") + len(said)))
        else:
            found += _spans(text, card)
            card = []
    return found


def _short(said: str, cased: bool) -> bool:
    if len(said) > LONGEST_LINE or said[-1] in "?!" or len(said.split()) > MOST_WORDS:
        return False
    return said[0].isdigit() or (said[0].isupper() if cased else said[0].isalpha())


def _spans(text: str, card: list[tuple[int, int]]) -> list[PiiSpan]:
    if len(card) < FEWEST_LINES or not any(char.isdigit() for start, end in card for char in text[start:end]):
        return []
    values = [(label.end() if (label := LABELLED.match(text, *line)) else line[0], line[1]) for line in card]
    return [
        PiiSpan(start=start, end=end, type="ORGANIZATION", score=0.42, recognizer=NAME)
        for start, end in values
        if any(char.isalnum() for char in text[start:end])
    ]
