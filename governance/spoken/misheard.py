"""Reads words that sound like digits as digits where they stand in a number: "four five to won ate" is 45218.

Only inside a read-out of many digits: "to" and "for" are ordinary words anywhere else.
"""

from dataclasses import replace

from governance.spoken.glyphs import Glyph

SOUNDS = {"for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "nein": "9"}
FEWEST_DIGITS = 6  # of the same read-out that were heard as digits
# After the last digit these are a digit only where the text ends with them.
WEAK = frozenset({"for", "to"})


def misheard(read: list[Glyph]) -> list[Glyph]:
    """The glyphs, with every such word inside a number as the digit that it sounds like."""
    if not any(glyph.value in SOUNDS for glyph in read):
        return read
    found = list(read)
    start = 0
    while start < len(read):
        end = start
        while end < len(read) and (read[end].kind == "digits" or read[end].value in SOUNDS):
            end += 1
        for at in _sounds(read, start, end):
            found[at] = replace(read[at], kind="digits", value=SOUNDS[read[at].value], spoken=True, single=True)
        start = max(end, start + 1)
    return found


def _sounds(read: list[Glyph], start: int, end: int) -> list[int]:
    digits = [at for at in range(start, end) if read[at].kind == "digits"]
    places = [at for at in range(start, end) if read[at].value in SOUNDS]
    heard = sum(len(read[at].value) for at in digits)
    if heard < FEWEST_DIGITS or len(places) > heard or not any(digits[0] < at < digits[-1] for at in places):
        return []
    # A text that goes on with "to confirm" does not end in a two.
    return [at for at in places if at < digits[-1] or end == len(read) or read[at].value not in WEAK]
