"""An e-mail address or a spelled name whose first half stands in the caller's line before."""

import re
from typing import Literal

from governance.open_number import MOST_LINES_BETWEEN, Piece
from governance.recognizers.emails import emails, local_start
from governance.recognizers.names import NO_NAME
from governance.spoken.glyphs import tokens
from governance.spoken.runs import Run
from schemas.base import Frozen
from schemas.redaction import PiiSpan

NAME = "joined_address"
Stage = Literal["local", "at", "domain"]
# What the halves of an address are tried behind: the recognizer of whole addresses decides.
STANDS_FOR: dict[Stage, str] = {"local": "x ", "at": "x at ", "domain": "x at y "}
ENDS_AT = re.compile(r"(?:\bat|@)$", re.IGNORECASE)
ENDS_IN_DOMAIN = re.compile(
    r"(?:\bat\s+|@\s*)(?:g ?mail|yahoo|hot ?mail|outlook|icloud|aol|proton ?mail|msn|comcast|[\w-]+)$", re.IGNORECASE
)
CONNECTED = re.compile(
    r"^\W*(?:and |then |it's )?(?:at|@|dot|underscore|underline|dash|hyphen|minus|plus)\b|^\W*[@._-]", re.IGNORECASE
)
ENDS_CONNECTED = re.compile(r"(?:\b(?:dot|underscore|underline|dash|hyphen|minus|plus)|[_.-])$", re.IGNORECASE)
SIGN = re.compile(r"\b(?:underscore|underline)\b", re.IGNORECASE)
FEWEST_LETTERS = 3
MOST_WORDS = 4


class Address(Frozen):
    """How far an address has come, and where its parts stand."""

    stage: Stage
    pieces: tuple[Piece, ...]
    connected: bool = False
    lines_since: int = 0


class Word(Frozen):
    """The last word of a short line: a name, should it be spelled next."""

    piece: Piece
    lines_since: int = 0


def later(known: Address | None) -> Address | None:
    """What remains of an address after a reply."""
    if known is None or known.lines_since >= MOST_LINES_BETWEEN:
        return None
    return known.model_copy(update={"lines_since": known.lines_since + 1})


def completed(known: Address | None, text: str, *, asked: bool) -> PiiSpan | None:
    """The part of this line that ends the address begun before, or None."""
    if known is None or (known.stage == "local" and not (known.connected or asked or CONNECTED.match(text))):
        return None
    before = STANDS_FOR[known.stage]
    for span in emails(before + text):
        if span.start < len(before) < span.end:
            return PiiSpan(start=0, end=span.end - len(before), type="EMAIL_ADDRESS", score=0.9, recognizer=NAME)
    return None


def begun_address(known: Address | None, text: str, line: int, *, asked: bool) -> Address | None:
    """What of a line may be the beginning of an address, with the parts of it in the lines before."""
    said = text.rstrip(" .,!?")
    stage: Stage = "local"
    cut = len(said)
    if (at := ENDS_AT.search(said)) or (at := ENDS_IN_DOMAIN.search(said)):
        stage, cut = ("at" if at.end() - at.start() <= len("at") else "domain"), at.start()
    words = tokens(said[:cut])
    if not words:
        return None
    first = local_start(words, len(words))
    piece = Piece(line=line, start=words[first].start, end=len(said))
    joins = known is not None and known.stage == "local" and first == 0 and (
        asked or known.connected or CONNECTED.match(text) is not None
    )
    pieces = (*known.pieces, piece) if joins and known is not None else (piece,)
    return Address(stage=stage, pieces=pieces, connected=ENDS_CONNECTED.search(said) is not None)


def surely_address(text: str, piece: Piece) -> bool:
    """Whether the beginning of an address is one without doubt: nobody says "underscore" otherwise."""
    return SIGN.search(text[piece.start : piece.end]) is not None


def last_word(text: str, line: int) -> Word | None:
    """The word that may be spelled in the next line: the last of a short one."""
    words = list(re.finditer(r"[^\W\d_]+", text))
    if not words or len(words) > MOST_WORDS or len(words[-1].group()) < FEWEST_LETTERS:
        return None
    if words[-1].group().lower() in NO_NAME:
        return None
    return Word(piece=Piece(line=line, start=words[-1].start(), end=words[-1].end()))


def spelled_again(known: Word | None, read: list[Run], *, whole: bool) -> PiiSpan | None:
    """The name of the line before, where this one spells as many letters."""
    if known is None or not whole or known.lines_since > 1:
        return None
    letters = sum(run.letters for run in read)
    if any(run.digits for run in read) or letters != known.piece.end - known.piece.start:
        return None
    return PiiSpan(start=known.piece.start, end=known.piece.end, type="PERSON", score=0.7, recognizer=NAME)
