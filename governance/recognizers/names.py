"""Finds names by the words around them, so that lower-case recognition results lose none."""

import re

from schemas.redaction import PiiSpan

NAME = "spoken_name"
# What never is part of a name after a trigger.
NO_NAME = frozenset(
    {"a", "an", "the", "and", "but", "or", "i", "i'm", "my", "it", "it's", "is", "in", "on", "at", "to", "for",
    "from", "with",
     "not", "calling", "speaking", "here", "just", "so", "because", "about", "regarding", "trying", "looking", "having",
     "going", "sorry", "sure", "fine", "good", "great", "ok", "okay", "yes", "no", "yeah", "your", "you", "his",
     "her", "our",
     "their", "that", "this", "what", "which", "who", "how", "why", "where", "when", "there", "account", "number",
     "phone",
     "please", "thanks", "thank", "hi", "hello", "hey", "spelled", "spelt", "spelling", "of", "as", "by", "if",
     "we",
     "want", "wanted", "need", "would", "like", "can", "could", "do", "does", "did", "have", "has", "had", "am", "are",
     "was", "be", "been", "wrong", "right", "correct", "misspelled", "changed", "different", "under", "new", "old",
     "same",
     "last", "first", "name", "middle", "customer", "card", "card.", "date", "email", "address", "password", "ssn",
     "pin",
     "again", "also", "still", "very", "really", "interested", "unable", "able", "ready", "done", "back", "home", "one",
     "it'll", "i'd", "i've", "i'll", "that's", "what's", "me", "us", "them", "im", "dont", "don't", "can't", "cant",
     "tomorrow", "today", "tonight", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
     "got",
     "ac", "dob", "zip", "reservation", "booking", "table", "party", "two", "three", "four", "five", "six", "seven",
     "eight", "nine", "zero", "oh", "ending", "claim", "policy", "city", "state", "something", "everything", "well",
     "actually", "too", "now", "then", "wondering", "member", "business", "company", "change", "update", "get", "make",
     "all", "some", "any", "more", "um", "uh", "spell", "id", "order", "confirmed", "noted", "mentioned", "registered",
     "everyone", "everybody", "anyone", "anybody", "someone", "somebody", "nobody", "mum", "mom", "dad", "team", "up",
     "down", "half", "mile", "miles"}
)  # fmt: skip
WORD = r"[^\W\d_][^\W\d_'\u2019-]*(?:['\u2019-][^\W\d_]+)*"
TRIGGER = re.compile(
    r"(?:\b(?:my|the|his|her|their|our|full|caller'?s?|customer'?s?|account holder'?s?|wife'?s|husband'?s|son'?s|"
    r"daughter'?s)"
    r"\s+(?:\w+\s+)?(?:first |last |full |middle |maiden |family |given |sur)?names?(?:\s+(?:on|for) (?:it|the "
    r"account|the card|the "
    r"reservation|the booking|file))?(?:\s*(?:'s|\u2019s|is|was|would be|will be|be|are|:|,|-)|(?=\s+[a-z]))"
    r"|\b(?:first|last|full|middle|maiden|family|sur|sir|user|nick|given)\s?names?\s*(?:'s|is|was|would be|:|,|-)?"
    r"|^\W*names?\s*(?:'s|is|:|-|,)?"
    r"|\bnames?\s*(?:'s\b|is\b|:)"
    r"|\b(?:under|in|on|for|by|with)\s+(?:the\s+)?(?:first |last |sur)?name(?:\s+of)?\s*(?:is|:|,)?"
    r"|\b(?:this is|it's|it is)(?=\s+[^\W\d_'-]+(?:\s+[^\W\d_'-]+){0,2}\s+(?:speaking|calling|here|from|again)\b)"
    r"|\b(?:you can |please |just )?call me(?! (?:back|at|on|later|when|if|tomorrow|again|now|asap))"
    r"|\b(?:mr|mrs|ms|(?-i:Miss)|mister|missus|dr|doctor|professor|madam)\b\.?"
    r"|\bhere(?:'s| is) my name)\s+",
    re.IGNORECASE,
)
SPEAKING = re.compile(rf"^\W*(?P<name>{WORD}(?:\s+{WORD})?)\s+(?:speaking|calling|here)\b", re.IGNORECASE)
MOST_WORDS = 3

def names(text: str, context: str | None = None) -> list[PiiSpan]:
    """Names after the words that announce them."""
    found = [name for match in TRIGGER.finditer(text) if (name := announced(text, match.end())) is not None]
    found += [
        span(match.start("name"), match.end("name"), 0.6)
        for match in SPEAKING.finditer(text)
        if not {word.lower() for word in match.group("name").split()} & NO_NAME
    ]
    del context
    return found


def span(start: int, end: int, score: float) -> PiiSpan:
    """A name span."""
    return PiiSpan(start=start, end=end, type="PERSON", score=score, recognizer=NAME)


def announced(text: str, start: int) -> PiiSpan | None:
    """The words of a name that begins at `start`: at most three, up to the first word that cannot be one."""
    end = start
    taken = 0
    cased = text[start : start + 1].isupper() and not text.isupper()
    for match in re.finditer(rf"\s*(?P<word>{WORD})(?P<stop>[.,;!?]?)", text[start:]):
        word = match.group("word").lower().replace("\u2019", "'")
        if match.start() != end - start or word in NO_NAME or taken == MOST_WORDS or word.endswith("n't"):
            break
        if (taken == 2 or (cased and taken)) and not match.group("word")[0].isupper():
            break
        taken += 1
        end = start + match.end("word")
        if match.group("stop"):
            break
    if taken == 0:
        return None
    return span(start + len(text[start:end]) - len(text[start:end].lstrip()), end, 0.7)
