"""Which answer may be given again to whom: only to the same question at the same place of the same conversation.

What is kept holds nothing personal by construction: a question and an answer without a placeholder, about nobody's own
matters, from a conversation in which no placeholder and no knowledge of the caller stood. In doubt the model is asked.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from governance.number_question import asks_for_number
from governance.same_question import PLACEHOLDER, nearest, normalised, same, stands_alone
from schemas.base import Frozen

Match = Literal["exact", "similar"]
# Somebody's own matters are looked up, not remembered; how to do something with them is the same for all.
OWN = frozenset(("my", "mine", "me", "our", "ours", "us", "myself"))
HOW = re.compile(r"\bhow (?:do|can|could|should|would) (?:i|we)\b|\bhow to\b")
ASKS = re.compile(
    r"\b(?:what|when|where|which|who|how|why|do you|does|is|are|can i|can you|could i|may i|is it possible)\b"
)
LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){4,}|@|\bwww\b")
MONEY_TAKEN = re.compile(
    r"\b(?:card (?:number|details)|security code|cvv|cvc|expiry|iban|sort code|pay(?:ing|ment)? now)\b", re.IGNORECASE
)
# An answer that tells what was done or found for this caller is no answer to the next one.
DONE_FOR_HER = re.compile(
    r"\b(?:i(?:'ve| have| will|'ll| am|'m) (?:cancel|book|send|sent|chang|updat|open|clos|check|found|look|connect|"
    r"transfer|not)\w*|your (?:order|parcel|account|appointment|claim|booking|refund|policy) "
    r"(?:is|was|has|left|will))\b",
    re.IGNORECASE,
)
SHORTEST_ANSWER, LONGEST_ANSWER = 4, 800


class Scope(Frozen):
    """Where an answer holds; `before` is a digest of all that the model saw before the question."""

    tenant: str
    persona: str
    policy_version: str
    language: str
    before: str


class KeptAnswer(Frozen):
    """An answer that was given to its end, and what it answered."""

    scope: Scope
    question: str
    answer: str
    kept_at: datetime
    vector: tuple[float, ...] = ()


class Hit(Frozen):
    """What may be given again, and why."""

    kept: KeptAnswer
    match: Match
    cosine: float = 1.0


def askable(question: str, before: Iterable[str]) -> bool:
    """Tell whether a question may be looked up and its answer kept, by itself and by what was said before it."""
    words = normalised(question)
    if not stands_alone(question) or not ASKS.search(words) or LONG_NUMBER.search(question):
        return False
    if OWN & set(words.split()) and not HOW.search(words):
        return False
    return not any(PLACEHOLDER.search(text) for text in before)


def keepable(question: str, answer: str, before: Iterable[str]) -> bool:
    """Tell whether an answer may be given to others; that it was heard to its end its giver knows."""
    if not askable(question, before) or not SHORTEST_ANSWER <= len(answer.strip()) <= LONGEST_ANSWER:
        return False
    if PLACEHOLDER.search(answer) or LONG_NUMBER.search(answer) or DONE_FOR_HER.search(answer):
        return False
    return not asks_for_number(answer) and not MONEY_TAKEN.search(f"{question} {answer}")


def find_exact(kept: Iterable[KeptAnswer], question: str, *, now: datetime, ttl: timedelta) -> Hit | None:
    """Give the answer to the very words."""
    asked = normalised(question)
    for one in kept:
        if normalised(one.question) == asked and now - one.kept_at < ttl:
            return Hit(kept=one, match="exact")
    return None


def find_similar(
    kept: Sequence[KeptAnswer], question: str, vector: Sequence[float], *, threshold: float, now: datetime,
    ttl: timedelta,
) -> Hit | None:
    """Give the answer to the nearest question that asks the same; near alone is never enough."""
    young = [one for one in kept if now - one.kept_at < ttl and len(one.vector) == len(vector)]
    for at, cosine in nearest(vector, [one.vector for one in young]):
        if cosine < threshold:
            return None
        if same(young[at].question, question):
            return Hit(kept=young[at], match="similar", cosine=cosine)
    return None
