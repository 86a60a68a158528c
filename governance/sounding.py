"""Where the words of a text sound: a recogniser's or a voice's word times laid on the characters of the text."""

from collections.abc import Iterable, Sequence

from schemas.redacted import RedactedSpan, SoundPlace
from schemas.turns import Word


def places(text: str, words: Sequence[Word], spans: Iterable[RedactedSpan]) -> tuple[SoundPlace, ...]:
    """Give each word's characters and time; nothing where the words are not all of the text.

    The words of a span are one place: their number and lengths would tell what they were.
    """
    found: list[SoundPlace] = []
    at = 0
    for word in words:
        said = word.text.strip()
        start = text.find(said, at) if said else -1
        if start < 0 or _speaks(text[at:start]):
            return ()
        at = start + len(said)
        found.append(SoundPlace(start=start, end=at, start_ms=word.start_ms, end_ms=word.end_ms))
    if _speaks(text[at:]):
        return ()
    for span in spans:
        inside = [one for one in found if one.start < span.end and span.start < one.end]
        if inside:
            joined = SoundPlace(
                start=min(span.start, inside[0].start), end=max(span.end, inside[-1].end),
                start_ms=inside[0].start_ms, end_ms=inside[-1].end_ms,
            )
            at_first = found.index(inside[0])
            found[at_first : at_first + len(inside)] = [joined]
    return tuple(found)


def _speaks(text: str) -> bool:
    return any(one.isalnum() for one in text)
