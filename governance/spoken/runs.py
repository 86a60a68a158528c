"""Joins glyphs that follow each other into runs: what somebody read out as one number, code or spelling."""

from dataclasses import dataclass

from governance.spoken.glyphs import Glyph, glyphs, tokens
from governance.spoken.misheard import misheard

LONGEST_GAP = 3  # fillers between two characters of one run


@dataclass(frozen=True, slots=True)
class Run:
    """Characters read out one after another; `places[n]` is where character n came from in the text."""

    value: str
    start: int
    end: int
    places: tuple[tuple[int, int], ...]
    singles: int
    tokens: int
    spoken: bool

    @property
    def digits(self) -> int:
        """How many of the characters are digits."""
        return sum(char.isdecimal() for char in self.value)

    @property
    def letters(self) -> int:
        """How many of the characters are letters."""
        return len(self.value) - self.digits


def runs(text: str) -> list[Run]:
    """Every run of a text, also short ones; who reads them decides what they are."""
    return join_glyphs(misheard(glyphs(tokens(text))))


def join_glyphs(read: list[Glyph]) -> list[Run]:
    """The runs that glyphs of a text make, whatever language they were read in."""
    found: list[Run] = []
    current: list[Glyph] = []
    gap = 0
    for glyph in read:
        if glyph.kind in ("digits", "letter"):
            current.append(glyph)
            gap = 0
        elif glyph.kind == "filler" and current and gap < LONGEST_GAP:
            gap += 1
        else:
            close(current, found)
            current, gap = [], 0
    close(current, found)
    return found


def close(current: list[Glyph], found: list[Run]) -> None:
    """Ends a run, leaving the articles and pronouns at its borders outside."""
    while current and current[0].value in ("a", "i") and (len(current) == 1 or current[1].kind == "digits"):
        current = current[1:]
    while current and current[-1].value in ("a", "i") and (len(current) == 1 or current[-2].kind == "digits"):
        current = current[:-1]
    if not current:
        return
    value = "".join(glyph.value for glyph in current)
    places = tuple((glyph.start, glyph.end) for glyph in current for _ in glyph.value)
    found.append(
        Run(
            value=value,
            start=current[0].start,
            end=current[-1].end,
            places=places,
            singles=sum(glyph.single for glyph in current),
            tokens=len(current),
            spoken=any(glyph.spoken for glyph in current),
        )
    )
