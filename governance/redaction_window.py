"""Joins digits that a caller reads out over several lines, with back-channels in between.

It remembers lengths, check sums and places of what is open, never the digits themselves.
"""

import re
from typing import NamedTuple

from governance.spoken.runs import Run, runs
from schemas.base import Frozen, Participant
from schemas.redaction import PiiSpan

NAME = "joined_digits"
SHORTEST_JOINED = 4
MOST_LINES_BETWEEN = 3
BACKCHANNEL_WORDS = 5
LEAD_IN = re.compile(
    r"(?:[\W_]|\b(?:and|then|it's|its|that's|is|are|was|the|rest|next|last|first|ones?|four|digits?|numbers?|um|uh|er|"
    r"so|"
    r"yes|yeah|ok|okay|it|that|after|followed|by|finally|sorry|i|said|again|no|wait|goes|continues?|of|my|card)\b)*",
    re.IGNORECASE,
)
GO_ON = re.compile(r"\b(?:next|rest|remaining|continue|go (?:on|ahead)|digits?|numbers?|then|far|more|so far)\b",
    re.IGNORECASE)


class Piece(Frozen):
    """Where one part of an open number stands: the line of the call and its characters."""

    line: int
    start: int
    end: int


class Open(Frozen):
    """A number that may go on: how long it is, its two Luhn sums, and its parts."""

    length: int
    last_doubled: int
    last_single: int
    whole_line: bool
    hidden_as: str | None
    pieces: tuple[Piece, ...]
    lines_since: int = 0


class Window(Frozen):
    """What a call's next line is read against."""

    line: int = 0
    open: Open | None = None


class Followed(NamedTuple):
    """The line's spans with what was joined, what must now be hidden in earlier lines, and the window after it."""

    spans: list[PiiSpan]
    earlier: tuple[tuple[int, PiiSpan], ...]
    window: Window


def follow(window: Window, text: str, spans: list[PiiSpan], *, participant: Participant) -> Followed:
    """Reads one line of a call after the lines before it; `spans` is what was found in it alone."""
    line = window.line + 1
    if participant != "caller":
        return Followed(spans, (), Window(line=line, open=waiting(window.open, text)))
    read = [run for run in runs(text) if run.digits and run.value.isdecimal()]
    head = read[0] if read and LEAD_IN.fullmatch(text[: read[0].start]) else None
    tail = read[-1] if read and LEAD_IN.fullmatch(text[read[-1].end :]) else None
    whole = head is not None and head is tail
    joined = join(window.open, head, whole=whole)
    if joined is not None and head is not None and joined.length < SHORTEST_JOINED:
        grown = add_piece(joined, head, line) if whole else None
        return Followed(spans, (), Window(line=line, open=grown))
    if joined is None or head is None:
        fresh = begun(tail, spans, line, whole=whole) if tail is not None else None
        return Followed(spans, (), Window(line=line, open=fresh or (None if read else waiting(window.open, text))))
    kind = kind_of(joined, spans, head)
    score = 1.0 if kind == "CREDIT_CARD" else 0.95  # the check digit decides over what a part was taken for
    here = PiiSpan(start=head.start, end=head.end, type=kind, score=score, recognizer=NAME)
    earlier = tuple(
        (piece.line, PiiSpan(start=piece.start, end=piece.end, type=kind, score=score, recognizer=NAME))
        for piece in joined.pieces
    )
    grown = add_piece(joined, head, line).model_copy(update={"hidden_as": kind})
    after = grown if whole else begun(tail, spans, line, whole=False) if tail is not None else None
    return Followed([*spans, here], earlier, Window(line=line, open=after))


def waiting(known: Open | None, text: str) -> Open | None:
    """What stays open after a line that adds no digits: a back-channel, an echo, a call to go on."""
    if known is None or known.lines_since >= MOST_LINES_BETWEEN:
        return None
    echo = all(run.digits for run in runs(text)) and runs(text)
    if len(text.split()) > BACKCHANNEL_WORDS and not echo and not GO_ON.search(text):
        return None
    return known.model_copy(update={"lines_since": known.lines_since + 1})


def join(known: Open | None, head: Run | None, *, whole: bool) -> Open | None:
    """An open number grown by the run at the head of a line, or None where the two are no one number."""
    if known is None or head is None or not (known.whole_line or whole):
        return None
    if not whole and known.hidden_as is None:
        return None
    doubled, single = known.last_doubled, known.last_single
    for char in head.value:
        digit = int(char)
        doubled, single = single + luhn_double(digit), doubled + digit
    return known.model_copy(
        update={
            "length": known.length + len(head.value), "last_doubled": doubled, "last_single": single, "lines_since": 0,
            "whole_line": whole,
        }
    )  # fmt: skip


def add_piece(known: Open, head: Run, line: int) -> Open:
    """An open number that remembers where its newest part stands."""
    place = Piece(line=line, start=head.start, end=head.end)
    return known.model_copy(update={"pieces": (*known.pieces, place)})


def luhn_double(digit: int) -> int:
    """Twice a digit, its own digits added (ISO/IEC 7812-1)."""
    return digit * 2 - 9 if digit > 4 else digit * 2


def begun(tail: Run, spans: list[PiiSpan], line: int, *, whole: bool) -> Open | None:
    """A number that ends a line and may go on in the next."""
    hidden = next((span.type for span in spans if span.start < tail.end and tail.start < span.end), None)
    if not whole and hidden is None and tail.singles < len(tail.value):
        return None
    doubled = single = 0
    for char in tail.value:
        doubled, single = single + luhn_double(int(char)), doubled + int(char)
    place = Piece(line=line, start=tail.start, end=tail.end)
    return Open(
        length=len(tail.value), last_doubled=doubled, last_single=single, whole_line=whole, hidden_as=hidden,
        pieces=(place,),
    )  # fmt: skip


def kind_of(joined: Open, spans: list[PiiSpan], head: Run) -> str:
    """The type of a joined number: a card by its check digit, else what its first or this part was taken for."""
    if 13 <= joined.length <= 19 and joined.last_single % 10 == 0:
        return "CREDIT_CARD"
    here = next((span.type for span in spans if span.start < head.end and head.start < span.end), None)
    known = [kind for kind in (joined.hidden_as, here) if kind not in (None, "NUMERIC_ID", "PHONE_NUMBER")]
    if known:
        return str(known[0])
    return {9: "US_SSN", 10: "PHONE_NUMBER"}.get(joined.length, "NUMERIC_ID")
