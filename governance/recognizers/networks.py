"""Finds IP addresses that are read out ("one twenty three dot one dot o dot forty")."""

from governance.spoken.glyphs import Glyph, glyphs, tokens
from schemas.redaction import PiiSpan

NAME = "spoken_ip"
DOTS = frozenset({"dot", "point", "."})
PARTS = 4  # RFC 791


def networks(text: str, context: str | None = None) -> list[PiiSpan]:
    """Four numbers with a dot between each two."""
    del context
    found: list[PiiSpan] = []
    groups: list[tuple[int, int]] = []
    dotted = True
    for glyph in [*glyphs(tokens(text)), Glyph("word", "", len(text), len(text))]:
        if number(glyph):
            groups = grown(groups, glyph, dotted=dotted)
            dotted = False
        elif glyph.value in DOTS and groups and not dotted:
            dotted = True
        else:
            if len(groups) >= PARTS:
                found.append(
                    PiiSpan(start=groups[0][0], end=groups[-1][1], type="IP_ADDRESS", score=0.9, recognizer=NAME)
                )
            groups, dotted = [], True
    return found


def number(glyph: Glyph) -> bool:
    """Whether a glyph is read as digits here, the letter O included."""
    return glyph.kind == "digits" or glyph.value == "o"


def grown(groups: list[tuple[int, int]], glyph: Glyph, *, dotted: bool) -> list[tuple[int, int]]:
    """The groups with one more, or with the last one longer."""
    if dotted or not groups:
        return [*groups, (glyph.start, glyph.end)]
    return [*groups[:-1], (groups[-1][0], glyph.end)]
