"""Reads a misspelt or misheard key word as what was meant: a letter or two off, torn apart, or alike in sound."""

from collections.abc import Iterable
from dataclasses import dataclass

LONG = 10  # from this length on two letters may be wrong
SHORT = 4  # up to this length only two neighbours may have changed places
# What recognisers and hurried fingers write, and what it stands for.
ALIKE = {
    "hooman": "human", "hewman": "human", "humon": "human", "humin": "human", "reel": "real", "rael": "real",
    "csr": "representative", "manger": "manager", "sumone": "someone", "sumbody": "somebody", "pls": "please",
    "plz": "please", "costumer": "customer",
}  # fmt: skip
# "too" and "two" are "to" in front of these.
AFTER_TO = frozenset(str.split(
    "a an the your my some someone somebody speak talk kill die breathe hurt person people human agent manager"
))


@dataclass(frozen=True, slots=True)
class Respelling:
    """The key words of a detector under every form with letters left out, and real words that are left alone."""

    keys: frozenset[str]
    real: frozenset[str]
    shortened: dict[str, tuple[str, ...]]
    shapes: frozenset[tuple[str, int]]

    def of(self, word: str) -> str:
        """The key word that was meant, or the word as it is."""
        if word in ALIKE:
            return ALIKE[word]
        if (word[0], len(word)) not in self.shapes or word in self.keys or word in self.real:
            return word
        near = {key for form in shorter(word) for key in self.shortened.get(form, ()) if close(word, key)}
        meant = min(near, key=lambda key: (distance(word, key), key), default=None)
        return meant or word

    def joined(self, word: str, following: str) -> str | None:
        """The key word that was torn in two, as in "un conscious"."""
        whole = ALIKE.get(word + following, word + following)
        return whole if whole in self.keys and len(whole) > SHORT + 1 else None


def respelling(keys: str, real: str) -> Respelling:
    """Prepares key words; `real` are words of the language that look like one and are not."""
    shortened: dict[str, tuple[str, ...]] = {}
    for key in keys.split():
        for form in shorter(key):
            shortened[form] = (*shortened.get(form, ()), key)
    # Most words of a language start or end elsewhere: they are done with after one look.
    shapes = frozenset(
        (key[0], len(key) + more) for key in keys.split() for more in range(-2, 3)
        if abs(more) <= (2 if len(key) >= LONG else 1 if len(key) > SHORT else 0)
    )
    return Respelling(frozenset(keys.split()), frozenset(real.split()), shortened, shapes)


def shorter(word: str) -> Iterable[str]:
    """The word, and with one letter left out, and with two where it is long."""
    yield word
    once = [word[:n] + word[n + 1 :] for n in range(len(word))]
    yield from once
    if len(word) >= LONG:
        for form in once:
            yield from (form[:n] + form[n + 1 :] for n in range(len(form)))


def close(word: str, key: str) -> bool:
    """Whether so few letters differ that one was meant as the other; the first letter is hardly ever misheard."""
    if word[0] != key[0]:
        return False
    if len(key) <= SHORT:
        return sorted(word) == sorted(key)
    return distance(word, key) <= (2 if len(key) >= LONG else 1)


def distance(one: str, other: str) -> int:
    """Letters put in, left out, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        older, before, row = before, row, [n]
        for m, wanted in enumerate(other, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (letter != wanted))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == wanted:
                cost = min(cost, older[m - 2] + 1)
            row.append(cost)
    return row[-1]
