"""Finds concepts in plain speech: what the words stand for (a person, a weapon, a negation), whatever their form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from governance.phrases.plain import Plain

BREAKS = frozenset(".?")
ENDINGS = {"'s": "'s", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
NEGATED = {"won't": "will", "can't": "can", "shan't": "shall", "ain't": "is"}
SHORT_VOWEL = re.compile(r"[^aeiou]*[aeiou][bdgmnprt]")  # "slap" doubles its last letter
CHOICE = re.compile(r"\(([^()]*)\)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every spoken form of every concept; `longer` are forms of several words, by their first one."""

    single: Mapping[str, frozenset[str]]
    longer: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


@dataclass(frozen=True, slots=True)
class Concepts:
    """The words of an utterance, where they lie in the plain text, and the places of each concept and each word."""

    words: tuple[str, ...]
    at: tuple[Span, ...]
    places: Mapping[str, tuple[Span, ...]]


def lexicon(entries: Mapping[str, str]) -> Lexicon:
    """Reads concepts written as `NAME: "faint~ pass(|ed)_out"`: `~` is a regular verb, `_` stands between words."""
    single: dict[str, set[str]] = {}
    longer: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, written in entries.items():
        for entry in written.split():
            for form in forms(entry):
                words = tuple(form.split("_"))
                if len(words) == 1:
                    single.setdefault(form, set()).add(concept)
                else:
                    longer.setdefault(words[0], []).append((words, concept))
    return Lexicon(
        {word: frozenset(known) for word, known in single.items()},
        {word: tuple(known) for word, known in longer.items()},
    )


def forms(entry: str) -> Iterable[str]:
    """The forms that an entry stands for."""
    parts = CHOICE.split(entry)
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    for chosen in product(*choices):
        form = "".join(chosen)
        if "~" not in form:
            yield form
            continue
        verb, _, rest = form.partition("~")
        for inflected in inflections(verb):
            yield from forms(inflected + rest)


@cache
def inflections(verb: str) -> tuple[str, ...]:
    """A regular verb's forms; one that doubles its last letter is written with it, `grabb~`."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb[-1] == verb[-2] and verb[-1] not in "slf":
        return verb[:-1], f"{verb[:-1]}s", f"{verb}ed", f"{verb}ing"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if SHORT_VOWEL.fullmatch(verb):
        return verb, f"{verb}s", f"{verb}ed", f"{verb}ing", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"
    plural = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
    return verb, plural, f"{verb}ed", f"{verb}ing"


def concepts(plain: Plain, known: Lexicon) -> Concepts:
    """Every word and every concept of an utterance with its places."""
    words, at = split(plain.text)
    places: dict[str, list[Span]] = {}
    for n, word in enumerate(words):
        places.setdefault(word, []).append((n, n + 1))
        for concept in known.single.get(word, ()):
            places.setdefault(concept, []).append((n, n + 1))
        for longer, concept in known.longer.get(word, ()):
            if tuple(words[n : n + len(longer)]) == longer:
                places.setdefault(concept, []).append((n, n + len(longer)))
    return Concepts(tuple(words), tuple(at), {name: tuple(spans) for name, spans in places.items()})


def split(text: str) -> tuple[list[str], list[Span]]:
    """Words with `not`, `is`, `have` … taken off (`isn't` is `is not`), so that a negation is always one word."""
    words: list[str] = []
    at: list[Span] = []
    start = 0
    for token in text.split(" "):
        place = (start, start + len(token))
        start += len(token) + 1
        stem, ending = token, ""
        if token.endswith("n't"):
            stem, ending = NEGATED.get(token, token[:-3]), "not"
        elif "'" in token:
            cut = token.rindex("'")
            known = ENDINGS.get(token[cut:])
            if known is not None:
                stem, ending = token[:cut], known
        for word in (stem, ending):
            if word:
                words.append(word)
                at.append(place)
    return words, at
