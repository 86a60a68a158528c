"""Finds people by their given names, with or without capitals, and by the capitals of the words where names stand."""

import re

from governance.recognizers.given_names import GIVEN_NAMES
from governance.recognizers.names import NO_NAME, WORD, span
from governance.spoken.words import MONTHS
from schemas.redaction import PiiSpan

WORDS = re.compile(WORD)
CAPITAL = r"(?!I['\u2019])[A-Z\u00c0-\u00dd][a-z\u00df-\u017f'\u2019]*[a-z\u00df-\u017f](?:-[A-Z][a-z]+)?"
FULL = rf"{CAPITAL}(?:\s+(?:[A-Z]\.?\s+)?{CAPITAL}){{0,2}}"
# Where a name stands in a booking, a greeting or a sentence that addresses somebody.
PLACED = re.compile(
    rf"(?:\b(?i:under|listed under|booked (?:by|for)|made (?:by|for)|reservation (?:for|by|is for)|booking (?:for|by)|"
    rf"table for|"
    rf"reservation is by|this is|it's|i'm|i am|hello|hi|hey|dear|call me|thanks|thank you|good (?:morning|afternoon|"
    rf"evening)|"
    rf"cancel the|in the name|my names?|the name|directed by:|name:|yes|okay|sure|"
    rf"well)\s*,?\s+)(?P<name>{FULL})(?=[\s,.?!:]|$)"
)
ADDRESSED = re.compile(rf"^(?P<name>{CAPITAL}(?:\s{CAPITAL})?)(?=, (?:can|could|I'm|I|my|yes|please|thanks|sorry)\b)")
ALONE = re.compile(rf"\W*(?P<name>{CAPITAL}(?:\s+{CAPITAL}){{1,2}})\W*")
NEVER = MONTHS | {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "morning", "afternoon", "evening",
    "good",
    "thanks", "thank", "hello", "hi", "hey", "please", "yes", "no", "okay", "ok", "sure", "great", "sir", "ma'am",
    "madam",
    "english", "spanish", "french", "german", "visa", "mastercard", "google", "apple", "amazon", "uber", "bank",
    "america",
    "what", "why", "when", "where", "how", "who", "which", "can", "could", "would", "will", "do", "does", "did",
    "is", "are",
    "everything", "everyone", "nothing", "someone", "something", "perfect", "alright", "right", "cool", "awesome",
    "but",
    "let", "that", "this", "these", "those", "there", "here", "mom", "dad", "god", "lord", "christmas", "oh", "well",
    "um",
    "so", "yesterday", "yesterdays", "since", "and", "or", "if", "because", "also", "just", "actually", "sorry",
    "nope", "yeah", "yep", "cancel", "book",
    "reservation", "table", "lunch", "dinner", "breakfast", "internet", "service", "customer", "card", "credit",
    "account",
    "calling", "looking", "interested", "trying", "wondering", "having", "doing", "fine", "not", "sms",
    "pin", "atm",
    "however", "lost", "help", "today", "tomorrow", "tonight", "it", "you", "we", "they", "he", "she", "my", "your",
    "the",
    "a", "an", "at", "for", "from", "in", "on", "to", "of", "with", "st", "street", "road", "avenue", "city",
    "north", "south",
    "east", "west", "new", "united", "bye", "any", "all", "paypal", "transfer", "payment", "top", "app", "european",
}  # fmt: skip


def given(text: str, context: str | None = None) -> list[PiiSpan]:
    """Names found without anything that announces them."""
    del context
    found = [
        span(match.start("name"), match.end("name"), 0.5)
        for pattern in (PLACED, ADDRESSED)
        for match in pattern.finditer(text)
        if possible(match.group("name"))
    ]
    alone = ALONE.fullmatch(text)
    if alone is not None and possible(alone.group("name")):
        found.append(span(alone.start("name"), alone.end("name"), 0.45))
    words = list(WORDS.finditer(text))
    for at, word in enumerate(words):
        if word.group().lower().removesuffix("'s") in GIVEN_NAMES:
            found.append(span(word.start(), surname_end(text, words, at), 0.5))
    return found


def possible(name: str) -> bool:
    """Whether every word of a capitalised run can be part of a name."""
    return not {word.lower().strip(".").removesuffix("'s") for word in name.split()} & NEVER


def surname_end(text: str, words: list[re.Match[str]], at: int) -> int:
    """Where a name ends that starts with a given name: takes in a capitalised surname, or the last word of the text."""
    end = words[at].end()
    if at + 1 >= len(words) or text[end : words[at + 1].start()].strip():
        return end
    following = words[at + 1]
    if following.group().lower() in NO_NAME | NEVER:
        return end
    capitals = following.group()[0].isupper() and words[at].group()[0].isupper()
    closing = len(words) <= 3 and at + 2 == len(words)
    return following.end() if capitals or closing else end
