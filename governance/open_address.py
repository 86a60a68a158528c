"""An e-mail address or a spelled name whose first half stands in the caller's line before."""

import re
from typing import Literal

from governance.open_number import MOST_LINES_BETWEEN, Piece
from governance.recognizers.emails import PROVIDERS, emails, local_start
from governance.recognizers.names import NO_NAME
from governance.spoken.glyphs import tokens
from governance.spoken.runs import Run, runs
from governance.tongues import ENGLISH
from schemas.base import Frozen
from schemas.redaction import PiiSpan

NAME = "joined_address"
Stage = Literal["local", "at", "domain", "dot"]
# What the halves of an address are tried behind: the recognizer of whole addresses decides.
STANDS_FOR: dict[Stage, str] = {"local": "x ", "at": "x at ", "domain": "x at y ", "dot": "x at y dot "}
ENDS_AT = re.compile(r"(?:\bat|@)$", re.IGNORECASE)
ENDS_IN_DOMAIN = re.compile(r"(?:\bat\s+|@\s*)[\w-]+(?:\s+[\w-]+){0,3}$", re.IGNORECASE)
ENDS_IN_DOT = re.compile(r"\b(?:dot|point)$", re.IGNORECASE)
CONNECTED = re.compile(
    r"^\W*(?:and |then |it's )?(?:at|@|dot|point|underscore|underline|dash|hyphen|minus|plus)\b|^\W*[@._-]",
    re.IGNORECASE,
)
STARTS_WITH_DOT = re.compile(r"^\W*(?:and |then )?(?:dot|point)\b|^\W*\.\w", re.IGNORECASE)
ENDS_CONNECTED = re.compile(
    r"(?:\b(?:dot|point|underscore|underline|dash|hyphen|minus|plus)|[_.-])$", re.IGNORECASE
)
SIGN = re.compile(rf"\b(?:underscore|underline)\b|(?:\bat\s+|@\s*){PROVIDERS}\b", re.IGNORECASE)
CUE = re.compile(r"\be-?mail(?: ?(?:address|id))?(?:'s| is| was| would be|:)[\s,]*$", re.IGNORECASE)
CONNECTING = re.compile(r"\b(?:dot|point|underscore|underline|dash|hyphen|minus|plus)\b", re.IGNORECASE)
FEWEST_LETTERS = 3
MOST_WORDS = 4
MOST_PIECES = 6
MOST_DOMAIN_WORDS = 5


class Address(Frozen):
    """How far an address has come, and where its parts stand; `wanted` where it was asked for or announced."""

    stage: Stage
    pieces: tuple[Piece, ...]
    connected: bool = False
    wanted: bool = False
    spelt: bool = False
    told: bool = False
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
    if known is None or (known.stage == "domain" and STARTS_WITH_DOT.match(text) is None):
        return None
    read = runs(text)
    goes_on = known.wanted or known.spelt or asked or (bool(read) and read[0].start == 0)
    if known.stage == "local" and not goes_on and CONNECTED.match(text) is None:
        return None
    before = STANDS_FOR[known.stage]
    for span in emails(before + text):
        if span.start < len(before) < span.end:
            return PiiSpan(start=0, end=span.end - len(before), type="EMAIL_ADDRESS", score=0.9, recognizer=NAME)
    return None


def begun_address(known: Address | None, text: str, line: int, *, asked: bool) -> Address | None:
    """What of a line may be the beginning of an address, with the parts of it in the lines before."""
    said = text.rstrip(" .,!?")
    stage, cut = stage_of(known, said)
    words = tokens(said[:cut])
    first = local_start(words, len(words)) if words else 0
    start = words[first].start if words else 0
    announced = CUE.search(said[:start]) is not None
    joins = known is not None and not announced and ENGLISH.lead_in.fullmatch(said[:start]) is not None
    if not said or (not words and not joins) or any(span.end >= len(said) for span in emails(said)):
        return None
    pieces = (Piece(line=line, start=start, end=len(said)),)
    connected = ENDS_CONNECTED.search(said) is not None
    spelt = (joins and known is not None and known.spelt) or CONNECTING.search(said, start) is not None or bool(
        runs(said[start:])
    )
    goes_on = joins and known is not None and (
        spelt or known.connected or stage != "local" or CONNECTED.match(said) is not None
    )
    return Address(
        stage=stage, pieces=(*known.pieces, *pieces)[-MOST_PIECES:] if joins and known is not None else pieces,
        connected=connected, spelt=spelt,
        wanted=asked or announced or (joins and known is not None and known.wanted),
        told=announced or (goes_on and known is not None and known.told) or (asked and stage != "local"),
    )  # fmt: skip


def stage_of(known: Address | None, said: str) -> tuple[Stage, int]:
    """How far a line brings an address, and where the part before its "at" ends."""
    dotted = ENDS_IN_DOT.search(said)
    if known is not None and known.stage in ("at", "domain") and len(said.split()) <= MOST_DOMAIN_WORDS:
        if known.stage == "at":
            return ("dot" if dotted else "domain"), 0
        if dotted and STARTS_WITH_DOT.match(said):
            return "dot", 0
    before = said[: dotted.start()].rstrip() if dotted else said
    if at := ENDS_AT.search(before):
        return "at", at.start()
    if at := ENDS_IN_DOMAIN.search(before):
        return ("dot" if dotted else "domain"), at.start()
    return "local", len(said)


def surely_address(text: str, piece: Piece) -> bool:
    """Whether the beginning of an address is one without doubt: nobody says "underscore" or "at gmail" otherwise."""
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
