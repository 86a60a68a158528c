"""Knows the sentence by which an assistant says that it is an AI (EU AI Act, Article 50)."""

import re

from schemas.policies import Place, Signal

RULE = "disclosure.ai"
MACHINE = (
    r"(?:an?|the|your|our)\s+(?:\w+[\s-]+){0,3}?"
    r"(?:AI|A\.I\.|artificial intelligence|virtual|automated|digital|robotic|"
    r"computer|machine|chat\s?bot|voice\s?bot|bot|robot|synthetic)\b(?:[\s-]+\w+){0,3}"
)
SAYS_SO = re.compile(
    rf"(?:\bI\s?['\u2019]?\s?a?m|\bthis is|\bmy name is \w+,?|\byou(?:\s?['\u2019]re| are) (?:now )?"
    rf"(?:speaking|talking|chatting|connected) (?:with|to)|\byou(?:\s?['\u2019]ve| have) reached)\s+"
    rf"(?:\w+,\s+)?{MACHINE}"
    r"|\bI['\u2019 ]?\s?a?m not (?:a |an )?(?:human|real person|person)\b",
    re.IGNORECASE,
)
DENIES = re.compile(r"\bnot\s+(?:an?|the)\s*$", re.IGNORECASE)


def discloses_ai(text: str) -> Signal | None:
    """The place where the assistant says that it is a machine, or None."""
    found = SAYS_SO.search(text)
    if found is None or DENIES.search(text[: found.start()]):
        return None
    place = Place(start=found.start(), end=found.end())
    return Signal(rule=RULE, kind="disclosure", score=1.0, evidence=(place,))
