"""Reads an utterance as the answer to the question just asked: what is left without the carrier words is the answer."""

import re

from governance.recognizers.cues import asked_for
from governance.recognizers.names import NO_NAME
from schemas.redaction import PiiSpan

NAME = "asked_answer"
CARRIER = re.compile(
    r"^(?:[\s,.!-]|\b(?:yes|yeah|yep|yup|sure|ok|okay|um+|uh+|er|hmm|well|so|oh|right|hi|hello|please|sorry|no|of "
    r"course|"
    r"certainly|absolutely|alright|all right|thanks|thank you|sir|madam|ma'am|"
    r"(?:it|that|this|which|here)(?:'s| is| was| will be| would be)?|"
    r"(?:i'm|i am|i was born|born|i live|we live|you can call me)(?: (?:in|on|at))?|"
    r"(?:my|the|our|his|her|first|last|full|middle|sur|family|user|post|zip|postal|street|home|new|current|mailing|"
    r"billing|date|of|"
    r"birth|birthday|day|dob|name|surname|username|code|postcode|zipcode|number|address|city|town|password|passcode|"
    r"pin|email|id|"
    r"answer|is|be|it|on|for|account|spelled|spelt|spell|i'll|i will|let me|that|as|follows|would|gonna|going|to|"
    r"again|said|"
    r"one more time|repeat|in)\b)(?!\w))+",
    re.IGNORECASE,
)  # fmt: skip
AFTERWORDS = re.compile(
    r"(?:[\s,.!?-]|\b(?:please|thanks|thank you|okay|ok|sir|madam|that's (?:it|all|right)|is (?:my|the) (?:last |"
    r"first )?name|yes|"
    r"speaking|calling|here|right|correct|bye)\b)+$",
    re.IGNORECASE,
)
# Words of somebody who does not answer the question.
TALK = NO_NAME - {"may", "st", "last", "first", "new", "old", "two", "three", "four", "five", "six", "seven",
    "eight", "nine",
                  "zero", "oh", "one", "a", "i", "in", "on", "at", "of", "the", "and", "for", "as", "home", "u",
                  "you", "are",
                  "city", "state", "is", "be", "am", "well", "do", "hey", "hi", "why", "to", "by", "or", "us", "it",
                  "so",
                  "no", "an", "if", "date", "me", "my", "we", "good", "ok", "all", "back", "now", "like",
                  "tomorrow"}  # fmt: skip
MORE_TALK = frozenset(
    {"know", "mean", "say", "tell", "repeat", "understand", "help", "speak", "talk", "person", "agent", "transfer",
    "question",
     "problem", "wait", "moment", "second", "minute", "hold", "why", "forgot", "remember", "bill", "payment", "pay",
     "pardon",
     "nothing", "else", "already", "gave", "given", "provide", "information", "details", "issue", "don't",
     "isn't",
     "balance", "check", "money", "order", "cancel", "book", "room", "service", "internet", "see", "should", "must",
     "hear"}
)  # fmt: skip
KINDS = {
    "PERSON": ("PERSON", 4), "DATE_OF_BIRTH": ("DATE_OF_BIRTH", 10), "ADDRESS": ("ADDRESS", 14),
    "LOCATION": ("LOCATION", 5),
    "USERNAME": ("USERNAME", 4), "PASSWORD": ("PASSWORD", 5), "EMAIL_ADDRESS": ("EMAIL_ADDRESS", 12),
    "BOOKING_REF": ("BOOKING_REF", 8), "POLICY_NUMBER": ("POLICY_NUMBER", 8), "CLAIM_NUMBER": ("CLAIM_NUMBER", 8),
}  # fmt: skip
MOST_SPELLED = 40


def answers(text: str, context: str | None = None) -> list[PiiSpan]:
    """What was answered to a question for personal data; nothing where the caller says something else."""
    asked = KINDS.get(asked_for(context) or "")
    if asked is None:
        return []
    kind, longest = asked
    carrier = CARRIER.match(text)
    start = carrier.end() if carrier is not None else 0
    after = AFTERWORDS.search(text, start)
    end = after.start() if after is not None else len(text)
    words = text[start:end].split()
    if not words or end <= start:
        return []
    spelling = sum(len(word.strip(".,")) <= 2 for word in words) * 2 >= len(words)
    bare = {word.strip(".,!?").lower() for word in words}
    if bare & MORE_TALK or (bare & TALK and not spelling) or len(words) > (MOST_SPELLED if spelling else longest):
        return []
    if kind in ("BOOKING_REF", "POLICY_NUMBER", "CLAIM_NUMBER", "PASSWORD") and not spelling and not any(
        char.isdigit() for char in text[start:end]
    ):
        return [] if kind != "PASSWORD" or len(words) > 2 else [PiiSpan(start=start, end=end, type=kind, score=0.5,
        recognizer=NAME)]
    return [PiiSpan(start=start, end=end, type=kind, score=0.65, recognizer=NAME)]
