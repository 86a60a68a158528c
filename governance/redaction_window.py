"""Joins what a caller says over several lines: numbers, codes, spellings and addresses, with replies in between.

It remembers lengths, check sums and places of what is open, never the characters themselves.
"""

from typing import NamedTuple

from governance.open_address import (
    Address,
    Word,
    begun_address,
    completed,
    last_word,
    later,
    spelled_again,
    surely_address,
)
from governance.open_number import (
    Open,
    Piece,
    add_pieces,
    begun,
    characters,
    few_words_around,
    join,
    kind_of,
    long_enough,
    waiting,
)
from governance.tongues import Tongue, tongue
from schemas.base import Frozen, Participant
from schemas.redaction import PiiSpan

NAME = "joined_digits"
HELD = "held_back"
HELD_SCORE = 0.5
HEARD_MORE = 2  # digits by which a read-back may seem longer: "forty and then seven" for 47
Earlier = tuple[tuple[int, PiiSpan], ...]


class Window(Frozen):
    """What a call's next line is read against."""

    line: int = 0
    language: str = "en"
    open: Open | None = None
    address: Address | None = None
    word: Word | None = None

    def first_open_line(self) -> int | None:
        """The earliest line that a later one can still change."""
        places = [*(self.open.pieces if self.open else ()), *(self.address.pieces if self.address else ())]
        places += [self.word.piece] if self.word else []
        return min((place.line for place in places), default=None)


class Followed(NamedTuple):
    """The line's spans with what was joined, what to hide in earlier lines, the window, and what is not passed on."""

    spans: list[PiiSpan]
    earlier: Earlier
    window: Window
    held: tuple[PiiSpan, ...] = ()


def follow(
    window: Window, text: str, spans: list[PiiSpan], *, participant: Participant, asked: str | None = None,
    question: str | None = None, again: bool = False,
) -> Followed:
    """Reads one line of a call after the lines before it; `spans` is what was found in it alone.

    `asked` is the type that the `question` before wants; `again` marks a further version of the line just read.
    """
    line, speaks = window.line + 1, tongue(window.language)
    if participant != "caller":
        return replied(window, text, spans, line, again=again)
    here, earlier, after = numbers_on(window.open, text, spans, line, speaks)
    wants_address = asked == "EMAIL_ADDRESS"
    ending = completed(window.address, text, asked=wants_address)
    begun_one = None
    if ending is not None and window.address is not None:
        here.append(ending)
        earlier += tuple((one.line, _hidden(one, "EMAIL_ADDRESS", 0.9)) for one in window.address.pieces)
    else:
        begun_one = begun_address(window.address, text, line, asked=wants_address)
        if begun_one is not None and begun_one.told:
            here.append(_hidden(begun_one.pieces[-1], "EMAIL_ADDRESS", HELD_SCORE))
    read, whole = characters(text, speaks)
    name = spelled_again(window.word, read, whole=whole)
    if name is not None and window.word is not None:
        earlier += ((window.word.piece.line, name),)
    found = [*spans, *here]
    held = held_back(window, after, text, found, line, asked=asked, question=question)
    if begun_one is not None and surely_address(text, begun_one.pieces[-1]):
        held += (_hidden(begun_one.pieces[-1], "EMAIL_ADDRESS", HELD_SCORE, by=HELD),)
    word = last_word(text, line) if not whole else None
    kept = Window(line=line, language=window.language, open=after, address=begun_one, word=word)
    return Followed(found, earlier, kept, held)


