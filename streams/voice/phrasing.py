"""Cuts text that is still being written into phrases that can be spoken: the first one short, for an early start."""

import re
from collections.abc import AsyncIterator

SENTENCE_END = re.compile(r"[.!?;:]['\")\]]*\s+")
CLAUSE_END = re.compile(r",\s+|\s+[-–—]\s+")
FIRST_WORDS = 4  # a first clause of at least this many words is spoken before its sentence is complete
LONGEST_WORDS = 24
# A full stop at the end of a token ends the sentence: the tokenizers of language models keep ".com" and ".5" together.
SURE_END = re.compile(r"[^\W\d_]{2}[.!?]['\")\]]*$")
ADDRESS = re.compile(r"(?:www|@)\S*$", re.IGNORECASE)
ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|st|no|vs|e\.g|i\.e|[a-z])\.\s*$", re.IGNORECASE)


async def phrases(tokens: AsyncIterator[str]) -> AsyncIterator[str]:
    """Give phrases as soon as they are complete, and what is left at the end; together they are the text."""
    text, first = "", True
    async for token in tokens:
        text += token
        while (cut := end_of_phrase(text, first=first)) is not None:
            yield text[:cut]
            text, first = text[cut:], False
        if first and surely_ended(text):
            yield text  # without waiting for the next token to show what follows
            text, first = "", False
    if text.strip():
        yield text


async def whole(tokens: AsyncIterator[str]) -> AsyncIterator[str]:
    """Give a text as one phrase, once it is written to its end."""
    text = "".join([token async for token in tokens])
    if text.strip():
        yield text


def surely_ended(text: str) -> bool:
    """Tell whether a first sentence is complete though nothing follows it yet."""
    if SURE_END.search(text) is None or ABBREVIATION.search(text) or ADDRESS.search(text):
        return False
    return len(text.split()) >= FIRST_WORDS


def end_of_phrase(text: str, *, first: bool) -> int | None:
    """Give where the first complete phrase ends, its trailing space included; None where none is complete."""
    for found in SENTENCE_END.finditer(text):
        if not ABBREVIATION.search(text[: found.end()]):
            return found.end()
    for found in CLAUSE_END.finditer(text):
        words = len(text[: found.end()].split())
        if (first and words >= FIRST_WORDS) or words >= LONGEST_WORDS:
            return found.end()
    return None
