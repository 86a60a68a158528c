"""A policy's documents as they were written, with the rules that fired in a call marked where they stand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.console.html import Html, joined, tag

KEY = re.compile(r"""( *)["']?([^\s"'#:][^"':]*)["']?:(?:\s|$)""")
COMMENT = "#"
OWN_RULES = "rules"  # a rule that a document makes itself is cited by its name alone


def anchor(rule: str) -> str:
    """Name the place of a rule on its page."""
    return f"rule-{rule}"


def marked(documents: Sequence[Mapping[str, Any]], rules: Iterable[str]) -> tuple[Html, frozenset[str]]:
    """Write the documents; gives which of the rules have a place in them."""
    texts = [str(one["text"]).splitlines() for one in documents]
    keys = [_keys(text) for text in texts]
    places: dict[tuple[int, int], list[str]] = {}
    for rule in dict.fromkeys(rules):
        place = _place(keys, rule)
        if place is not None:
            places.setdefault(place, []).append(rule)
    written = [
        (tag("h3", one["name"]), tag("pre", _lines(text, {
            line: fired for (number, line), fired in places.items() if number == at
        }), {"tabindex": "0", "aria-label": one["name"]}))
        for at, (one, text) in enumerate(zip(documents, texts, strict=True))
    ]
    placed = frozenset(one for fired in places.values() for one in fired)
    return joined(part for pair in written for part in pair), placed


def _place(keys: Sequence[Mapping[tuple[str, ...], int]], rule: str) -> tuple[int, int] | None:
    """Give the document and the line, from 0, where a rule stands: what is laid over the others counts."""
    for wanted in ((OWN_RULES, rule), tuple(rule.split("."))):
        for at in reversed(range(len(keys))):
            if wanted in keys[at]:
                return at, keys[at][wanted]
    return None


def _keys(text: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Find the lines of keys by how deep they are indented: a page has no time to read YAML."""
    found: dict[tuple[str, ...], int] = {}
    above: list[tuple[int, str]] = []
    for at, line in enumerate(text):
        key = KEY.match(line)
        if key is None:
            continue
        while above and above[-1][0] >= len(key[1]):
            above.pop()
        above.append((len(key[1]), key[2].strip()))
        found.setdefault(tuple(name for _, name in above), at)
    return found


def _lines(text: Sequence[str], fired: Mapping[int, Sequence[str]]) -> Html:
    parts: list[Html] = []
    at = 0
    while at < len(text):
        rules = fired.get(at)
        end = at + 1 if rules is None else _end(text, at)
        words = joined(f"{line}\n" for line in text[at:end])
        if rules is None:
            parts.append(words)
        else:
            names = joined(tag("a", "", {"id": anchor(rule)}) for rule in rules)
            parts.append(joined((names, tag("mark", words, {"title": "fired in this call: " + ", ".join(rules)}))))
        at = end
    return joined(parts)


def _end(text: Sequence[str], start: int) -> int:
    """Give the line after a key's own block: what is indented deeper, without what only separates it."""
    deep = _indent(text[start])
    end = start + 1
    while end < len(text) and (not text[end].strip() or _indent(text[end]) > deep):
        end += 1
    while end > start + 1 and (not text[end - 1].strip() or text[end - 1].lstrip().startswith(COMMENT)):
        end -= 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
