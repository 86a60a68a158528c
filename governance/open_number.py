"""A number, code or spelling that may go on in the caller's next line: its length, its check sums, its places."""

from collections.abc import Sequence

from governance.spoken.runs import Run
from governance.tongues import Tongue
from schemas.base import Frozen
from schemas.redaction import PiiSpan

SHORTEST_JOINED = 4
SHORTEST_SPELLED = 3
SHORTEST_LOOSE = 6  # where a line says more than characters, only a long number is surely one
MOST_WORDS_AROUND = 14
MOST_LINES_BETWEEN = 3
BACKCHANNEL_WORDS = 5
LONGEST_REPLY = 20  # words


class Piece(Frozen):
    """Where one part of something open stands: the line of the call and its characters."""

    line: int
    start: int
    end: int


class Open(Frozen):
    """What may go on: how long it is, its two Luhn sums, and its parts; `checked` while the sums can be trusted."""

    length: int
    last_doubled: int
    last_single: int
    whole_line: bool
    hidden_as: str | None
    pieces: tuple[Piece, ...]
    digits: int = 0
    loose: bool = False
    checked: bool = True
    lines_since: int = 0


def characters(text: str, tongue: Tongue) -> tuple[list[Run], bool]:
    """The runs that may belong to something open, and whether the line holds nothing else."""
    every = tongue.runs(text)
    if every and only_lead_in(text, every, tongue):
        return every, True
    return [run for run in every if run.digits], False


def only_lead_in(text: str, read: Sequence[Run], tongue: Tongue) -> bool:
    """Whether nothing but lead-in words stands around runs."""
    at = 0
    for run in read:
        if tongue.lead_in.fullmatch(text[at : run.start]) is None:
            return False
        at = run.end
    return tongue.lead_in.fullmatch(text[at:]) is not None


def few_words_around(text: str, read: Sequence[Run]) -> bool:
    """Whether a line says little besides its runs, whatever the words are."""
    said = sum(len(text[run.start : run.end].split()) for run in read)
    return len(text.split()) - said <= MOST_WORDS_AROUND


def waiting(known: Open | None, text: str, tongue: Tongue) -> Open | None:
    """What stays open after a line that adds no characters; a question for something else closes it."""
    if known is None or known.lines_since >= MOST_LINES_BETWEEN:
        return None
    words = len(text.split())
    subject = words > LONGEST_REPLY or tongue.new_subject.search(text) is not None
    goes_on = tongue.go_on.search(text) is not None or only_lead_in(text, tongue.runs(text), tongue)
    if words > BACKCHANNEL_WORDS and subject and not goes_on:
        return None
    return known.model_copy(update={"lines_since": known.lines_since + 1})


def join(
    known: Open | None, parts: Sequence[Run], *, whole: bool, corrects: bool, loose: bool = False
) -> Open | None:
    """An open number grown by the runs of a line, or None where the two are no one number."""
    if known is None or not parts:
        return None
    if not whole and not loose and (known.hidden_as is None or not (known.whole_line or len(parts[0].value) > 1)):
        return None
    doubled, single, decimal = known.last_doubled, known.last_single, True
    for char in "".join(run.value for run in parts):
        decimal = decimal and char.isdecimal()
        digit = int(char) if char.isdecimal() else 0
        doubled, single = single + luhn_double(digit), doubled + digit
    return known.model_copy(
        update={
            "length": known.length + sum(len(run.value) for run in parts),
            "digits": known.digits + sum(run.digits for run in parts),
            "last_doubled": doubled, "last_single": single, "lines_since": 0, "whole_line": whole,
            "loose": known.loose or loose,
            "checked": known.checked and decimal and not corrects,
        }
    )  # fmt: skip


def long_enough(grown: Open) -> bool:
    """Whether what was joined identifies somebody; what its parts were hidden as says so too."""
    shortest = SHORTEST_LOOSE if grown.loose else SHORTEST_JOINED if grown.digits else SHORTEST_SPELLED
    return grown.hidden_as is not None or grown.length >= shortest


def add_pieces(known: Open, parts: Sequence[Run], line: int) -> Open:
    """An open number that remembers where its newest parts stand."""
    places = tuple(Piece(line=line, start=run.start, end=run.end) for run in parts)
    return known.model_copy(update={"pieces": (*known.pieces, *places)})


def luhn_double(digit: int) -> int:
    """Twice a digit, its own digits added (ISO/IEC 7812-1)."""
    return digit * 2 - 9 if digit > 4 else digit * 2


def begun(
    parts: Sequence[Run], spans: Sequence[PiiSpan], line: int, *, whole: bool, loose: bool = False
) -> Open | None:
    """A number that ends a line and may go on in the next."""
    if not parts:
        return None
    hidden = next((kind for run in parts if (kind := hidden_type(run, spans)) is not None), None)
    one_by_one = all(run.singles == len(run.value) for run in parts)
    if not whole and not loose and hidden is None and not one_by_one:
        return None
    nothing = Open(length=0, last_doubled=0, last_single=0, whole_line=True, hidden_as=hidden, pieces=())
    grown = join(nothing, parts, whole=True, corrects=len(parts) > 1, loose=loose)
    return add_pieces(grown, parts, line).model_copy(update={"whole_line": whole}) if grown is not None else None


def kind_of(joined: Open, spans: Sequence[PiiSpan], parts: Sequence[Run]) -> str:
    """The type of what was joined: a card by its check digit, else what its first or this part was taken for."""
    if joined.checked and 13 <= joined.length <= 19 and joined.last_single % 10 == 0:
        return "CREDIT_CARD"
    here = next((kind for run in parts if (kind := hidden_type(run, spans)) is not None), None)
    known = [kind for kind in (joined.hidden_as, here) if kind not in (None, "NUMERIC_ID", "PHONE_NUMBER")]
    if known:
        return str(known[0])
    if not joined.digits:
        return "PERSON"
    return {9: "US_SSN", 10: "PHONE_NUMBER"}.get(joined.length if joined.checked else 0, "NUMERIC_ID")


def hidden_type(run: Run, spans: Sequence[PiiSpan]) -> str | None:
    """What hides a run in its own line."""
    return next((span.type for span in spans if span.start < run.end and run.start < span.end), None)
