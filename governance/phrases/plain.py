"""Turns a transcript into plain speech for phrase matching, keeping the way back to the original characters."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from governance.phrases.respelling import AFTER_TO, Respelling

TOKEN = re.compile(r"<[A-Z_]+_\d+>|[^\W_]+(?:'[^\W_]+)*|[.?!;]")
SENTENCE_ENDS = frozenset(".?!;")
HESITATIONS = frozenset({"um", "uh", "umm", "uhm", "er", "erm", "hmm", "mm", "ah", "eh"})
# Recognisers drop apostrophes; only spellings that are no words of their own are restored.
CONTRACTIONS = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't",
    "werent": "weren't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't", "cant": "can't", "wont": "won't",
    "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't", "im": "i'm", "ive": "i've", "hes": "he's",
    "shes": "she's", "theyre": "they're", "theres": "there's", "thats": "that's", "whats": "what's",
    "somebodys": "somebody's", "someones": "someone's", "lemme": "let me", "gimme": "give me", "wanna": "want to",
    "gonna": "going to", "gotta": "got to", "cannot": "can't",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plain:
    """Lower-case words with one space between; `span` leads back to the transcript."""

    text: str
    at: tuple[int, ...]
    origin: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the transcript that `text[start:end]` was read from."""
        first = max(bisect_right(self.at, start) - 1, 0)
        last = max(bisect_right(self.at, max(end - 1, start)) - 1, first)
        return self.origin[first][0], self.origin[last][1]


def plain_speech(text: str, *, without: frozenset[str] = frozenset(), meant: Respelling | None = None) -> Plain:
    """Lower-cases, restores contractions and (`meant`) key words; leaves out hesitations, repeats and `without`."""
    words: list[str] = []
    origin: list[tuple[int, int]] = []
    for token in TOKEN.finditer(text.replace("\u2019", "'")):
        word = token.group().lower()
        word = "." if word in SENTENCE_ENDS and word != "?" else CONTRACTIONS.get(word, word)
        if meant is not None:
            whole = meant.joined(words[-1], word) if words else None
            if whole is not None:
                words[-1], origin[-1] = whole, (origin[-1][0], token.end())
                continue
            word = meant.of(word)
            if words and words[-1] in {"too", "two"} and word in AFTER_TO:
                words[-1] = "to"
        if word in HESITATIONS or word in without or (words and words[-1] == word):
            continue
        words.append(word)
        origin.append(token.span())
    at: list[int] = []
    length = 0
    for word in words:
        at.append(length)
        length += len(word) + 1
    return Plain(" ".join(words), tuple(at), tuple(origin))
