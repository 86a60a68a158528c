"""Reads a long text in windows that overlap: patterns that grow faster than the text take a bounded time of each.

A window ends where a word does, and begins so far before the end of the one before it that whatever lies on the seam is
whole in one of them. A text of one window is read as it is. A word that is longer than half a window is cut, and hidden
to its end where what is left of it is personal.
"""

from collections.abc import Callable, Iterator

from schemas.redaction import PiiSpan

WINDOW = 2_000  # characters: two minutes of speech, more than nearly every utterance has
OVERLAP = 400  # the longest of what is said in words, an address with a name before it, is a third of it

Read = Callable[[str], list[PiiSpan]]


def read_in_windows(text: str, read: Read) -> list[PiiSpan]:
    """Give what is found in every window, in its place in the whole text; what two windows found comes twice."""
    found: list[PiiSpan] = []
    for start, end in windows(text):
        here = [_moved(one, start) for one in read(text[start:end])]
        found += [one if one.end < end else one.model_copy(update={"end": _end_of_word(text, end)}) for one in here]
    return found


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Give the beginning and the end of each window."""
    start = 0
    while len(text) - start > WINDOW:
        end = _space_before(text, start + WINDOW, within=WINDOW // 2)
        yield start, end
        start = _space_before(text, end - OVERLAP, within=OVERLAP)
    if text:
        yield start, len(text)


def _space_before(text: str, at: int, *, within: int) -> int:
    """Give the place behind the last space before `at`, where there is one near; else `at` itself."""
    for place in range(at, at - within, -1):
        if text[place - 1].isspace():
            return place
    return at


def _end_of_word(text: str, at: int) -> int:
    """Give the end of the word that a window cut; where it cut none, the place itself."""
    if text[at - 1].isspace():
        return at
    return next((place for place in range(at, len(text)) if text[place].isspace()), len(text))


def _moved(span: PiiSpan, by: int) -> PiiSpan:
    return span.model_copy(update={"start": span.start + by, "end": span.end + by}) if by else span
