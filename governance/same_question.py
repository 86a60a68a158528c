"""Tells whether two questions ask the same, word for word or in words that mean the same; in doubt they do not.

An embedding finds near questions, and cannot tell "cancel my order" from "don't cancel my order": near misses lie
closer than paraphrases. So this decides: both questions are brought to one plain form, in which polite frames, articles
and inflected auxiliaries are gone and known synonyms are one word; negations, numbers, persons, directions, question
words, times and every other word stay, in their order. Two questions are the same when those forms are equal.
"""

import re
from collections.abc import Mapping, Sequence

WORD = re.compile(r"<[A-Z_]+(?:_\d+)?>|[\w']+", re.UNICODE)
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*(?:_\d+)?>")
SHORTENED: tuple[tuple[str, str], ...] = (
    (r"\bwon't\b", "will not"), (r"\b(?:can't|cannot)\b", "can not"), (r"\bshan't\b", "shall not"),
    (r"n't\b", " not"), (r"\blet's\b", "let us"),
    (r"\b(what|where|when|who|how|why|that|it|there|here)'s\b", r"\1 is"),
    (r"'re\b", " are"), (r"'m\b", " am"), (r"'ve\b", " have"), (r"'ll\b", " will"),
    (r"\b(i|you|he|she|we|they)'d\b", r"\1 would"),
)
# What is said around a question, and asks nothing itself.
FRAMES: tuple[tuple[str, str], ...] = (
    (r"^(?:hi|hello|hey|well|um|uh|so|okay|ok|please|excuse me|thanks|thank you|good (?:morning|afternoon|evening))\b",
     ""),
    (r"\b(?:please|just|really|actually|exactly)\b", ""),
    (r"^i (?:would like|want|wanted|need|wish) to (?:know|ask|find out)(?: you)?(?: about| if| whether)?\b", ""),
    (r"^i (?:am|was) wondering(?: if| whether)?\b", ""),
    (r"^(?:can|could|would|will) you (?:tell|explain to|inform) me(?: about| if| whether)?\b", ""),
    (r"^(?:can|could) you (?:say|explain)(?: if| whether)?\b", ""),
    (r"^(?:do you know|may i ask|can i ask)(?: if| whether)?\b", ""),
    (r"^is it possible(?: for me)? to\b", "can i"),
    (r"^am i able to\b", "can i"),
    (r"^could i\b", "can i"),
    (r"^have you got\b", "do you have"),
    (r"\bhave got\b", "have"),
    (r"^(?:how (?:do|can|should|would|could) i(?: go about)?|what do i (?:need|have) to do to|how to)\b", "how i"),
    (r"^what is the (?:price|cost) of (.+)$", r"how much is \1"),
    (r"^what (?:do|does|is) (.+) cost$", r"how much is \1"),
    (r"^what (?:is|are) (?:the|your)\b", ""),
    (r"^(?:where are you located|what is your address|where is your office)$", "where office"),
    (r"\bpay (?:by|with)\b", "pay by"),
    (r"\bdo i have to make an\b", "do i need an"),
    (r"\bcards do you (?:take|accept)$", "cards do you take"),
    (r"^(?:i|we) (?:want|wish|would like|need) to\b", ""),
    (r"\b(policy|rules) (?:on|for|about|regarding) (\w+)\b", r"\2 \1"),
    (r"\bmuch time\b", "long"),
    (r"\b(?:at )?what time\b", "when"),
    (r"^how much (?:do|does) (.+) cost$", r"how much is \1"),
    (r"^(how long) (?:do|does|will) (.+?) (?:take|last)$", r"\1 is \2"),
    (r"\bsend back\b", "return"),
    (r"\bdo you deliver to\b", "do you ship to"),
)
SAME_WORDS: Mapping[str, str] = {
    "business": "opening", "resetting": "reset", "update": "change", "updating": "change", "changing": "change",
    "returning": "return", "cancelling": "cancel", "canceling": "cancel", "tracking": "track", "package": "parcel",
    "which": "what", "papers": "documents", "paper": "document", "reach": "contact", "reserve": "book",
    "closest": "nearest", "submit": "file", "offer": "have", "got": "have", "has": "have", "buying": "buy",
    "purchase": "buy", "ends": "end",
}
LIGHT = frozenset((
    "a", "an", "the", "is", "are", "am", "do", "does", "be", "of", "your", "any", "there",
))
SHORTEST_QUESTION = 3  # words of the plain form: "yes" and "the second one" are answers, not questions
# What only the talk before explains.
POINTS_BACK = frozenset((
    "it", "its", "that", "this", "those", "these", "they", "them", "he", "she", "him", "her", "one", "ones", "same",
    "other", "another", "else", "again", "too", "also", "instead", "yes", "no", "ok", "okay", "sure", "right", "first",
    "second", "then", "so",
))


def normalised(text: str) -> str:
    """Give the words alone, small, one space apart."""
    return " ".join(one if one.startswith("<") else one.lower() for one in WORD.findall(text.replace("\u2019", "'")))


def plain(text: str) -> tuple[str, ...]:
    """Give what a question asks, as its words that matter in their order."""
    words = normalised(text)
    for pattern, instead in SHORTENED:
        words = re.sub(pattern, instead, words)
    for pattern, instead in FRAMES:
        words = " ".join(re.sub(pattern, instead, words).split())
    return tuple(_root(SAME_WORDS.get(one, one)) for one in words.split() if one not in LIGHT)


def same(kept: str, asked: str) -> bool:
    """Tell whether two questions ask the same."""
    return stands_alone(kept) and stands_alone(asked) and plain(kept) == plain(asked)


def stands_alone(text: str) -> bool:
    """Tell whether a question can be understood without the talk before it, and hides nothing personal."""
    words = plain(text)
    if PLACEHOLDER.search(text) or len(normalised(text).split()) < SHORTEST_QUESTION:
        return False
    return len(words) > 1 and not POINTS_BACK & set(words)


def nearest(vector: Sequence[float], others: Sequence[Sequence[float]]) -> list[tuple[int, float]]:
    """Give the places of unit vectors, nearest first, each with its cosine."""
    scored = [(at, sum(a * b for a, b in zip(vector, one, strict=True))) for at, one in enumerate(others)]
    return sorted(scored, key=lambda found: -found[1])


def _root(word: str) -> str:
    """Cut the plural of an English noun; nothing else is bent back, because tense and person matter."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")):
        return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    return word