def numbers_on(
    known: Open | None, text: str, spans: list[PiiSpan], line: int, speaks: Tongue
) -> tuple[list[PiiSpan], Earlier, Open | None]:
    """What a caller's line adds to an open number: spans here, spans in earlier lines, what is open after it."""
    read, whole = characters(text, speaks)
    loose = bool(read) and not whole and few_words_around(text, read)
    head = read[0] if read and speaks.lead_in.fullmatch(text[: read[0].start]) else None
    tail = read[-1] if read and speaks.lead_in.fullmatch(text[read[-1].end :]) else None
    parts = read if whole or loose else [head] if head is not None else []
    ending = read if whole or loose else [tail] if tail is not None else []
    grown = join(known, parts, whole=whole, loose=loose, corrects=speaks.correcting.search(text) is not None)
    if grown is None or known is None:
        fresh = begun(ending, spans, line, whole=whole, loose=loose)
        return [], (), fresh or (None if read else waiting(known, text, speaks))
    if not long_enough(grown):
        return [], (), add_pieces(grown, parts, line)
    kind = kind_of(grown, spans, parts)
    score = 1.0 if kind == "CREDIT_CARD" else 0.95  # the check digit decides over what a part was taken for
    here = [PiiSpan(start=run.start, end=run.end, type=kind, score=score, recognizer=NAME) for run in parts]
    earlier = tuple((piece.line, _hidden(piece, kind, score)) for piece in known.pieces)
    if whole or loose:
        return here, earlier, add_pieces(grown, parts, line).model_copy(update={"hidden_as": kind})
    return here, earlier, begun(ending, [*spans, *here], line, whole=False)


def replied(window: Window, text: str, spans: list[PiiSpan], line: int, *, again: bool) -> Followed:
    """What somebody else's line does: it keeps the number open or closes it; what it reads back is part of it."""
    known, speaks = window.open, tongue(window.language)
    after = known if again else waiting(known, text, speaks)
    most = known.length + HEARD_MORE if known is not None else 0
    echoes = [run for run in speaks.runs(text) if run.digits and len(run.value) <= most]
    if known is None or not echoes:
        return Followed(spans, (), _replied(window, after, line, again=again))
    pieces = tuple(Piece(line=line, start=run.start, end=run.end) for run in echoes)
    if after is not None:
        after = after.model_copy(update={"pieces": (*after.pieces, *pieces)})
    hides = known.hidden_as is not None
    here = [_hidden(piece, str(known.hidden_as), 0.9) for piece in pieces] if hides else []
    held = () if hides else tuple(
        _hidden(one, "NUMERIC_ID", HELD_SCORE, by=HELD)
        for one, run in zip(pieces, echoes, strict=True) if len(run.value) > 1
    )
    return Followed([*spans, *here], (), _replied(window, after, line, again=again), held)


def _replied(window: Window, after: Open | None, line: int, *, again: bool) -> Window:
    if again:
        return window.model_copy(update={"line": line, "open": after})
    word = window.word.model_copy(update={"lines_since": window.word.lines_since + 1}) if window.word else None
    return Window(line=line, language=window.language, open=after, address=later(window.address), word=word)


def held_back(
    before: Window, after: Open | None, text: str, spans: list[PiiSpan], line: int, *, asked: str | None,
    question: str | None,
) -> tuple[PiiSpan, ...]:
    """The end of a line that may be half of something: hidden until it is known, and revealed like anything hidden."""
    if after is None:
        return ()
    speaks = tongue(before.language)
    mine = [piece for piece in after.pieces if piece.line == line]
    if before.open is None and asked not in speaks.special and all(
        text[piece.start : piece.end].lower() in speaks.mostly_words for piece in mine
    ):
        return ()
    expected = before.open is not None or asked in speaks.numbers
    if after.loose and asked not in speaks.numbers:
        return ()  # "a table for two at seven": most of these go on to nothing
    if not expected and (after.length < 2 or (question is not None and speaks.counting.search(question))):
        return ()
    return tuple(
        _hidden(piece, after.hidden_as or "NUMERIC_ID", HELD_SCORE, by=HELD)
        for piece in mine
        if not any(span.start <= piece.start and piece.end <= span.end for span in spans)
    )


def _hidden(piece: Piece, kind: str, score: float, *, by: str = NAME) -> PiiSpan:
    return PiiSpan(start=piece.start, end=piece.end, type=kind, score=score, recognizer=by)
